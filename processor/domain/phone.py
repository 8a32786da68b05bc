"""Phones as people type them become E.164 (+79000000001)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

PHONE_CHARACTERS_MAX: Final = 100
PHONES_REMEMBERED_MAX: Final = 4096
DIGITS_MIN: Final = 7
DIGITS_MAX: Final = 17
INTERNATIONAL_DIGITS_MIN: Final = 11
GLUED_DIGITS_MIN: Final = 20  # two whole numbers with nothing between them
GLUED_CUTS: Final = (11, 12, 10, 13)

# Where 8 is dialled before a national number: "8 999..." is national there, and "+8 999..." is a slip for it.
TRUNK_EIGHT_REGIONS: Final = frozenset({"RU", "KZ", "BY", "TM", "UZ", "AZ"})

REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)

_RUN = re.compile(r"[+0-9()\-. ]+")
_ONE = re.compile(r"\++[^+]*|[^+]+")
_PLUS_EIGHT = re.compile(r"\++\s*8[\s(\-.]")
_NOT_DIGITS = re.compile(r"[^0-9]")


def normal_phone(text: str, region: str = "RU") -> str | None:
    """The first valid number in `text` as E.164, or None; `region` is the ISO country of numbers written without one.

    Extensions, words and brackets around are dropped; only the first PHONE_CHARACTERS_MAX characters are read.
    """
    found = numbers(text, region)
    return found[0] if found else None


def numbers(text: str, region: str = "RU") -> tuple[str, ...]:
    """Every valid number in `text` as E.164, in the order written."""
    return _numbers(text[:PHONE_CHARACTERS_MAX], region)


@lru_cache(maxsize=PHONES_REMEMBERED_MAX)
def _numbers(text: str, region: str) -> tuple[str, ...]:
    plain = _in_ascii(text)
    found = [phone for run in _RUN.findall(plain) for one in _ONE.findall(run) for phone in _read_one(one, region)]
    if not found and not any(sign.isalpha() for sign in plain):
        # "8/999/123-45-67": the separators stood inside one number
        found = list(_read_one("+" * ("+" in plain) + _NOT_DIGITS.sub("", plain), region))
    return tuple(dict.fromkeys(found))


def _in_ascii(text: str) -> str:
    """Digits of any alphabet as 0-9, any dash as "-", any space as " "; signs that nobody sees are dropped."""
    return "".join(_sign_in_ascii(sign) for sign in text)


def _sign_in_ascii(sign: str) -> str:
    if sign.isascii():
        return " " if sign in "\t\n\r\f\v" else sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    if category in ("Pd", "Sm") and sign != "＋":
        return "-"
    return " " if category == "Zs" else unicodedata.normalize("NFKC", sign)


def _read_one(text: str, region: str) -> Iterator[str]:
    """The number that `text` holds; two numbers when it is two glued together; nothing when it is none."""
    digits = _NOT_DIGITS.sub("", text)
    if DIGITS_MIN <= len(digits) <= DIGITS_MAX:
        phone = _first_valid(_attempts(text, digits, region), region)
        if phone:
            yield phone
    elif len(digits) >= GLUED_DIGITS_MIN:
        yield from _read_glued(digits, region)


def _read_glued(digits: str, region: str) -> tuple[str, ...]:
    for cut in GLUED_CUTS:
        first = _valid(digits[:cut], region)
        second = _valid(digits[cut:], region) if first else None
        if first and second:
            return first, second
    return ()


def _attempts(text: str, digits: str, region: str) -> Iterator[str]:
    """The readings to try, the likeliest first."""
    trunk_eight = region in TRUNK_EIGHT_REGIONS
    if "+" in text and not (trunk_eight and _PLUS_EIGHT.search(text)):
        yield "+" + digits
    yield digits
    if digits.startswith("00"):
        yield "+" + digits[2:]
    national = trunk_eight and len(digits) == INTERNATIONAL_DIGITS_MIN and digits.startswith("8")
    # Without this guard a mistyped "8 299 123-45-67" would become somebody's number in Korea.
    if len(digits) >= INTERNATIONAL_DIGITS_MIN and not national:
        yield "+" + digits


def _first_valid(attempts: Iterator[str], region: str) -> str | None:
    return next((phone for phone in (_valid(attempt, region) for attempt in attempts) if phone), None)


def _valid(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
