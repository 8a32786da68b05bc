"""A contact's history as the rehearsed deliveries alone give it: what came before them nobody sees."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from processor.domain.earlier import HISTORY_EVENTS_MAX, Earlier, entry_of
from processor.domain.event import Event
from processor.domain.plan import own_contact
from processor.domain.rule import Ruleset


def looks_around(rules: Ruleset) -> bool:
    """Whether any rule asks for a contact's other events: earlier ones, or those that a delayed rule waits for."""
    return any(rule.enabled and (rule.asks_earlier or rule.after_ms is not None) for rule in rules.rules)


@dataclass(slots=True)
class History:
    """Every event by its own contact. Add all of them, `sort`, then ask."""

    rules: Ruleset
    entries: dict[str, list[Earlier]] = field(default_factory=dict)

    def add(self, event: Event, *, stamp: str, event_id: str) -> None:
        """Remember an event, in any order."""
        own = own_contact(self.rules, event)
        if own is not None:
            self.entries.setdefault(own.key, []).append(entry_of(event, stamp=stamp, event_id=event_id))

    def sort(self) -> None:
        """Put everybody's events in the order in which they happened."""
        for entries in self.entries.values():
            entries.sort(key=_place)

    def before(self, event: Event, stamp: str) -> Sequence[Earlier]:
        """What came before the event, so far as the store would remember it."""
        entries, at = self._around(event, stamp)
        return entries[max(0, at - HISTORY_EVENTS_MAX) : at]

    def until(self, event: Event, stamp: str, due_ms: int) -> Sequence[Earlier]:
        """The same, and what came after it up to `due_ms` (Unix ms)."""
        entries, at = self._around(event, stamp)
        end = bisect_left(entries, due_ms + 1, key=lambda one: one.at_ms)
        return entries[max(0, at - HISTORY_EVENTS_MAX) : end]

    def _around(self, event: Event, stamp: str) -> tuple[Sequence[Earlier], int]:
        own = own_contact(self.rules, event) if self.entries else None
        entries = self.entries.get(own.key, []) if own else []
        place = entry_of(event, stamp=stamp, event_id="").place
        return entries, bisect_left(entries, place, key=_place)


def _place(one: Earlier) -> tuple[int, int]:
    return one.place
