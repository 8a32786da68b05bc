"""What one rules file makes of deliveries, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from processor.domain.delivery import Kept
from processor.domain.event import Event
from processor.domain.known import Account
from processor.domain.later import due
from processor.domain.plan import Plan, plan
from processor.domain.rule import Ruleset
from processor.domain.wish import EVENTS_MAX, Wish, stamp_of, wins
from processor.rehearse.history import History
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
    `acted` and `cancelled` count delayed rules. Where rules ask for other events, every delivery is remembered first.
    """

    rules: Ruleset
    habits: Habits
    history: History
    wanted: dict[str, dict[str, Wish]] = field(default_factory=dict)
    matched: Counter[str] = field(default_factory=Counter)
    troubles: dict[tuple[str, str], Met] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    acted: int = 0
    cancelled: int = 0

    @classmethod
    def of(cls, rules: Ruleset, account: Account) -> Side:
        """The beginning: nothing is wanted of anybody."""
        return cls(rules, habits_of(rules, account), History(rules))

    def remember(self, kept: Kept, read: Read) -> None:
        """Put a delivery's events into the history, before any is applied."""
        for index, event in enumerate(read.events):
            self.history.add(event, stamp=stamp_in(kept, event, index), event_id=kept.delivery.id)

    def take(self, kept: Kept, read: Read) -> bool:
        """Apply a delivery; whether any rule matched."""
        if read.failure:
            self.failures[read.failure] += 1
        for one in read.unfilled:
            self._trouble(read.filed_under, one.field, one.text, kept)
        plans: list[Plan] = []
        for index, event in enumerate(read.events):
            stamp = stamp_in(kept, event, index)
            planned = self._plan(kept, event, stamp)
            self.matched.update(planned.matched)
            plans += [planned, *self._due(kept, event, stamp, planned)]
        for planned in plans:
            for problem in planned.problems:
                self._trouble(problem.rule, problem.element, problem.text, kept)
        wishes: dict[str, list[Wish]] = {}
        for contact in (contact for planned in plans for contact in planned.contacts):
            wishes.setdefault(contact.contact.key, []).extend(contact.wishes)
        for key, new in wishes.items():
            self._merge(key, new)
        return any(planned.matched for planned in plans)

    def _plan(self, kept: Kept, event: Event, stamp: str) -> Plan:
        before = self.history.before(event, stamp)
        return plan(self.rules, event, stamp=stamp, event_id=kept.delivery.id, earlier=before)

    def _due(self, kept: Kept, event: Event, stamp: str, planned: Plan) -> Iterator[Plan]:
        """What delayed rules wish when they are due: by then everything that the sample holds has come."""
        for due_ms in sorted({later.due_ms for later in planned.later}):
            names = [later.rule for later in planned.later if later.due_ms == due_ms]
            verdicts, wished = due(
                self.rules,
                event,
                names,
                stamp=stamp,
                due_ms=due_ms,
                event_id=kept.delivery.id,
                earlier=self.history.until(event, stamp, due_ms),
            )
            self.acted += sum(verdict.fate == "acts" for verdict in verdicts)
            self.cancelled += sum(verdict.fate == "cancelled" for verdict in verdicts)
            yield wished

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
