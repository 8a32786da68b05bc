"""Read one value of a sender's, whatever its type: a text, a number, a moment, a yes or no. Nothing here raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timezone
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from processor.sources.keep import encodable

LINE_CHARACTERS_MAX: Final = 255
TEXT_CHARACTERS_MAX: Final = 4000
URL_CHARACTERS_MAX: Final = 2048
NUMBER_DIGITS_MAX: Final = 20
NUMBER_CHARACTERS_MAX: Final = 60
LISTED_MAX: Final = 50
EMAIL_CHARACTERS_MAX: Final = 254
MILLISECONDS_FROM: Final = 10**11  # as seconds this is the year 5138
YEARS: Final = range(1990, 2101)
FARTHEST_ZONE: Final = "Etc/GMT-14"

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_SPACES = re.compile(r"[\s'’]+")
_NUMBER = re.compile(r"[^0-9.,+\-]{0,8}([+-]?[0-9][0-9.,]*|[+-]?[.,][0-9]+)[^0-9]{0,8}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+")
_TRUE = frozenset({"1", "true", "yes", "y", "on", "да", "paid", "оплачен", "оплачено", "success", "succeeded"})
_FALSE = frozenset({"0", "false", "no", "n", "off", "нет", "unpaid", "pending", "не оплачен", "не оплачено"})


def text_of(value: Any, characters_max: int = TEXT_CHARACTERS_MAX) -> str | None:
    """A trimmed text without control signs; a list joins its values by ", "; None when nothing is left."""
    if isinstance(value, str):
        if len(value) <= characters_max and value.isprintable():  # as almost every text is
            return value.strip() or None
        clean = _UNSEEN.sub("", encodable(value[: characters_max * 2])).strip()
        return clean[:characters_max].rstrip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    if isinstance(value, list | tuple):
        parts = [text_of(part, characters_max) for part in value[:LISTED_MAX] if not isinstance(part, list | tuple)]
        return ", ".join(part for part in parts if part)[:characters_max] or None
    return None


def line_of(value: Any) -> str | None:
    """A text of one line: of a name, an id, a status."""
    if isinstance(value, bool):
        return None
    text = text_of(value, LINE_CHARACTERS_MAX)
    return " ".join(text.split()) if text else None


def address_of(value: Any) -> str | None:
    """A page's address, cut at URL_CHARACTERS_MAX."""
    return text_of(value, URL_CHARACTERS_MAX) if isinstance(value, str) else None


def email_of(value: Any) -> str | None:
    """The first e-mail address in a text, or None; a chatbot refuses what is no address."""
    text = text_of(value, LINE_CHARACTERS_MAX * 2)
    found = _EMAIL.search(text) if text and "@" in text else None
    return found[0] if found and len(found[0]) <= EMAIL_CHARACTERS_MAX else None


def number_of(value: Any) -> Decimal | None:
    """A finite number of at most 20 digits: 5000, "5 000,50", "1 200 ₽", "1,234.56"; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = _plain_number(value)
        return _bounded(Decimal(text)) if text else None
    if isinstance(value, int):
        return _bounded(Decimal(value)) if abs(value) < 10**NUMBER_DIGITS_MAX else None
    if isinstance(value, float):
        return _bounded(Decimal(repr(value)))
    return _bounded(value) if isinstance(value, Decimal) else None


def flag_of(value: Any) -> bool | None:
    """Yes or no, as senders write it; None when it is neither."""
    if isinstance(value, bool):
        return value
    text = text_of(value, LINE_CHARACTERS_MAX)
    word = text.lower() if text else ""
    return True if word in _TRUE else False if word in _FALSE else None


def moment_of(value: Any, timezone_name: str = "UTC") -> datetime | None:
    """A moment in UTC: ISO 8601 (in the named zone when it names none), or Unix seconds or milliseconds; else None."""
    number = number_of(value) if not isinstance(value, str) or value.strip().isdecimal() else None
    try:
        if number is not None:
            seconds = number / 1000 if abs(number) >= MILLISECONDS_FROM else number
            moment = datetime.fromtimestamp(float(seconds), UTC)
        elif isinstance(value, str):
            read = datetime.fromisoformat(value.strip()[:40])
            moment = (read if read.tzinfo else read.replace(tzinfo=_zone(timezone_name))).astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in YEARS else None


def zoned_moment_of(value: Any) -> datetime | None:
    """A moment that names its zone, or a Unix time; None where the zone would have to be guessed."""
    moment = moment_of(value)
    return moment if moment == moment_of(value, FARTHEST_ZONE) else None


def _zone(name: str) -> ZoneInfo | timezone:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def _number_text(value: int | float | Decimal) -> str | None:
    number = number_of(value)
    if number is None:
        return None
    return str(int(number)) if number == number.to_integral_value() else format(number.normalize(), "f")


def _plain_number(text: str) -> str | None:
    """A number as Decimal reads it; a comma before the last digits is a decimal comma, signs of thousands go."""
    if len(text) > NUMBER_CHARACTERS_MAX:
        return None
    found = _NUMBER.fullmatch(_SPACES.sub("", text.replace("−", "-")))
    if not found:
        return None
    digits = found[1].rstrip(".,")
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        digits = digits.replace("," if dot > comma else ".", "")
    digits = digits.replace(",", ".")
    return digits.replace(".", "") if digits.count(".") > 1 else digits


def _bounded(number: Decimal) -> Decimal | None:
    if not number.is_finite():
        return None
    _, digits, exponent = number.as_tuple()
    fits = (
        len(digits) <= NUMBER_DIGITS_MAX
        and int(exponent) >= -NUMBER_DIGITS_MAX
        and number.adjusted() < NUMBER_DIGITS_MAX
    )
    return number if fits else None
