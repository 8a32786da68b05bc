"""Whose request it is: the peer's, unless a proxy that we trust says otherwise; nobody can say it for himself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.networks import Networks, parse_networks
from processor.web.client import FORWARDED, FORWARDED_FOR, HEADER_CHARACTERS_MAX, HOPS_MAX, UNKNOWN, client_of

TRUSTED = parse_networks("10.0.0.0/8, 2001:db8:ffff::/48 loopback")
PROXY = "10.0.0.1"
SENDER = "203.0.113.7"
ANOTHER = "198.51.100.9"

# Peer, X-Forwarded-For (each occurrence of the header), whose request it is.
WALKS: dict[str, tuple[str, list[str], str]] = {
    "no proxy": (SENDER, [], SENDER),
    "a stranger who names another": (SENDER, [ANOTHER], SENDER),
    "a stranger who names a proxy": (SENDER, [PROXY], SENDER),
    "the proxy itself": (PROXY, [], PROXY),
    "behind a proxy": (PROXY, [SENDER], SENDER),
    "behind a proxy on this machine": ("127.0.0.1", [SENDER], SENDER),
    "behind a proxy by IPv6": ("::1", [SENDER], SENDER),
    "behind a proxy as a mapped IPv4": ("::ffff:10.0.0.1", [SENDER], SENDER),
    "behind a proxy with a zone": ("2001:db8:ffff::1%eth0", [SENDER], SENDER),
    "behind two proxies": (PROXY, [f"{SENDER}, 10.0.0.2"], SENDER),
    "behind two proxies, a header each": (PROXY, [SENDER, "10.0.0.2"], SENDER),
    "a stranger who writes the header before the proxy adds to it": (PROXY, [f"{ANOTHER}, {SENDER}"], SENDER),
    "a stranger who writes a header of his own": (PROXY, [ANOTHER, SENDER], SENDER),
    "a stranger who names a proxy of ours": (PROXY, [f"10.0.0.9, {SENDER}, 10.0.0.2"], SENDER),
    "a stranger who writes what is no address": (PROXY, [f"<script>, {SENDER}"], SENDER),
    "a stranger who writes a very long header": (PROXY, ["1, " * HEADER_CHARACTERS_MAX + SENDER], SENDER),
    "a stranger who writes many headers": (PROXY, [*[ANOTHER] * 1_000, SENDER], SENDER),
    "a machine of ours behind the proxy": (PROXY, ["10.0.0.7"], "10.0.0.7"),
    "a proxy that says what is no address": (PROXY, ["unknown"], UNKNOWN),
    "a proxy that says nothing": (PROXY, [""], UNKNOWN),
    "the second proxy says what is no address": (PROXY, [f"{SENDER}, unknown, 10.0.0.2"], UNKNOWN),
    "an empty entry": (PROXY, [f"{SENDER},, 10.0.0.2"], UNKNOWN),
    "more proxies than anybody has": (PROXY, [", ".join([SENDER, *["10.0.0.2"] * HOPS_MAX])], UNKNOWN),
    "half an address where a long header is cut": (
        PROXY,
        [f"203.0.113.7{',10.0.0.2':>{HEADER_CHARACTERS_MAX - 9}}"],
        UNKNOWN,
    ),
    "with a port": (PROXY, [f"{SENDER}:4711"], SENDER),
    "IPv6": (PROXY, ["2001:DB8:0:0::7"], "2001:db8::7"),
    "IPv6 in brackets": (PROXY, ["[2001:db8::7]"], "2001:db8::7"),
    "IPv6 in brackets with a port": (PROXY, ["[2001:db8::7]:4711"], "2001:db8::7"),
    "IPv6 with a zone": (PROXY, ["fe80::7%eth0"], "fe80::7"),
    "a mapped IPv4": (PROXY, ["::ffff:203.0.113.7"], SENDER),
    "a mapped proxy": (PROXY, [f"{SENDER}, ::ffff:10.0.0.2"], SENDER),
    "zeros before a number": (PROXY, ["203.0.113.007"], UNKNOWN),
    "a number for an address": (PROXY, ["3405803783"], UNKNOWN),
    "digits that only look like digits": (PROXY, ["203.0.113.²"], UNKNOWN),
    "a Unix socket": ("", [SENDER], ""),
}


def _asked(peer: str, forwarded_for: list[str], trusted: Networks = TRUSTED, *more: tuple[bytes, bytes]) -> str:
    named = [(FORWARDED_FOR, value.encode("latin-1")) for value in forwarded_for]
    return client_of(peer, [(b"host", b"example.com"), *named, *more], trusted)


@pytest.mark.parametrize("name", WALKS)
def test_whose_request_it_is(name: str) -> None:
    peer, forwarded_for, sender = WALKS[name]
    assert _asked(peer, forwarded_for) == sender


@pytest.mark.parametrize("name", WALKS)
def test_without_trusted_proxies_it_is_the_peers_whatever_is_said(name: str) -> None:
    peer, forwarded_for, _ = WALKS[name]
    assert _asked(peer, forwarded_for, Networks()) == peer.removeprefix("::ffff:")


ELEMENTS: dict[str, tuple[str, str]] = {
    "an address": (f"for={SENDER}", SENDER),
    "in capitals, with others": (f"proto=https;For={SENDER};by=10.0.0.1", SENDER),
    "quoted with a port": (f'for="{SENDER}:80"', SENDER),
    "IPv6": ('for="[2001:db8::7]:4711"', "2001:db8::7"),
    "two proxies": (f"for={SENDER}, for=10.0.0.2", SENDER),
    "a stranger's element": (f"for={ANOTHER}, for={SENDER}", SENDER),
    "a stranger's open quote": (f'for="x, for={SENDER}', SENDER),
    "a stranger's quoted comma": (f'for="x,y", for={SENDER}', SENDER),
    "a name that the host brings in": (f'for={SENDER};host="x,for=10.0.0.7"', UNKNOWN),
    "a hidden name": ("for=_hidden", UNKNOWN),
    "unknown": ("for=unknown", UNKNOWN),
    "two names in one": (f"for={SENDER};for={ANOTHER}", UNKNOWN),
    "another word that ends in for": (f"xfor={SENDER}", UNKNOWN),
    "nobody": ("proto=https", UNKNOWN),
    "rubbish": (";;==", UNKNOWN),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_forwarded_is_read_where_x_forwarded_for_did_not_come(name: str) -> None:
    value, sender = ELEMENTS[name]
    header = (FORWARDED, value.encode())
    assert _asked(PROXY, [], TRUSTED, header) == sender
    assert _asked(PROXY, [ANOTHER], TRUSTED, header) == ANOTHER
    assert _asked(SENDER, [], TRUSTED, header) == SENDER


@given(st.lists(st.text(alphabet='0123456789abcdef.:, []"=;%forFOR\\', max_size=60), max_size=4), st.booleans())
def test_what_stands_before_the_proxys_word_changes_nothing(said: list[str], short: bool) -> None:
    name = FORWARDED if short else FORWARDED_FOR
    own = f"for={SENDER}" if short else SENDER
    headers = [(name, value.encode()) for value in said]
    assert client_of(PROXY, [*headers, (name, own.encode())], TRUSTED) == SENDER
    glued = ",".join([*said, own]).encode()
    assert client_of(PROXY, [(name, glued)], TRUSTED) == SENDER


@given(st.text(max_size=80), st.lists(st.binary(max_size=80), max_size=4))
def test_nothing_that_is_sent_raises(peer: str, said: list[bytes]) -> None:
    for name in (FORWARDED_FOR, FORWARDED):
        client_of(peer, [(name, value) for value in said], TRUSTED)
        client_of(PROXY, [(name, value) for value in said], TRUSTED)
