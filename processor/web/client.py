"""Whose request this is: the peer's address, or what proxies that we trust say about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from processor.networks import Address, Networks, address_of

FORWARDED_FOR: Final = b"x-forwarded-for"
FORWARDED: Final = b"forwarded"
# Each proxy adds one; whoever writes more wants us to read them.
HOPS_MAX: Final = 32
HEADER_CHARACTERS_MAX: Final = 8_192
UNKNOWN: Final = ""

_MAPPED: Final = "::ffff:"
_BRACKETED = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?", re.ASCII)
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}", re.ASCII)
# `for=...;proto=...` of RFC 7239: values as tokens or quoted.
_VALUE = r'(?:"[^"\\]*+"|[^\s;,="]++)'
_ELEMENT = re.compile(rf"\s*[a-z]++={_VALUE}(?:\s*;\s*[a-z]++={_VALUE})*+\s*;?\s*", re.I)
_FOR = re.compile(rf"(?:^|;)\s*for=({_VALUE})", re.I)


def client_of(peer: str, headers: Iterable[tuple[bytes, bytes]], trusted: Networks) -> str:
    """The address that sent a request: `peer`, unless that is one of the `trusted` proxies.

    Then it is the rightmost address of X-Forwarded-For (all its occurrences, in order) that is no trusted proxy, for
    each proxy adds on the right whom it was asked by, and what stands further left is a stranger's word. `Forwarded`
    (RFC 7239) counts only where X-Forwarded-For did not come. Where the walk meets what is no address, the sender is
    UNKNOWN: to take the proxy for it would let strangers pass for a proxy. `headers` are names in lower case, values.
    """
    if not trusted:
        return peer.removeprefix(_MAPPED) if peer.startswith(_MAPPED) and "." in peer else peer
    address = address_of(peer)
    if address is None:
        return peer
    return _behind(address, list(headers), trusted) if address in trusted else str(address)


def _behind(proxy: Address, headers: list[tuple[bytes, bytes]], trusted: Networks) -> str:
    for number, hop in enumerate(_hops(headers)):
        address = _read(hop) if number < HOPS_MAX else None
        if address is None:
            return UNKNOWN
        proxy = address
        if address not in trusted:
            break
    return str(proxy)


def _hops(headers: list[tuple[bytes, bytes]]) -> Iterator[str]:
    """What each proxy said whom it was asked by, the nearest first."""
    addresses = _entries(headers, FORWARDED_FOR)
    if addresses:
        yield from (one.strip() for one in addresses)
    else:
        # Quoted commas part elements too: an address has none, and a stranger's open quote must not swallow the rest.
        yield from (_for(element) for element in _entries(headers, FORWARDED))


def _entries(headers: list[tuple[bytes, bytes]], wanted: bytes) -> list[str]:
    """What the commas of a header part, all its occurrences joined, the last first."""
    values = [value.decode("latin-1") for name, value in headers if name == wanted]
    joined = ",".join(values)
    entries = joined[-HEADER_CHARACTERS_MAX:].split(",") if values else []
    if len(joined) > HEADER_CHARACTERS_MAX:
        entries[0] = ""  # half an address may look like another one
    return entries[::-1]


def _for(element: str) -> str:
    found = _FOR.findall(element) if _ELEMENT.fullmatch(element) else []
    return found[0].strip('"') if len(found) == 1 else ""


def _read(hop: str) -> Address | None:
    """`203.0.113.7`, `203.0.113.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`; None for anything else."""
    bracketed = _BRACKETED.fullmatch(hop)
    if bracketed:
        return address_of(bracketed[1])
    with_port = _WITH_PORT.fullmatch(hop)
    return address_of(with_port[1] if with_port else hop)
