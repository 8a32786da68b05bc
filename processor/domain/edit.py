"""A person's new value for an element that was set aside: read and checked by the limits that rules keep to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import parse_qsl

from processor.domain.event import Utm
from processor.domain.identity import checked_field
from processor.domain.plan import STATUS_CHARACTERS_MAX, TAG_CHARACTERS_MAX, VARIABLE_CHARACTERS_MAX
from processor.domain.rule import ContactField
from processor.domain.wish import is_status
from processor.text import Text, nearest

_MARKS = Utm.__struct_fields__
# A phone without a country code is read as one of this region.
_REGION = "RU"
_UTM_AS = Text("utm_source=…&utm_medium=…", "utm_source=…&utm_medium=…")


@dataclass(frozen=True, slots=True)
class Edit:
    """`element` shall have `value`; a tag is its own name, so a new one makes it the element `into`."""

    element: str
    into: str
    value: Any


def edit_of(element: str, text: str) -> Edit | Text:
    """The edit that `text` asks for, or why it cannot be."""
    kind, _, name = element.partition(":")
    text = text.strip()
    if not text and kind != "variable":
        return Text("новое значение пустое", "the new value is empty")
    if kind == "utm":
        return _utm(element, text)
    if kind == "field":
        return _field(element, name, text)
    if element == f"tag:{text}":
        return Text("это то же самое значение", "this is the same value")
    length_max = {"tag": TAG_CHARACTERS_MAX, "variable": VARIABLE_CHARACTERS_MAX}.get(kind)
    if is_status(element):
        length_max = STATUS_CHARACTERS_MAX
    if length_max is not None and len(text) > length_max:
        return Text(
            f"{len(text)} символов, а можно не больше {length_max}",
            f"{len(text)} characters, at most {length_max} are allowed",
        )
    return Edit(element, f"tag:{text}", text) if kind == "tag" else Edit(element, element, text)


def _field(element: str, name: str, text: str) -> Edit | Text:
    field = next((known for known in get_args(ContactField) if known == name), None)
    if field is None:
        return Text(f"поля {name} нет", f"there is no field {name}")
    good, trouble = checked_field(field, text, _REGION)
    return trouble or Edit(element, element, good)


def _utm(element: str, text: str) -> Edit | Text:
    marks: Mapping[str, str] = {k.strip().lower().removeprefix("utm_"): v.strip() for k, v in parse_qsl(text)}
    for mark in marks:
        if mark not in _MARKS:
            close = nearest(mark, _MARKS)
            hint = Text(f"; может быть, utm_{close}?", f"; did you mean utm_{close}?") if close else Text("", "")
            return Text(f"метки utm_{mark} нет{hint.ru}", f"there is no mark utm_{mark}{hint.en}")
    if not marks:
        return Text(f"ожидается: {_UTM_AS.ru}", f"expected: {_UTM_AS.en}")
    return Edit(element, element, marks)
