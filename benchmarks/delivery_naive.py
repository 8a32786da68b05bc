"""The usual integration: each event becomes its calls at once, first come, first served, at exactly two calls a second.

An event that a rule matched costs one createOrUpdateContact, one setYsellStatus when there is a status, and one call
for each variable; the id is taken from the first answer. Repeated deliveries are recognised and cost nothing, so that
only the way of delivering is compared. No call ever fails or is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.delivery_record import DayRecord, Wait

GAP_MS = 500
THERE_MS = 43


@dataclass(frozen=True, slots=True)
class Naive:
    """`urgent` and `other`: for each event the wait for its last write of that kind."""

    calls: int
    urgent: Sequence[Wait]
    other: Sequence[Wait]


def naive(record: DayRecord) -> Naive:
    """What the day's events would have cost."""
    free_ms, calls = 0, 0
    urgent: list[Wait] = []
    other: list[Wait] = []
    for event, (status, variables) in _elements(record).items():
        came_ms = record.came_ms[event]
        begins_ms = max(free_ms, came_ms)
        own_calls = 1 + status + variables
        urgent.append(Wait(came_ms, begins_ms + status * GAP_MS + THERE_MS - came_ms))
        # The fields go with the first call: without variables nothing else is left to write.
        last = own_calls - 1 if variables else 0
        other.append(Wait(came_ms, begins_ms + last * GAP_MS + THERE_MS - came_ms))
        free_ms = begins_ms + own_calls * GAP_MS
        calls += own_calls
    return Naive(calls, urgent, other)


def _elements(record: DayRecord) -> Mapping[str, tuple[int, int]]:
    """Event -> (statuses, variables), in the order in which the events came."""
    found: dict[str, set[str]] = defaultdict(set)
    for wish in record.wishes:
        found[wish.event].add(wish.element)
    return {
        event: ("status" in elements, sum(element.startswith("variable:") for element in elements))
        for event, elements in found.items()
    }
