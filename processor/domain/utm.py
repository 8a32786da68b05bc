"""UTM marks, wherever a sender hides them: queries, fragments, flat fields, a part of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from processor.domain.event import Utm

VALUE_CHARACTERS_MAX: Final = 255
QUERY_CHARACTERS_MAX: Final = 8192
PAIRS_MAX: Final = 300
DECODINGS_MAX: Final = 2

MARKS: Final = ("source", "medium", "campaign", "term", "content")

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
_STARTS = re.compile(r"[?#]")


def utm_from_query(text: str) -> Utm | None:
    """The marks in an address, its query or its fragment (`utm_source=x&...`); None when there is none.

    Values encoded twice are decoded; bytes that are no UTF-8 are read as cp1251, as old landing pages send them.
    """
    pieces = _STARTS.split(text[:QUERY_CHARACTERS_MAX])
    if len(pieces) > 1 and "=" not in pieces[0].rpartition("/")[2]:
        pieces = pieces[1:]  # before the first ? stands an address, not a query
    pairs = [pair for piece in pieces for pair in piece.split("&")][:PAIRS_MAX]
    return utm_from_pairs(_split_pair(pair) for pair in pairs)


def utm_from_mapping(values: Mapping[str, Any], *, own_part: bool = False) -> Utm | None:
    """The marks among fields (`utm_source`, in any case); a part of their own (`own_part`) may say just `source`."""
    pairs = [(name, value) for name, value in values.items() if isinstance(name, str)]
    if own_part:
        pairs += [(f"utm_{name}", value) for name, value in pairs]
    return utm_from_pairs(pairs)


def utm_from_pairs(pairs: Iterable[tuple[str, Any]]) -> Utm | None:
    """The marks among (name, value) pairs with names such as `utm_source`; of a repeated one the first value stays."""
    found: dict[str, str] = {}
    for name, value in pairs:
        mark = _mark_of(name)
        if mark and mark not in found:
            clean = clean_value(value)
            if clean:
                found[mark] = clean
    return Utm(**found) if found else None


def first_of(*found: Utm | None) -> Utm | None:
    """The first that there is: marks of two visits are never mixed into one."""
    return next((utm for utm in found if utm is not None), None)


def clean_value(value: Any) -> str | None:
    """One mark's value: text, decoded at most twice, trimmed, bounded; None when nothing is left."""
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= 10**18:
        return None
    text = str(value)[: VALUE_CHARACTERS_MAX * 18]  # a Cyrillic letter encoded twice takes ten characters and more
    for _ in range(DECODINGS_MAX):
        text = _decoded(text)
    return _UNSEEN.sub(" ", text).strip()[:VALUE_CHARACTERS_MAX].strip() or None


def _mark_of(name: str) -> str | None:
    if not 7 <= len(name) <= 32:  # nothing but a mark is worth lower-casing: bodies have hundreds of names
        return None
    plain = name.strip().lower().removeprefix("amp;")  # "&amp;utm_medium" in a link copied out of HTML
    mark = plain.removeprefix("utm_").removeprefix("utm-")
    return mark if mark != plain and mark in MARKS else None


def _split_pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return _decoded(name), value.replace("+", " ")


def _decoded(text: str) -> str:
    if not _PERCENT.search(text):
        return text
    octets = unquote_to_bytes(_UNSEEN.sub(" ", text))
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("cp1251", errors="replace")
