"""Lists of addresses and networks, as settings and rules write them: `127.0.0.1, 10.0.0.0/8, private`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from processor.text import nearest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ADDRESS_CHARACTERS_MAX: Final = 64
SHAPE: Final = "10.0.0.7 | 10.0.0.0/8 | 2001:db8::/32 | loopback | private"

_LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "loopback": _LOOPBACK,
    "private": (
        *_LOOPBACK,
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ),
}
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_BETWEEN = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Networks:
    """Addresses that belong together; false when there are none. Its text is what was written."""

    written: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __str__(self) -> str:
        return ", ".join(self.written)

    def __contains__(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def parse_networks(text: str) -> Networks:
    """Read a list parted by commas or spaces. Raises ValueError, whose message says what is wrong and expected."""
    return networks_of(tuple(filter(None, _BETWEEN.split(text))))


@lru_cache(maxsize=256)
def networks_of(written: tuple[str, ...]) -> Networks:
    """Read each entry of a list. Raises ValueError, whose message says what is wrong and expected."""
    return Networks(written, tuple(network for entry in written for network in _read(entry)))


def address_of(text: str) -> Address | None:
    """An address however it is written, or None: a mapped IPv4 as IPv4, without zone (`%eth0`)."""
    if len(text) > ADDRESS_CHARACTERS_MAX:
        return None
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _read(entry: str) -> Iterable[Network]:
    word = entry.strip().lower()
    if word in WORDS:
        return [ip_network(one) for one in WORDS[word]]
    try:
        network = ip_network(word)
    except ValueError:
        raise ValueError(_expected(entry, word)) from None
    # Everybody: what is believed of everybody proves nothing.
    if network.prefixlen == 0 or (isinstance(network, IPv6Network) and network.supernet_of(_MAPPED)):
        raise ValueError(f"{entry}: {SHAPE}")
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED.prefixlen and network.subnet_of(_MAPPED):
        bits = network.prefixlen - _MAPPED.prefixlen
        return [IPv4Network((int(network.network_address) & 0xFFFF_FFFF, bits))]
    return [network]


def _expected(entry: str, word: str) -> str:
    """What was meant: the network of an address that lies inside it, the nearest word, or the shape of an entry."""
    shown = entry[:ADDRESS_CHARACTERS_MAX]
    try:
        return f"{shown}: {word.partition('/')[0]} | {ip_network(word, strict=False)}"
    except ValueError:
        close = nearest(word, WORDS)
        return f"{shown}: {close}" if close else f"{shown}: {SHAPE}"


PRIVATE: Final = networks_of(("private",))
