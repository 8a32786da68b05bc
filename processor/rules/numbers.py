"""Numbers and durations that were probably meant by what cannot be read as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from processor.domain.numeral import number_of
from processor.rules.meant import plain

_AMOUNT = re.compile(r"([0-9][0-9 ]*(?:[.,][0-9]+)?)\s*(?:руб[а-я]*\.?|р\.?|₽|rub|rur|usd|\$|€|шт\.?|%|тг|₸)?")
_DURATION = re.compile(r"([0-9]{1,9})\s*([a-zа-яё]+)\.?")

_UNITS: Final[Mapping[str, str]] = {
    "ms": "ms|мс|миллисекунд[аы]?|milliseconds?",
    "s": "s|с|сек|секунд[аы]?|sec|seconds?",
    "m": "m|м|мин|минут[аы]?|min|minutes?",
    "h": "h|ч|час|часа|часов|hours?",
    "d": "d|д|дн|день|дня|дней|сутки|суток|days?",
}


def number_meant(text: str) -> str | None:
    """The number in `5000 руб.`, `>= 5000` or `“5000”`, written plainly."""
    found = _AMOUNT.fullmatch(plain(text).lstrip("<>=≥≤~ "))
    number = number_of(found[1]) if found else None
    return None if number is None else str(number)


def duration_meant(text: str) -> str | None:
    """`3s` of `3 сек`, `24h` of `24 часа`; units come in either language."""
    found = _DURATION.fullmatch(plain(text))
    if not found:
        return None
    return next((found[1] + unit for unit, words in _UNITS.items() if re.fullmatch(words, found[2])), None)
