"""Tests of moments: of a time that an event tells, or of a date that somebody wrote into a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from processor.domain.condition import Asks
from processor.domain.home import Zones
from processor.domain.moment import Stretch, Written, day_in, stretch_of
from processor.domain.reach import elements

CLOCK_AHEAD: Final = timedelta(minutes=5)
"""A sender's clock may run so far ahead of ours: what is that new happened just now."""
DAY_MINUTES: Final = 24 * 60

Judge = Callable[[Stretch, "Hour"], bool]
"""Whether one moment of an event passes."""


@dataclass(frozen=True, slots=True)
class Hour:
    """What the moments of an event are read by: when it was received, and the clocks of its source."""

    received: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Bound:
    """A moment in a rule: as it is written, or counted from the event's receipt (`ago` milliseconds, or `days`)."""

    text: str
    said: Written | None = None
    ahead_ms: int | None = None
    days: int | None = None

    def at(self, hour: Hour) -> Stretch:
        """The moment or the day that is meant for one event."""
        if self.said is not None:
            return self.said.in_zone(hour.zone)
        if self.days is not None:
            return day_in((hour.received + timedelta(days=self.days)).astimezone(hour.zone).date(), hour.zone)
        moment = hour.received + timedelta(milliseconds=self.ahead_ms or 0)
        return Stretch(moment, moment)


def asked(judge: Judge, zones: Zones, *, wanted: bool = True) -> Asks:
    """Some element is a moment that `judge` passes; with `wanted` false: none is."""

    def asks(values: Sequence[Any], view: Mapping[str, Any]) -> bool:
        received = view.get("received_at")
        if not isinstance(received, datetime):
            return not wanted
        hour = Hour(received, zones.of(view.get("source")))
        found = (stretch_of(value, hour.zone) for value in elements(values))
        return any(judge(one, hour) for one in found if one is not None) is wanted

    return asks


def before(bound: Bound) -> Judge:
    """Earlier; a day ends where the next begins."""

    def judge(one: Stretch, hour: Hour) -> bool:
        limit = bound.at(hour).start
        return one.start < limit and one.end <= limit

    return judge


def after(bound: Bound) -> Judge:
    """Later; later than a day is the next day."""

    def judge(one: Stretch, hour: Hour) -> bool:
        limit = bound.at(hour)
        return one.start >= limit.end if limit.is_day else one.start > limit.start

    return judge


def between(low: Bound, high: Bound) -> Judge:
    """Not before the one nor after the other: both days, and both moments, included."""

    def judge(one: Stretch, hour: Hour) -> bool:
        first, last = low.at(hour), high.at(hour)
        if one.start < first.start:
            return False
        if last.is_day:
            return one.start < last.end and one.end <= last.end
        return one.end <= last.end

    return judge


def during(bounds: Sequence[Bound]) -> Judge:
    """On one of the days; a bound with a time of day means its minute (its second, where seconds are written)."""

    def judge(one: Stretch, hour: Hour) -> bool:
        return any(_inside(one, bound, hour) for bound in bounds)

    return judge


def _inside(one: Stretch, bound: Bound, hour: Hour) -> bool:
    limit = bound.at(hour)
    if limit.is_day:
        return limit.start <= one.start < limit.end and one.end <= limit.end
    exact = bound.said is not None and bound.said.clock is not None and bound.said.clock.second
    end = limit.start + (timedelta(seconds=1) if exact else timedelta(minutes=1))
    return limit.start <= one.start < end and not one.is_day


def within(span_ms: int) -> Judge:
    """At most `span_ms` before the event was received, and not after it."""
    span = timedelta(milliseconds=span_ms)

    def judge(one: Stretch, hour: Hour) -> bool:
        late = one.end if one.is_day else one.start
        return late >= hour.received - span and one.start <= hour.received + CLOCK_AHEAD

    return judge


def on_weekday(days: frozenset[int]) -> Judge:
    """On one of `days` (Monday is 0) by the clocks of the source."""
    return lambda one, hour: one.start.astimezone(hour.zone).weekday() in days


def by_clock(begin_minutes: int, end_minutes: int) -> Judge:
    """From one time of day up to, not including, the other, over midnight if need be; a day without a time never."""

    def judge(one: Stretch, hour: Hour) -> bool:
        if one.is_day:
            return False
        local = one.start.astimezone(hour.zone)
        minutes = local.hour * 60 + local.minute
        if begin_minutes <= end_minutes:
            return begin_minutes <= minutes < end_minutes
        return minutes >= begin_minutes or minutes < end_minutes

    return judge
