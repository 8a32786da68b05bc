"""Tests of moments in a `when:` line: before, after, within, between, weekday, time."""

from __future__ import annotations

from typing import Final

from processor.domain.calendar_words import DAYS_AWAY, NOW, WEEKDAY_NUMBERS
from processor.domain.condition import Asks, fold
from processor.domain.home import Zones
from processor.domain.moment import clock_minutes, written
from processor.domain.moment_tests import (
    DAY_MINUTES,
    Bound,
    Judge,
    after,
    asked,
    before,
    between,
    by_clock,
    during,
    on_weekday,
    within,
)
from processor.domain.span import span_of
from processor.rules.reading import fields, scalars_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.text import Text

MOMENT_TESTS: Final = ("before", "after", "within", "weekday", "time")
SPAN_MAX_MS: Final = 3_650 * 24 * 60 * 60 * 1000
"""Ten years."""

_DATE = Text(
    "дата: 2026-11-24, 24.11.2026 18:30, today, или срок от получения: -3d",
    "a date: 2026-11-24, 24.11.2026 18:30, today, or a time from receipt: -3d",
)
_SPAN = Text("срок: 30m, 2h, 7d, 1h30m, «7 дней»; до 3650d", 'a time: 30m, 2h, 7d, 1h30m, "7 days"; up to 3650d')
_DAYS = Text(
    "дни: пн, вт, ср, чт, пт, сб, вс, будни, выходные", "days: mon, tue, wed, thu, fri, sat, sun, weekdays, weekend"
)
_CLOCK = Text("время суток, например 22:00", "a time of day, such as 22:00")
_CLOCKS = Text("[22:00, 08:00] или {after: 22:00}", "[22:00, 08:00] or {after: 22:00}")


def moment_test(name: str, tree: Tree, zones: Zones, report: Report) -> tuple[str, Asks | None]:
    """How the test `name` reads, and the test itself; None with a fault."""
    if name in ("is", "in", "not", "not_in"):
        texts, bounds = _bounds(tree, report)
        judge: Judge | None = during(bounds) if bounds else None
        shown = ", ".join(texts)
    elif name == "within":
        shown, judge = _within(tree, report)
    elif name == "weekday":
        shown, judge = _weekday(tree, report)
    elif name == "time":
        shown, judge = _time(tree, report)
    else:
        shown, judge = _dated(name, tree, report)
    return shown, None if judge is None else asked(judge, zones, wanted=name not in ("not", "not_in"))


def is_date(text: str) -> bool:
    """Whether a rule means a moment by it, such as 24.11.2026 or today."""
    return _bound(text) is not None


def _bound(text: str) -> Bound | None:
    folded = fold(text)
    if folded in NOW:
        return Bound(text, ahead_ms=0)
    if folded in DAYS_AWAY:
        return Bound(text, days=DAYS_AWAY[folded])
    if folded[:1] in ("-", "+", "\u2212"):
        span = span_of(folded[1:].strip())
        if span is None or span[0] > SPAN_MAX_MS:
            return None
        return Bound(text, ahead_ms=span[0] if folded[0] == "+" else -span[0])
    said = written(text)
    return Bound(text, said) if said else None


def _bounds(tree: Tree, report: Report) -> tuple[list[str], list[Bound]]:
    texts, bounds = [], []
    for text, scalar in texts_of(tree, report):
        bound = _bound(text)
        if bound is None:
            message = Text(f"«{named(text)}» не дата", f'"{named(text)}" is not a date')
            report.add("test.moment", message, scalar.place, _DATE)
        else:
            texts.append(text)
            bounds.append(bound)
    return texts, bounds


def _dated(name: str, tree: Tree, report: Report) -> tuple[str, Judge | None]:
    """before and after take one date, between takes two."""
    count = report.count
    texts, bounds = _bounds(tree, report)
    wanted = 2 if name == "between" else 1
    if report.count == count and len(bounds) != wanted:
        two = Text("две даты: [с, по]", "two dates: [from, to]")
        message = Text("нужно не столько дат", "that is not the right number of dates")
        report.add("test.moment", message, tree.place, two if wanted == 2 else _DATE)
    if report.count != count:
        return "", None
    if wanted == 1:
        return texts[0], before(bounds[0]) if name == "before" else after(bounds[0])
    low, high = (bound.said for bound in bounds)
    if low is not None and high is not None and low.day > high.day:
        message = Text("с более поздней по более раннюю: ничего не подойдёт", "from later to earlier: nothing fits")
        report.add("test.moment", message, tree.place, Text("сначала более ранняя", "the earlier one first"))
        return "", None
    return ", ".join(texts), between(bounds[0], bounds[1])


