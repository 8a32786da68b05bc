"""Phones as people type them become E.164 (+79000000001)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

from processor.domain.phone_text import joined_pieces, pieces, plain_text

PHONE_CHARACTERS_MAX: Final = 100
PHONES_REMEMBERED_MAX: Final = 4096
DIGITS_MIN: Final = 7
DIGITS_MAX: Final = 18  # "810", dialled before 15 digits
E164_DIGITS_MAX: Final = 15
INTERNATIONAL_DIGITS_MIN: Final = 11
GLUED_DIGITS_MIN: Final = 20  # two whole numbers with nothing between them
GLUED_CUTS: Final = (11, 12, 10, 13)

# Where 8 is dialled before a national number: "8 999..." is national there, and "+8 999..." is a slip for it.
TRUNK_EIGHT_REGIONS: Final = frozenset({"RU", "KZ", "BY", "TM", "UZ", "AZ"})
SEVEN_REGIONS: Final = frozenset({"RU", "KZ"})
# Where a visitor from Russia or Kazakhstan writes 8 9xx or 8 7xx as at home.
NEIGHBOUR_REGIONS: Final = frozenset({"AM", "AZ", "BY", "GE", "KG", "MD", "TJ", "TM", "UA", "UZ"})
# Where 8 was dialled until some years ago, and is still written.
FORMER_EIGHT: Final = {"UZ": "+998", "TJ": "+992"}

REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)

_PLUS_EIGHT = re.compile(r"\++\s*8[\s(\-.]")
_PREFIXED = re.compile(r"[^0-9+]*(?:\++[^0-9]*7|[78][ (\-.])")
_BELARUSIAN_MOBILE = re.compile(r"80(?:25|29|33|44)[0-9]{7}")
_TURKMEN_MOBILE = re.compile(r"9936[1-5][0-9]{6}")
_TAIL = re.compile(r"(?:\([0-9 .\-]{1,12}\)| - {0,3}[0-9]{1,6})[ .)]{0,3}\Z")
_AND_MORE = re.compile(r" *(\+?[0-9]{10,15}) [0-9 .\-]{1,12}")
_LED_BY = re.compile(r"[ (\-.]*[0-9]{1,4}[ .)\-]+([78][ (\-.]*[0-9].*)")
_NOT_DIGITS = re.compile(r"[^0-9]")
_COUNTED_UP = "+12345678901"


def normal_phone(text: str, region: str = "RU") -> str | None:
    """The first valid number in `text` as E.164, or None; `region` is the ISO country of numbers written without one.

    Extensions, words and brackets around are dropped; only the first PHONE_CHARACTERS_MAX characters are read.
    """
    found = numbers(text, region)
    return found[0] if found else None


def shown_phone(phone: str, *, national: bool = False) -> str:
    """An E.164 number as people write it: +7 900 000-00-01, at home 8 (900) 000-00-01."""
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(phonenumbers.parse(phone), style.NATIONAL if national else style.INTERNATIONAL)


def numbers(text: str, region: str = "RU") -> tuple[str, ...]:
    """Every valid number in `text` as E.164, in the order written."""
    return _numbers(text[:PHONE_CHARACTERS_MAX], region)


@lru_cache(maxsize=PHONES_REMEMBERED_MAX)
def _numbers(text: str, region: str) -> tuple[str, ...]:
    plain = plain_text(text)
    found = [phone for piece in pieces(plain) for phone in _read(piece, region)]
    if not found:
        found = [phone for piece in joined_pieces(plain) for phone in _read_joined(piece, region)]
    return tuple(dict.fromkeys(found))


def _read(piece: str, region: str) -> tuple[str, ...]:
    """The number that `piece` holds, or the numbers when it holds several; nothing when it holds none."""
    digits = _NOT_DIGITS.sub("", piece)
    if len(digits) < DIGITS_MIN:
        return ()
    phone = _whole(piece, digits, region) if len(digits) <= DIGITS_MAX else None
    if phone:
        return (phone,)
    return _read_crowded(piece, digits, region) if len(digits) > INTERNATIONAL_DIGITS_MIN else ()


def _read_joined(piece: str, region: str) -> tuple[str, ...]:
    """A number whose parts stood apart; it is not taken for a foreign one unless it says so."""
    digits = _NOT_DIGITS.sub("", piece)
    if not DIGITS_MIN <= len(digits) <= DIGITS_MAX:
        return ()
    attempts = _attempts(piece, digits, region)
    told = attempts if "+" in piece else (attempt for attempt in attempts if not attempt.startswith("+"))
    phone = _first_valid(told, region)
    return (phone,) if phone else ()


def _read_crowded(piece: str, digits: str, region: str) -> tuple[str, ...]:
    """Several numbers, or one with something before or behind it."""
    glued = _read_glued(digits, region) if len(digits) >= GLUED_DIGITS_MIN else ()
    if glued:
        return glued
    for kept in _without_company(piece):
        digits = _NOT_DIGITS.sub("", kept)
        phone = _whole(kept, digits, region) if DIGITS_MIN <= len(digits) <= DIGITS_MAX else None
        if phone:
            return (phone,)
    return ()


def _without_company(piece: str) -> Iterator[str]:
    """`piece` without an extension behind it, or without a small number before it."""
    tail = _TAIL.search(piece)
    if tail:
        yield piece[: tail.start()]
    for shape in (_AND_MORE, _LED_BY):
        found = shape.fullmatch(piece)
        if found:
            yield found[1]


def _read_glued(digits: str, region: str) -> tuple[str, ...]:
    for cut in GLUED_CUTS:
        even = len(digits) % cut == 0
        parts = [digits[at : at + cut] for at in range(0, len(digits), cut)] if even else [digits[:cut], digits[cut:]]
        phones: list[str] = []
        for part in parts:
            phone = _whole(part, part, region) if len(part) <= E164_DIGITS_MAX else None
            if not phone:
                break
            phones.append(phone)
        else:
            return tuple(phones)
    return ()


def _whole(text: str, digits: str, region: str) -> str | None:
    """The number that all of `digits` are."""
    return _first_valid(_attempts(text, digits, region), region)


def _first_valid(attempts: Iterable[str], region: str) -> str | None:
    return next((phone for phone in (_valid(attempt, region) for attempt in attempts) if phone), None)


def _attempts(text: str, digits: str, region: str) -> Iterator[str]:
    """The readings to try, the likeliest first."""
    trunk_eight = region in TRUNK_EIGHT_REGIONS
    count = len(digits)
    plus = "+" in text
    if plus and not (trunk_eight and _PLUS_EIGHT.search(text)):
        yield "+" + digits
    # "+7 (701) 123-45-6" lacks a digit; without its 7 it would be somebody else's 10 digits.
    if not (count == 10 and region in SEVEN_REGIONS and _PREFIXED.match(text)):
        yield digits
    if digits.startswith("00"):
        yield "+" + digits[2:]
    yield from _slips(digits, region, plus=plus)
    if INTERNATIONAL_DIGITS_MIN <= count <= E164_DIGITS_MAX and not _is_national(text, digits, region):
        yield "+" + digits


def _slips(digits: str, region: str, *, plus: bool) -> Iterator[str]:
    """A prefix typed twice, and a neighbour's habit."""
    count = len(digits)
    if count == 12 and (digits.startswith(("879", "889")) or (plus and digits.startswith("77"))):
        yield "+7" + digits[2:]
    if digits[0] != "8":
        return
    if count == 10 and region in FORMER_EIGHT:
        yield FORMER_EIGHT[region] + digits[1:]
    if count != INTERNATIONAL_DIGITS_MIN:
        return
    if region in SEVEN_REGIONS and _BELARUSIAN_MOBILE.fullmatch(digits):
        yield "+375" + digits[2:]
    if region == "UA" and digits[1] == "0":
        yield "+3" + digits
    if region in NEIGHBOUR_REGIONS and digits[1] in "79":
        yield "+7" + digits[1:]


def _is_national(text: str, digits: str, region: str) -> bool:
    """A national number with a slip in it, which must not become somebody's in Korea, Taiwan or Pakistan."""
    eleven = len(digits) == INTERNATIONAL_DIGITS_MIN
    if region in TRUNK_EIGHT_REGIONS and digits[0] == "8" and (eleven or _PREFIXED.match(text)):
        return True
    return region in SEVEN_REGIONS and eleven and digits[0] == "9" and not _TURKMEN_MOBILE.fullmatch(digits)


def _valid(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None if phone == _COUNTED_UP or len(set(str(number.national_number))) == 1 else phone
