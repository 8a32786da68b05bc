"""UTM marks, wherever a sender hides them: queries, fragments, flat fields, a part of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from processor.domain.event import Utm
from processor.domain.unescape import is_escaped, unescaped, without_unseen
from processor.domain.unfilled import is_unfilled

VALUE_CHARACTERS_MAX: Final = 255
ESCAPED_CHARACTERS_MAX: Final = VALUE_CHARACTERS_MAX * 18  # a Cyrillic letter encoded twice takes ten and more
QUERY_CHARACTERS_MAX: Final = 8192
NAME_CHARACTERS_MAX: Final = 40
PAIRS_MAX: Final = 300
DECODINGS_MAX: Final = 6
LAYERS_MAX: Final = 3

MARKS: Final = ("source", "medium", "campaign", "term", "content")

# What programs write when they know of no mark; as a mark it would overwrite a real one.
NO_VALUES: Final = frozenset(
    {"undefined", "null", "none", "nil", "nan", "n/a", "[object object]"}
    | {"(direct)", "(none)", "(not set)", "(not provided)"}
)

_MARK = re.compile(
    rf"\W{{0,4}}(?:amp;){{0,3}}utm[\W_]{{0,2}}({'|'.join(MARKS)})[\W_]{{0,3}}(?:[0-9]{{1,2}}\])?", re.IGNORECASE
)
_STARTS = re.compile(r"[?#]")
_BETWEEN = re.compile(
    r"&(?:amp;|#38;|#x26;)*|\\u0026|\|\|\|(?:amp;)*|[;,|\s]{1,3}(?=(?:amp;)?utm[_\-])|=(?=utm_[a-z]{4,8}=)",
    re.IGNORECASE,
)
_QUOTES = "\"'`"
_AROUND = " \t\r\n\xa0\u200b\ufeff"


def utm_from_query(text: str) -> Utm | None:
    """The marks in an address, its query or its fragment (`utm_source=x&...`); None when there is none.

    Values encoded several times are decoded; bytes that are no UTF-8 are cp1251, as old landing pages send them.
    An address within a parameter (`?to=https%3A%2F%2F...`) is looked into when the address around it has no marks.
    """
    text = text[:QUERY_CHARACTERS_MAX]
    for _ in range(LAYERS_MAX):
        utm = utm_from_pairs(_pairs(text))
        if utm or not is_escaped(text):
            return utm
        text = unescaped(text)
    return utm_from_pairs(_pairs(text))


def utm_from_mapping(values: Mapping[str, Any], *, own_part: bool = False) -> Utm | None:
    """The marks among fields (`utm_source`, in any case); a part of their own (`own_part`) may say just `source`."""
    pairs = [(name, value) for name, value in values.items() if isinstance(name, str)]
    if own_part:
        pairs += [(f"utm_{name}", value) for name, value in pairs]
    return utm_from_pairs(pairs)


def utm_from_pairs(pairs: Iterable[tuple[str, Any]]) -> Utm | None:
    """The marks among (name, value) pairs with names such as `utm_source`.

    Of a repeated one the first value stays: a link that has marks already is what was clicked, and what a site or a
    redirect hangs on comes behind.
    """
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
    """One mark's value: text, decoded, trimmed, bounded; None when nothing is left or a template was not filled in.

    A clean value is read as itself; one that is still escaped after DECODINGS_MAX decodings is nobody's.
    """
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= 10**18:
        return None
    text = str(value)[:ESCAPED_CHARACTERS_MAX]
    whole = _settled(text) if _says_something(text) else None
    clean = _settled(whole[:VALUE_CHARACTERS_MAX]) if whole else None
    return clean if clean and _says_something(clean) else None


def _settled(text: str) -> str | None:
    for _ in range(DECODINGS_MAX + 1):
        plain = _trimmed(without_unseen(unescaped(text)))
        if plain == text:
            return text
        text = plain
    return None


def _trimmed(text: str) -> str:
    text = text.strip().strip(_AROUND)
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES
    return text[1:-1].strip() if quoted else text


def _says_something(text: str) -> bool:
    """Whether it is more than a template's place, and no program's word for nothing."""
    if len(text) > VALUE_CHARACTERS_MAX:
        return True
    return text.lower() not in NO_VALUES and not is_unfilled(text)


def _mark_of(name: str) -> str | None:
    if not 7 <= len(name) <= NAME_CHARACTERS_MAX:  # bodies have hundreds of names
        return None
    found = _MARK.fullmatch(name)
    return found[1].lower() if found else None


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    pieces = _STARTS.split(text)
    if len(pieces) > 1 and "=" not in pieces[0].rpartition("/")[2]:
        pieces = pieces[1:]  # before the first ? stands an address, not a query
    pairs = [pair for piece in pieces for pair in _BETWEEN.split(piece)][:PAIRS_MAX]
    return (_split_pair(pair) for pair in pairs)


def _split_pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unescaped(name), value.replace("+", " ")
