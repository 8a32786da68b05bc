"""Read a person's name as it was typed, and tell it from what else is typed in its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from processor.domain.phone import DIGITS_MIN, normal_phone
from processor.domain.unescape import unescaped
from processor.domain.unfilled import is_unfilled
from processor.sources.alias import known_field
from processor.sources.scalar import email_of, line_of

ESCAPES_MAX: Final = 3
PARTS_MAX: Final = 5

# A name that comes in parts, by what senders call them; given together they are written in this order.
PARTS: Final = (
    ("first", "first_name", "firstname", "given", "given_name", "name"),
    ("middle", "middle_name", "middlename", "patronymic"),
    ("last", "last_name", "lastname", "surname", "family", "family_name"),
)
NAME_FIELDS: Final = frozenset({"name", "first_name", "last_name", "patronymic"})

# Written by programs, so in their own case: somebody's surname is Null.
PROGRAMS_WORDS: Final = frozenset({"undefined", "null", "None", "nil", "NaN", "[object Object]"})
NO_NAMES: Final = frozenset(
    {"нет", "нет имени", "без имени", "не указано", "не указан", "не указана", "не задано", "пусто"}
    | {"n/a", "no name", "noname", "not set", "(not set)"}
)

_ODD = re.compile(r"[0-9@&%{\[<]|[^\x00-\x7f\u0400-\u04ff]")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_NUMBER = re.compile(r"[+(]{0,3}[0-9][0-9 ()\-.\xa0]{5,30}[0-9]")
_LEFT_OVER = re.compile(
    r"[\s,;:/|()<>\-]+\Z|[\s,;:/|()<>\-]*\b(?:тел|телефон|т|tel|phone|e-?mail|почта)[.:]*[\s,;:]*\Z", re.I
)
_PICTURES: Final = ("So", "Sk")


def person_name(value: Any) -> str | None:
    """A name as it was typed, of one line; None for a number, an address, a field's own label, an unfilled template.

    A phone, a date or an e-mail beside a name is cut off. Which part is the surname is not guessed; capitals stay.
    """
    text = written_name(value)
    if not text:
        return None
    if _ODD.search(text):
        text = _LEFT_OVER.sub("", _NUMBER.sub(_without_phone, _EMAIL.sub(" ", text))).strip()
        text = " ".join(text.split())
    return text if text and _is_name(text) else None


def written_name(value: Any) -> str | None:
    """What stands in the field of a name: a text, a list of parts, or a mapping such as {first, last}."""
    if isinstance(value, Mapping):
        folded = {name.casefold(): part for name, part in value.items() if isinstance(name, str)}
        value = [_first_part(folded, names) for names in PARTS]
    if isinstance(value, list | tuple):
        return joined_name(line_of(part) for part in value[:PARTS_MAX] if not isinstance(part, list | tuple))
    text = line_of(value)
    if not text or not _ODD.search(text):
        return text
    for _ in range(ESCAPES_MAX):
        text = unescaped(text)
    visible = "".join(sign for sign in text if sign == "\u200d" or unicodedata.category(sign) not in ("Cf", "Cc"))
    return line_of(visible)


def joined_name(parts: Iterable[str | None]) -> str | None:
    """The parts with a space between them; one that an earlier part has in it already is not repeated."""
    told: list[str] = []
    for part in parts:
        if part and not _within(part, told):
            told.append(part)
    return " ".join(told) or None


def phone_instead(value: Any, region: str) -> str | None:
    """The phone that was typed into the field of a name, when there is nothing else in it."""
    text = written_name(value)
    if not text or any(sign.isalpha() for sign in text):
        return None
    return normal_phone(text, region)


def email_instead(value: Any) -> str | None:
    """The e-mail that was typed into the field of a name, when there is nothing else in it."""
    text = written_name(value)
    return email_of(text) if text and _EMAIL.fullmatch(text) else None


def _first_part(values: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names if (text := line_of(values.get(name)))), None)


def _within(part: str, told: Iterable[str]) -> bool:
    words = {word.casefold() for earlier in told for word in earlier.split()}
    return all(word.casefold() in words for word in part.split())


def _without_phone(found: re.Match[str]) -> str:
    return " " if sum(sign.isdigit() for sign in found[0]) >= DIGITS_MIN else found[0]


def _is_name(text: str) -> bool:
    if not any(sign.isalpha() or unicodedata.category(sign) in _PICTURES for sign in text):
        return False
    if text in PROGRAMS_WORDS or text.casefold() in NO_NAMES or is_unfilled(text):
        return False
    return known_field(text) not in NAME_FIELDS
