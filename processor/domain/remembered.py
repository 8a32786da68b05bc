"""The events of one delivery, stamped, as the histories of their contacts have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from processor.domain.condition import fold
from processor.domain.earlier import Earlier, entry_of
from processor.domain.event import Event
from processor.domain.plan import own_contact
from processor.domain.rule import Ruleset
from processor.domain.wish import EVENTS_MAX, stamp_of

Reading = Callable[[str], Sequence[Earlier]]
"""The history of a contact, by its key."""


def nothing_before(_: str) -> Sequence[Earlier]:
    """The history of a contact of whom nothing is known."""
    return ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A delivery by its id, its number in the journal, and when it arrived (Unix ms)."""

    id: str
    number: int
    since_ms: int

    def stamp(self, event: Event, index: int) -> str:
        """The stamp of its event of this number."""
        return stamp_of(_unix_ms(event.occurred_at), self.since_ms, self.number * EVENTS_MAX + index)

    def entries(self, rules: Ruleset, events: Sequence[Event]) -> list[tuple[str, Earlier]]:
        """How each of its events enters the history of its own contact (by key), where it has one."""
        owns = [(own_contact(rules, event), event, index) for index, event in enumerate(events)]
        return [
            (own.key, entry_of(event, stamp=self.stamp(event, index), event_id=self.id))
            for own, event, index in owns
            if own is not None
        ]

    def history(self, contact: str, entries: Sequence[tuple[str, Earlier]], past: Reading) -> list[Earlier]:
        """A contact's history, with the events of this delivery as they are read now (`entries`)."""
        own = [entry for key, entry in entries if key == contact]
        return [one for one in past(contact) if one.id != self.id] + own

    def asked(
        self, rules: Ruleset, event: Event, entries: Sequence[tuple[str, Earlier]], past: Reading
    ) -> list[Earlier]:
        """The history that conditions may ask for this event; where no rule does, it is not read."""
        if rules.asks_earlier is not None and fold(event.event) not in rules.asks_earlier:
            return []
        own = own_contact(rules, event)
        return self.history(own.key, entries, past) if own else []


def _unix_ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
