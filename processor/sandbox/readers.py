"""One value of a request, read as Laravel reads it: trimmed, "" counts as absent, numeric text counts as a number.

A reader takes the field's name and the value as sent, and returns what it means or what is wrong, in Laravel's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from processor.sandbox.contact import UTM_KEYS

EMAIL_CHARS_MAX = 254
STATUS_CHARS_MAX = 64
INT_MAX = 2**63 - 1
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,18})")
_PHONE = re.compile(r"\+?[0-9]{10,15}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Read:
    """What a value means, or the faults in it: (field, text)."""

    value: Any = None
    faults: tuple[tuple[str, str], ...] = ()


Reader = Callable[[str, object], Read]


def said(field: str) -> str:
    """The field as Laravel says it: underscores become spaces."""
    return field.replace("_", " ")


def wrong(field: str, text: str) -> Read:
    """One fault; `{}` in the text stands for the field."""
    return Read(faults=((field, text.format(said(field))),))


def trimmed(value: object) -> object:
    """The value without outer white space; empty text is None."""
    return value.strip() or None if isinstance(value, str) else value


def integer(field: str, value: object) -> Read:
    """A whole number of 64 bits, or text that is one."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > INT_MAX:
        return wrong(field, "Значение поля {} должно быть целым числом.")
    return Read(value)


def integer_from(least: int, most: int = INT_MAX) -> Reader:
    """A whole number between two bounds, both included."""

    def read(field: str, value: object) -> Read:
        found = integer(field, value)
        if found.faults:
            return found
        if found.value < least:
            return wrong(field, f"Значение поля {{}} должно быть не меньше {least}.")
        return found if found.value <= most else wrong(field, f"Значение поля {{}} не может быть больше {most}.")

    return read


def string(field: str, value: object) -> Read:
    """Text."""
    return Read(value) if isinstance(value, str) else wrong(field, "Значение поля {} должно быть строкой.")


def string_up_to(chars_max: int) -> Reader:
    """Text of at most so many characters."""

    def read(field: str, value: object) -> Read:
        if isinstance(value, str) and len(value) > chars_max:
            return wrong(field, f"Количество символов в значении поля {{}} не может превышать {chars_max}.")
        return string(field, value)

    return read


def one_of(*allowed: str) -> Reader:
    """One of the given words, letter by letter."""

    def read(field: str, value: object) -> Read:
        return Read(value) if value in allowed else wrong(field, "Выбранное значение для {} некорректно.")

    return read


def phone(field: str, value: object) -> Read:
    """An international number, 10 to 15 digits with or without a plus; read as digits."""
    found = string(field, value)
    if found.faults:
        return found
    if not _PHONE.fullmatch(found.value):
        return wrong(field, "Значение поля {} имеет некорректный формат.")
    return Read(found.value.removeprefix("+"))


def email(field: str, value: object) -> Read:
    """An e-mail address."""
    found = string(field, value)
    if found.faults:
        return found
    if len(found.value) > EMAIL_CHARS_MAX or not _EMAIL.fullmatch(found.value):
        return wrong(field, "Значение поля {} должно быть действительным электронным адресом.")
    return found


def flag(field: str, value: object) -> Read:
    """0 or 1, as a number, as text or as a boolean."""
    if value in (0, 1, "0", "1"):
        return Read(value in (1, "1"))
    return wrong(field, "Значение поля {} должно быть логического типа.")


def scalar(field: str, value: object) -> Read:
    """Text, or a number or boolean as PHP would write it; nothing at all is ""."""
    if value is None or isinstance(value, bool):
        return Read("1" if value else "")
    return Read(str(value)) if isinstance(value, str | int | float) else string(field, value)


def strings(field: str, value: object) -> Read:
    """A list of texts; every wrong item is named by its number."""
    if not isinstance(value, list):
        return wrong(field, "Значение поля {} должно быть массивом.")
    read = [string(f"{field}.{number}", trimmed(item)) for number, item in enumerate(value)]
    faults = tuple(fault for one in read for fault in one.faults)
    return Read(faults=faults) if faults else Read(tuple(one.value for one in read))


def utm(field: str, value: object) -> Read:
    """A map of the five UTM keys; others are passed over, and so are empty values. PHP writes an empty map as []."""
    if value == []:
        return Read({})
    if not isinstance(value, dict):
        return wrong(field, "Значение поля {} должно быть массивом.")
    sent = {key: trimmed(value[key]) for key in UTM_KEYS if key in value}
    read = {key: string(f"{field}.{key}", item) for key, item in sent.items() if item is not None}
    faults = tuple(fault for one in read.values() for fault in one.faults)
    return Read(faults=faults) if faults else Read({key: one.value for key, one in read.items()})
