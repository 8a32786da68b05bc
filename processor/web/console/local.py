"""Numbers and times as the visitor's language and zone write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

from processor.text import Language
from processor.web.console.visit import Look

DAY_S = 86_400


def number_text(number: float, language: Language) -> str:
    """1 234 567 or 1,234,567."""
    return str(format_decimal(number, locale=language))


def percent_text(share: float, language: Language) -> str:
    """A share between 0 and 1 as whole percents."""
    return str(format_percent(share, locale=language))


def moment_text(at_ms: int, look: Look, *, now_ms: int) -> str:
    """18:03:07 for today, else the day too, in the visitor's zone."""
    at, now = (datetime.fromtimestamp(ms / 1000, look.zone) for ms in (at_ms, now_ms))
    if at.date() == now.date():
        return str(format_time(at, "HH:mm:ss", locale=look.language))
    with_year = "" if at.year == now.year else " y"
    return str(format_datetime(at, f"d MMM{with_year} HH:mm:ss", locale=look.language))


def ago_text(since_ms: int, language: Language, *, now_ms: int) -> str:
    """3 минуты назад, 2 days ago."""
    seconds = round((since_ms - now_ms) / 1000)
    return str(format_timedelta(seconds, add_direction=True, locale=language, threshold=1.2))


def iso_text(at_ms: int, zone: ZoneInfo) -> str:
    """For the `datetime` of a <time>."""
    return datetime.fromtimestamp(at_ms / 1000, zone).isoformat(timespec="milliseconds")
