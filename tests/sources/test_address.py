"""Senders that sign nothing are known by where they come from."""

from __future__ import annotations

import re

import pytest

from processor.errors import ProofRefused
from processor.networks import address_of, networks_of, parse_networks
from processor.sources.address import require_address

SENDERS = ("185.71.76.0/27", "77.75.156.11", "2a02:5180::/32")


@pytest.mark.parametrize("client", ["185.71.76.31", "77.75.156.11", "2a02:5180::1", "::ffff:77.75.156.11"])
def test_a_sender_at_its_address_is_proven(client: str) -> None:
    require_address(client, SENDERS)


REFUSED: dict[str, str] = {
    "185.71.76.32": "185.71.76.32, which is not among",
    "2a02:5181::1": "2a02:5181::1, which is not among",
    "127.0.0.1": "127.0.0.1: an address of our own network, probably a proxy in front of us. Name it in TRUSTED",
    "10.0.0.7": "TRUSTED_PROXIES",
    "::1": "TRUSTED_PROXIES",
    "fe80::1%eth0": "fe80::1: an address of our own",
    "100.64.0.9": "TRUSTED_PROXIES",
    "": "is not seen",
    "nobody": "is not seen",
}


@pytest.mark.parametrize("client", REFUSED)
def test_another_address_is_refused_with_the_address_seen_and_its_likely_cause(client: str) -> None:
    with pytest.raises(ProofRefused, match=r"TRUSTED_PROXIES|is not seen") as refused:
        require_address(client, SENDERS)
    assert refused.value.code == "address_unknown"
    assert REFUSED[client] in refused.value.text.en
    assert client.partition("%")[0] in refused.value.text.ru or "не виден" in refused.value.text.ru


def test_without_addresses_nobody_is_proven() -> None:
    with pytest.raises(ProofRefused) as refused:
        require_address("77.75.156.11", ())
    assert refused.value.code == "proof_not_configured"


ENTRIES: dict[str, tuple[str, ...]] = {
    "10.0.0.7": ("10.0.0.7",),
    "10.0.0.0/8": ("10.255.255.255",),
    "2001:db8::/32": ("2001:db8::1",),
    "loopback": ("127.0.0.1", "127.9.9.9", "::1"),
    "Private": (
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "fd00::1",
        "fe80::1",
    ),
    "::ffff:10.0.0.0/104": ("10.1.2.3",),
    "::ffff:10.0.0.7": ("10.0.0.7",),
}


@pytest.mark.parametrize("written", ENTRIES)
def test_an_entry_means_its_addresses_and_no_others(written: str) -> None:
    networks = parse_networks(f" 192.0.2.1,, {written} ")
    for text in ("192.0.2.1", *ENTRIES[written]):
        address = address_of(text)
        assert address is not None
        assert address in networks
    outside = address_of("203.0.113.7")
    assert outside is not None
    assert outside not in networks


WRONG: dict[str, str] = {
    "10.0.0.7/8": "10.0.0.7 | 10.0.0.0/8",
    "privat": "private",
    "lopback": "loopback",
    "10.0.0": "10.0.0.7 | 10.0.0.0/8 | 2001:db8::/32 | loopback | private",
    "0.0.0.0/0": "0.0.0.0/0: 10.0.0.7",
    "::/0": "::/0: 10.0.0.7",
    "example.com": "example.com: 10.0.0.7",
    "10.0.0.0/33": "10.0.0.0/33: 10.0.0.7",
}


@pytest.mark.parametrize("written", WRONG)
def test_a_wrong_entry_is_told_with_what_was_meant(written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(WRONG[written])):
        networks_of(("10.0.0.7", written))