def _within(tree: Tree, report: Report) -> tuple[str, Judge | None]:
    text = tree.text.strip() if isinstance(tree, Scalar) else ""
    span = span_of(text)
    if span is None or not 0 < span[0] <= SPAN_MAX_MS:
        report.add("test.span", Text("срок записан неверно", "the time is not written right"), tree.place, _SPAN)
        return "", None
    return text, within(span[0])


def _weekday(tree: Tree, report: Report) -> tuple[str, Judge | None]:
    texts, days = [], set[int]()
    for text, scalar in texts_of(tree, report):
        meant = WEEKDAY_NUMBERS.get(fold(text).rstrip("."))
        if meant is None:
            message = Text(f"«{named(text)}» не день недели", f'"{named(text)}" is no day of the week')
            report.add("test.weekday", message, scalar.place, _DAYS, near(fold(text), frozenset(WEEKDAY_NUMBERS)))
        else:
            texts.append(text)
            days |= meant
    return ", ".join(texts), on_weekday(frozenset(days)) if days else None


def _time(tree: Tree, report: Report) -> tuple[str, Judge | None]:
    """`[22:00, 08:00]`, `22:00-08:00`, or {between, after, before}."""
    if isinstance(tree, Table):
        return _time_named(tree, report)
    if isinstance(tree, Scalar):
        parts = [part.strip() for part in tree.text.replace("–", "-").replace("—", "-").split("-")]
        if len(parts) == 2:
            minutes = [clock_minutes(part) for part in parts]
            if None not in minutes:
                return _clocked(tree, [one for one in minutes if one is not None], report)
        return _not_two(tree, report)
    return _time_between(tree, report)


def _time_named(tree: Table, report: Report) -> tuple[str, Judge | None]:
    found = fields(tree, ("between", "after", "before"), report)
    if "between" in found and len(found) == 1:
        return _time_between(found["between"].value, report)
    begin = _clock(found["after"].value, report) if "after" in found else 0
    end = _clock(found["before"].value, report) if "before" in found else DAY_MINUTES
    if begin is None or end is None:
        return "", None
    if "between" in found or not found:
        return _not_two(tree, report)
    return _clocked(tree, [begin, end], report)


def _time_between(tree: Tree, report: Report) -> tuple[str, Judge | None]:
    scalars = scalars_of(tree, report) if isinstance(tree, Listing) else ()
    if len(scalars) != 2:
        return _not_two(tree, report)
    minutes = [_clock(scalar, report) for scalar in scalars]
    return _clocked(tree, [one for one in minutes if one is not None], report) if None not in minutes else ("", None)


def _not_two(tree: Tree, report: Report) -> tuple[str, Judge | None]:
    report.add("test.time", Text("нужны два времени суток", "two times of day are needed"), tree.place, _CLOCKS)
    return "", None


def _clocked(tree: Tree, minutes: list[int], report: Report) -> tuple[str, Judge | None]:
    begin, end = minutes
    if begin % DAY_MINUTES == end:
        text = Text("начало и конец совпадают", "it begins when it ends")
        report.add("test.time", text, tree.place, _CLOCKS)
        return "", None
    return f"{_shown(begin)}-{_shown(end)}", by_clock(begin % DAY_MINUTES, end)


def _clock(tree: Tree, report: Report) -> int | None:
    minutes = clock_minutes(tree.text) if isinstance(tree, Scalar) else None
    if minutes is None:
        shown = named(tree.text) if isinstance(tree, Scalar) else "…"
        text = Text(f"«{shown}» не время суток", f'"{shown}" is no time of day')
        report.add("test.time", text, tree.place, _CLOCK)
    return minutes


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
