"""Words of the calendar as people write them, in Russian and English; all folded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MONTHS_OF: Final = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
"""As after a day: 24 ноября."""
MONTHS: Final = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
MONTHS_SHORT: Final = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
MONTHS_ENGLISH: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS: Final = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
WEEKDAYS_SHORT: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
WEEKDAYS_ENGLISH: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS_ENGLISH_SHORT: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _months() -> Mapping[str, int]:
    found: dict[str, int] = {"сент": 9, "нояб": 11, "sept": 9}
    for names in (MONTHS_OF, MONTHS, MONTHS_SHORT, MONTHS_ENGLISH):
        for number, name in enumerate(names, 1):
            found[name] = number
    for number, name in enumerate(MONTHS_ENGLISH, 1):
        found[name[:3]] = number
    return MappingProxyType(found)


def _weekdays() -> Mapping[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for names in (WEEKDAYS, WEEKDAYS_SHORT, WEEKDAYS_ENGLISH, WEEKDAYS_ENGLISH_SHORT):
        for number, name in enumerate(names):
            found[name] = frozenset({number})
    working, free = frozenset(range(5)), frozenset({5, 6})
    for name in ("weekdays", "weekday", "будни", "будний", "рабочие"):
        found[name] = working
    for name in ("weekends", "weekend", "выходные", "выходной"):
        found[name] = free
    return MappingProxyType(found)


MONTH_NUMBERS: Final = _months()
"""From any folded name to 1..12."""
WEEKDAY_NUMBERS: Final = _weekdays()
"""From any folded name to the days it means, Monday being 0."""
DAYS_AWAY: Final[Mapping[str, int]] = MappingProxyType(
    {"today": 0, "сегодня": 0, "yesterday": -1, "вчера": -1, "tomorrow": 1, "завтра": 1}
)
"""Days counted from the day of receipt."""
NOW: Final = frozenset({"now", "сейчас"})
