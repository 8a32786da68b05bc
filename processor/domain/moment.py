"""Dates and times as people write them: 24.11.2026, 2026-11-24 18:30, 24 ноября 2026, ISO with a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from processor.domain.calendar_words import MONTH_NUMBERS

WRITTEN_CHARACTERS_MAX: Final = 60
YEARS: Final = range(1900, 2201)
UNIX_SECONDS: Final = range(10**9, 10**11)
"""2001 to 5138; the same digits as milliseconds begin where these end."""
MOMENTS_REMEMBERED_MAX: Final = 1_024
MOSCOW: Final = timezone(timedelta(hours=3), "MSK")

_TIME = (
    r"(?:[T ,]\s*(?:в\s+|at\s+)?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?"
)
_ZONE = r"\s*(?P<zone>Z|(?:UTC|GMT)(?:[+-][0-9]{1,2})?|МСК|MSK|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_DAYS = (
    r"(?P<year>[0-9]{4})(?P<sep>[-./])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})",
    r"(?P<day>[0-9]{1,2})(?P<sep>[-./])(?P<month>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4}|[0-9]{2})",
    r"(?P<day>[0-9]{1,2})\s+(?P<word>[a-zа-я]{3,9})\.?,?\s+(?P<year>[0-9]{4})(?:\s*(?:года|г\.?))?",
    r"(?P<word>[a-z]{3,9})\.?\s+(?P<day>[0-9]{1,2}),?\s+(?P<year>[0-9]{4})",
)
_SHAPES = tuple(re.compile(day + _TIME + _ZONE, re.IGNORECASE) for day in _DAYS)
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2}):?([0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to, not including, `end`: a whole day, or a moment (`start` is `end`). Both know their zone."""

    start: datetime
    end: datetime

    @property
    def is_day(self) -> bool:
        """Whether no time of day is known."""
        return self.start != self.end


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says of a moment: the day, perhaps the time, perhaps the zone."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None

    def in_zone(self, zone: tzinfo) -> Stretch:
        """The moment or the day meant, in `zone` where the text names none."""
        home = self.zone or zone
        if self.clock is None:
            return day_in(self.day, home)
        moment = datetime.combine(self.day, self.clock, home)
        return Stretch(moment, moment)


def day_in(day: date, zone: tzinfo) -> Stretch:
    """A whole day, from midnight to midnight by the clocks of `zone`."""
    return Stretch(datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone))


@lru_cache(maxsize=MOMENTS_REMEMBERED_MAX)
def written(text: str) -> Written | None:
    """What `text` says, the day before the month unless the year leads; None when it is no date. Never raises."""
    if len(text) > WRITTEN_CHARACTERS_MAX:
        return None
    plain = text.strip()
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found:
            return _built(found)
    return None


def _built(found: re.Match[str]) -> Written | None:
    parts = found.groupdict()
    word = parts.get("word")
    month = MONTH_NUMBERS.get(word.casefold(), 0) if word else int(parts["month"])
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    zone = _zone_of(parts["zone"])
    if year not in YEARS or (parts["zone"] and zone is None):
        return None
    try:
        day = date(year, month, int(parts["day"]))
        clock = _clock_of(parts) if parts["hour"] else None
    except ValueError:
        return None
    return Written(day, clock, zone)


def _clock_of(parts: dict[str, str]) -> time:
    return time.min.replace(int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0))


def _zone_of(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    upper = name.upper()
    if upper in ("Z", "UTC", "GMT"):
        return UTC
    if upper in ("МСК", "MSK"):
        return MOSCOW
    offset = _OFFSET.fullmatch(upper)
    if offset is None:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    if ahead >= timedelta(days=1):
        return None
    return timezone(ahead if offset[1] == "+" else -ahead)


def stretch_of(value: Any, zone: tzinfo) -> Stretch | None:
    """The moment or day that a value of an event is: a datetime, a text, Unix seconds or milliseconds. Never raises."""
    if isinstance(value, str):
        said = written(value)
        return said.in_zone(zone) if said else None
    if isinstance(value, datetime):
        try:
            moment = value if value.tzinfo else value.replace(tzinfo=zone)
            return Stretch(moment, moment) if moment.year in YEARS else None
        except (ValueError, OverflowError):
            return None
    return _unix(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _unix(value: int | float | Decimal) -> Stretch | None:
    try:
        whole = int(value) if 0 < value < UNIX_SECONDS.stop * 1000 else 0
    except (ArithmeticError, ValueError):
        return None
    seconds = whole if whole in UNIX_SECONDS else whole // 1000
    if seconds not in UNIX_SECONDS:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Stretch(moment, moment) if moment.year in YEARS else None


def clock_minutes(text: str) -> int | None:
    """Minutes since midnight of `22:00`, `22.00` or `22`; 24:00 is the day's end. None when it is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    return minutes if int(found[2] or 0) < 60 and minutes <= 24 * 60 else None
