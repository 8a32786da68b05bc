"""What the usual integration would have called, and what was spared: so that what merging saves can be told. Pure.

The usual integration makes, for every event, one createOrUpdateContact with all fields, tags and UTM, and one call for
each variable and each status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from processor.domain.wish import Wish, is_status


def alone(element: str) -> bool:
    """Whether an element takes a call of its own, whoever makes it."""
    return is_status(element) or element.startswith("variable:")


def usual_calls(wishes: Iterable[Wish]) -> dict[str, int]:
    """Rule -> calls, for one event's wishes of one contact; the shared createOrUpdateContact is the first rule's."""
    counts: Counter[str] = Counter()
    shared = False
    for wish in wishes:
        if alone(wish.element):
            counts[wish.rule] += 1
        elif not shared:
            shared = True
            counts[wish.rule] += 1
    return dict(counts)


class Spared(msgspec.Struct, frozen=True, kw_only=True):
    """Of one event, what was so already: `calls` that it would have taken alone, and whether it shared an upsert."""

    event: str
    rule: str
    calls: int
    shared: bool


def spared_calls(wanted: Mapping[str, Wish], settled: Iterable[str]) -> list[Spared]:
    """What is spared when these elements are settled without a call, by event."""
    by_event: dict[str, list[str]] = {}
    for element in settled:
        by_event.setdefault(wanted[element].event, []).append(element)
    return [
        Spared(
            event=event,
            rule=wanted[elements[0]].rule,
            calls=sum(map(alone, elements)),
            shared=not all(map(alone, elements)),
        )
        for event, elements in by_event.items()
    ]
