"""Prove a sender by the address that it sends from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from processor.errors import ProofRefused
from processor.text import Text

SEEN_CHARACTERS_MAX: Final = 60
LISTS_REMEMBERED_MAX: Final = 256


def require_address(client: str, networks: Sequence[str]) -> None:
    """Raises ProofRefused unless `client` lies in one of the `networks` (CIDR)."""
    address = _address(client)
    if address is not None and any(address in network for network in _networks(tuple(networks))):
        return
    seen = client[:SEEN_CHARACTERS_MAX]
    if address is not None and (address.is_private or address.is_loopback):
        text = Text(
            f"Запрос пришёл с адреса {seen} внутри сети: перед нами прокси. Укажите его в TRUSTED_PROXIES.",
            f"The request came from {seen}, an inner address: a proxy is in front of us. Name it in TRUSTED_PROXIES.",
        )
    else:
        text = Text(
            f"Адреса {seen or '?'} нет среди тех, с которых может слать этот источник.",
            f"The address {seen or '?'} is not among those that this source may send from.",
        )
    raise ProofRefused("address_unknown", text)


@lru_cache(maxsize=LISTS_REMEMBERED_MAX)
def _networks(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in networks)


def _address(client: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
