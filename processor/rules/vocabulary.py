"""Every name a rules file may use, read from the event's own structs where they are the event's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

import msgspec.inspect as inspection

from processor.domain.event import EVENT_TYPES, Event
from processor.domain.path import split_path
from processor.rules.meant import plain, said
from processor.rules.report import NAME_CHARACTERS_MAX, near
from processor.text import Text

Kind = Literal["text", "number", "flag", "moment", "list", "part", "free"]
"""What stands at a path; `part` holds further paths, `free` is whatever the sender made of it."""

KIND_NAMES: Final[dict[Kind, Text]] = {
    "text": Text("текст", "text"),
    "number": Text("число", "a number"),
    "flag": Text("true или false", "true or false"),
    "moment": Text("время", "a time"),
    "list": Text("список", "a list"),
    "part": Text("часть события", "a part of an event"),
    "free": Text("любое значение", "any value"),
}

FREE_ROOTS: Final = (("form", "fields"), ("raw",))
SUGGESTED_CUTOFF: Final = 0.85
"""A type this near to a known one is a slip of the hand; farther ones are the sender's own words."""


def _paths(struct: inspection.StructType, before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Kind]]:
    for member in struct.fields:
        path = (*before, member.name)
        inner = _inner(member.type)
        if path in FREE_ROOTS:
            yield path, "free"
        elif isinstance(inner, inspection.StructType):
            yield path, "part"
            yield from _paths(inner, path)
        elif isinstance(inner, inspection.VarTupleType):
            yield path, "list"
            if isinstance(inner.item_type, inspection.StructType):
                yield from _paths(inner.item_type, path)
        else:
            yield path, _leaf(inner)


def _inner(kind: inspection.Type) -> inspection.Type:
    """The type without its None."""
    if isinstance(kind, inspection.UnionType):
        return next(one for one in kind.types if not isinstance(one, inspection.NoneType))
    return kind


def _leaf(kind: inspection.Type) -> Kind:
    if isinstance(kind, inspection.DecimalType):
        return "number"
    if isinstance(kind, inspection.BoolType):
        return "flag"
    return "moment" if isinstance(kind, inspection.DateTimeType) else "text"


def _vocabulary() -> dict[tuple[str, ...], Kind]:
    whole = inspection.type_info(Event)
    assert isinstance(whole, inspection.StructType)  # noqa: S101 - tells the type checker what msgspec promises
    return dict(_paths(whole, ()))


PATHS: Final = MappingProxyType(_vocabulary())
DOTTED: Final = tuple(sorted(".".join(path) for path in PATHS))


def kind_of(parts: Sequence[str]) -> Kind | None:
    """What stands at a path of an event, or None when the vocabulary has no such path.

    An index into a list (`order.items.0`) is passed over; anything goes below `form.fields` and `raw`.
    """
    named: list[str] = []
    kind: Kind = "part"
    for part in parts:
        if kind == "list" and part.isascii() and part.isdecimal():
            kind = "part"
            continue
        named.append(part)
        found = PATHS.get(tuple(named))
        if found == "free":
            return "free"
        if found is None:
            return None
        kind = found
    return kind if named else None


@lru_cache(maxsize=1_024)
def nearest_path(written: str, others: tuple[str, ...] = ()) -> str | None:
    """The path of the vocabulary that `written` was probably meant to be; `phone` is customer.phone.

    `others` are further names that may stand there.
    """
    if len(written) > NAME_CHARACTERS_MAX:
        return None
    other_words = said(written, (*DOTTED, *others))
    if other_words is not None:
        return other_words
    question, written = written, plain(written)
    folded = written.casefold().replace("_", ".") if "." not in written else written.casefold()
    for name in (written.casefold(), folded):
        if name in DOTTED:
            return name
    field = _nearest_field(question)
    if field:
        return field
    last = [path for path in DOTTED if path.rpartition(".")[2] == folded.rpartition(".")[2]]
    if len(last) == 1 or (last and "." not in folded):
        return last[0]
    return near(folded, tuple(last)) or near(folded, DOTTED)


def _nearest_field(written: str) -> str | None:
    """The field of a form that was meant: our own names are Latin, a visitor's question seldom is."""
    try:
        parts = split_path(written)
    except ValueError:
        return None
    return None if parts[-1].isascii() else f'form.fields."{parts[-1]}"'


def slip_of(event_type: str) -> str | None:
    """The known event type that `event_type` is a slip of, or None when it is known or far from all."""
    if event_type.strip().casefold() in EVENT_TYPES or len(event_type) > NAME_CHARACTERS_MAX:
        return None
    return said(event_type, tuple(sorted(EVENT_TYPES))) or _very_near(plain(event_type))


def path_mended(written: str) -> str | None:
    """A path that cannot be read, with its dots put right and names with spaces in quotes; None when that is not it."""
    parts = [part.strip() for part in written.split(".") if part.strip()]
    bare = ".".join(part if re.fullmatch(r"[\w-]+", part) or part[:1] in "\"'" else f'"{part}"' for part in parts)
    try:
        return bare if kind_of(split_path(bare)) is not None else None
    except ValueError:
        return None


@lru_cache(maxsize=1_024)
def _very_near(folded: str) -> str | None:
    found = get_close_matches(folded, EVENT_TYPES, n=1, cutoff=SUGGESTED_CUTOFF)
    return found[0] if found else None
