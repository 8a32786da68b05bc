"""The filter `date`: a moment by the clocks of the event's source, with Russian names of months and days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from processor.domain.calendar_words import (
    MONTHS,
    MONTHS_ENGLISH,
    MONTHS_OF,
    MONTHS_SHORT,
    NOW,
    WEEKDAYS,
    WEEKDAYS_ENGLISH,
    WEEKDAYS_SHORT,
)
from processor.domain.home import Home
from processor.domain.liquid_problem import FilterProblem, choice_given, given, text_given
from processor.domain.moment import stretch_of
from processor.text import Text

FORMAT_CHARACTERS_MAX: Final = 200

_NAMED: Final = {"long": "%-d %B %Y", "short": "%d.%m.%Y", "time": "%H:%M", "full": "%d.%m.%Y %H:%M", "iso": "%Y-%m-%d"}
_DIRECTIVE = re.compile(r"%(-?.|\Z)", re.DOTALL)
_WHOLE: Final = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "x": "%d.%m.%Y", "X": "%H:%M:%S"}
_PLAIN: Final[dict[str, Callable[[datetime], str]]] = {
    "d": lambda moment: f"{moment.day:02}",
    "-d": lambda moment: str(moment.day),
    "e": lambda moment: f"{moment.day:2}",
    "m": lambda moment: f"{moment.month:02}",
    "-m": lambda moment: str(moment.month),
    "Y": lambda moment: str(moment.year),
    "y": lambda moment: f"{moment.year % 100:02}",
    "H": lambda moment: f"{moment.hour:02}",
    "-H": lambda moment: str(moment.hour),
    "I": lambda moment: f"{moment.hour % 12 or 12:02}",
    "-I": lambda moment: str(moment.hour % 12 or 12),
    "M": lambda moment: f"{moment.minute:02}",
    "-M": lambda moment: str(moment.minute),
    "S": lambda moment: f"{moment.second:02}",
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "u": lambda moment: str(moment.isoweekday()),
    "w": lambda moment: str(moment.isoweekday() % 7),
    "z": lambda moment: moment.strftime("%z"),
    "Z": lambda moment: moment.tzname() or "",
    "s": lambda moment: str(int(moment.timestamp())),
    "%": lambda _: "%",
}


def date(value: Any, form: Any = "long", language: Any = "ru", *, home: Home, received: Any) -> str:
    """The moment as `form` says: strftime's signs, or long, short, time, full, iso; a day alone has the time 00:00."""
    spoken = choice_given(language, ("ru", "en"))
    wanted = text_given(form)
    wanted = _NAMED.get(wanted.strip().casefold(), wanted)
    if len(wanted) > FORMAT_CHARACTERS_MAX:
        raise FilterProblem(Text("формат даты слишком длинный", "the date's format is too long"))
    # `now` is when the event came, so that its replay gives the same.
    late = isinstance(given(value), str) and value.strip().casefold() in (*NOW, "today", "сегодня")
    found = stretch_of(received if late else value, home.zone)
    if found is None:
        raise FilterProblem(Text("это не дата", "not a date"))
    moment = found.start.astimezone(home.zone)
    for sign, whole in _WHOLE.items():
        wanted = wanted.replace(f"%{sign}", whole)
    after_day = re.search(r"%(?:-?d|e)", wanted) is not None
    return _DIRECTIVE.sub(lambda sign: _put(sign[1], moment, spoken, after_day), wanted)


def _put(sign: str, moment: datetime, spoken: str, after_day: bool) -> str:
    if sign in _PLAIN:
        return _PLAIN[sign](moment)
    month, day = moment.month - 1, moment.weekday()
    russian = spoken == "ru"
    if sign == "B":
        return ((MONTHS_OF if after_day else MONTHS) if russian else _CAPITAL_MONTHS)[month]
    if sign in ("b", "h"):
        return MONTHS_SHORT[month] if russian else _CAPITAL_MONTHS[month][:3]
    if sign == "A":
        return WEEKDAYS[day] if russian else WEEKDAYS_ENGLISH[day].capitalize()
    if sign == "a":
        return WEEKDAYS_SHORT[day] if russian else WEEKDAYS_ENGLISH[day][:3].capitalize()
    raise FilterProblem(Text(f"в формате даты нет знака %{sign}", f"a date's format has no %{sign}"))


_CAPITAL_MONTHS: Final = tuple(month.capitalize() for month in MONTHS_ENGLISH)
