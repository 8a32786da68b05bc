"""What a simulated day leaves behind, for those who count: wishes, calls, and how Watbot stood before."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness.simulated_watbot import WatbotCall
from tests.harness.simulated_world import Wished

URGENT = frozenset({"tag", "utm", "status"})
"""Kinds of elements that a bot reacts to; nobody waits for the others (variables, fields)."""


@dataclass(frozen=True, slots=True)
class DayRecord:
    """`before` and `after`: contact -> element -> value, as Watbot had them; `synced`: whose ids were known before."""

    wishes: Sequence[Wished]
    calls: Sequence[WatbotCall]
    before: Mapping[str, Mapping[str, Any]]
    after: Mapping[str, Mapping[str, Any]]
    synced: frozenset[str]
    came_ms: Mapping[str, int]
    """Event -> when it came."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An event's wait for its last write of a kind: since when (Unix ms), and how long."""

    since_ms: float
    waited_ms: float


def urgent(element: str) -> bool:
    """Whether a bot reacts to it."""
    return element.partition(":")[0] in URGENT


def wishes_by_contact(record: DayRecord) -> Mapping[str, Sequence[Wished]]:
    """Each contact's wishes in the order in which they came."""
    found: dict[str, list[Wished]] = defaultdict(list)
    for wish in record.wishes:
        found[wish.contact].append(wish)
    return found


def calls_by_contact(record: DayRecord) -> Mapping[str, Sequence[WatbotCall]]:
    """Each contact's calls in the order in which they were made."""
    found: dict[str, list[WatbotCall]] = defaultdict(list)
    for call in record.calls:
        found[call.contact].append(call)
    return found


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that this share of them does not exceed (nearest rank); nan of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def ages_ms(waits: Iterable[Wait]) -> list[float]:
    """How long each waited."""
    return [wait.waited_ms for wait in waits]


def drained_ms(waits: Iterable[Wait], from_ms: float, patience_ms: float) -> float:
    """How long after `from_ms` until nobody waits who has waited for more than `patience_ms`."""
    late = sorted((wait.since_ms + patience_ms, wait.since_ms + wait.waited_ms) for wait in waits)
    until_ms = from_ms
    for begins_ms, ends_ms in late:
        if begins_ms <= until_ms < ends_ms:
            until_ms = ends_ms
    return until_ms - from_ms
