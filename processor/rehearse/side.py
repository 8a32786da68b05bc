"""What one rules file makes of deliveries, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from processor.domain.delivery import Kept
from processor.domain.event import Event
from processor.domain.known import Account
from processor.domain.plan import Plan, plan
from processor.domain.rule import Ruleset
from processor.domain.wish import EVENTS_MAX, Wish, stamp_of, wins
from processor.rehearse.price import Habits, calls_alone, habits_of
from processor.rehearse.reading import Read
from processor.text import Text


@dataclass(slots=True)
class Met:
    """A problem: how often it was met, and how it was the first time."""

    count: int
    text: Text
    event: str


@dataclass(slots=True)
class Side:
    """Grows with every delivery. `wanted` is merged by the stamps' law, as the store merges it.

    `calls` counts what each event would cost alone: every element that it changes, what can share a call shared.
    """

    rules: Ruleset
    habits: Habits
    wanted: dict[str, dict[str, Wish]] = field(default_factory=dict)
    matched: Counter[str] = field(default_factory=Counter)
    troubles: dict[tuple[str, str], Met] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    @classmethod
    def of(cls, rules: Ruleset, account: Account) -> Side:
        """The beginning: nothing is wanted of anybody."""
        return cls(rules, habits_of(rules, account))

    def take(self, kept: Kept, read: Read) -> bool:
        """Apply a delivery; whether any rule matched."""
        if read.failure:
            self.failures[read.failure] += 1
        for one in read.unfilled:
            self._trouble(read.filed_under, one.field, one.text, kept)
        plans = [self._plan(kept, event, index) for index, event in enumerate(read.events)]
        for planned in plans:
            self.matched.update(planned.matched)
            for problem in planned.problems:
                self._trouble(problem.rule, problem.element, problem.text, kept)
        wishes: dict[str, list[Wish]] = {}
        for contact in (contact for planned in plans for contact in planned.contacts):
            wishes.setdefault(contact.contact.key, []).extend(contact.wishes)
        for key, new in wishes.items():
            self._merge(key, new)
        return any(planned.matched for planned in plans)

    def _plan(self, kept: Kept, event: Event, index: int) -> Plan:
        return plan(self.rules, event, stamp=stamp_in(kept, event, index), event_id=kept.delivery.id)

    def _merge(self, key: str, new: Iterable[Wish]) -> None:
        first = key not in self.wanted
        wanted = self.wanted.setdefault(key, {})
        moved: dict[str, Wish] = {}
        for wish in new:
            held = wanted.get(wish.element)
            if held is None or wins(wish, held):
                wanted[wish.element] = wish
                if held is None or held.value != wish.value or wish.element == "status":
                    moved[wish.element] = wish
        self.calls += calls_alone(moved.values(), self.habits, first=first)

    def _trouble(self, rule: str, element: str, text: Text, kept: Kept) -> None:
        met = self.troubles.setdefault((rule, element), Met(0, text, kept.delivery.id))
        met.count += 1


def stamp_in(kept: Kept, event: Event, index: int) -> str:
    """The stamp of a delivery's event, as the worker gives it."""
    occurred_ms = None if event.occurred_at is None else int(event.occurred_at.timestamp() * 1000)
    return stamp_of(occurred_ms, kept.since_ms, kept.number * EVENTS_MAX + index)


def index_in(stamp: str) -> int:
    """Which event of its delivery a stamp belongs to, counted from 0."""
    return int(stamp.rpartition(".")[2]) % EVENTS_MAX
