"""The turn of delayed rules: when they are due, see whether they still hold, and wish what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from processor.clock import Clock
from processor.domain.later import due
from processor.domain.plan import own_contact
from processor.domain.remembered import Reading
from processor.domain.rule import Ruleset
from processor.domain.terms import contact_term
from processor.domain.wish import EVENTS_MAX
from processor.errors import StoreError, Unreadable
from processor.log import logger
from processor.rules.book import RulesBook
from processor.sources.registry import preset_of
from processor.store.connection import Store
from processor.store.deliveries import Memory, tell
from processor.store.later import Due, claim_due
from workers.apply import Outcome, joined, settles, told_of, written

LEASE_MS: Final = 5_000
DEATHS_MAX: Final = 4

_log = logger("later")


@dataclass(slots=True)
class Delayed:
    """Takes delayed rules as they fall due, those of one event at a time."""

    client: Store
    book: RulesBook
    clock: Clock
    ring_reconcile: Callable[[], None]
    stopping: Callable[[], bool]
    journal_days: int

    def step(self) -> bool:
        """What is due longest; False when nothing is, or may act yet, or we are to stop. Raises StoreError."""
        if self.stopping():
            return False
        held = claim_due(self.client, lease_ms=LEASE_MS)
        if held is None:
            return False
        try:
            self._act(held)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  one event must not hold up the others
            # It stays leased: it comes back, and after DEATHS_MAX it is given up with its reason.
            _log.exception("delayed rules failed", delivery=held.taken.delivery.id)
            told = {"what": "crashed", "at": self.clock.now_ms(), "error": type(error).__name__}
            tell(self.client, held.taken.delivery.id, told)
        return True

    def _act(self, held: Due) -> None:
        rules = self.book.current()
        applied = written(
            self.client,
            held.taken.delivery.id,
            lambda past: decide_due(held, rules, self.clock.now_ms(), past),
            rules,
            journal_days=self.journal_days,
        )
        if applied.ring:
            self.ring_reconcile()
        _log.debug("delayed rules acted", delivery=held.taken.delivery.id, state=applied.state)


def decide_due(held: Due, rules: Ruleset, now_ms: int, past: Reading) -> Outcome:
    """What delayed rules come to under the rules in force now. Pure, but for what `past` reads."""
    taken, index = held.taken, held.timer.index
    told: dict[str, Any] = {"what": "due", "at": now_ms, "due_ms": held.due_ms, "rules": rules.version}

    def dropped(reason: str) -> Outcome:
        story = told | {"reason": reason, "dropped": list(held.timer.rules)}
        return Outcome("planned", story, {}, memory=Memory(timer=held.timer))

    if held.deaths >= DEATHS_MAX:
        return dropped("crashed_again_and_again")
    source = rules.sources.get(taken.delivery.source)
    if source is None:
        return dropped("source_not_in_rules")
    try:
        events = preset_of(source).normalise(taken.delivery, source)[:EVENTS_MAX]
    except Unreadable:
        return dropped("unreadable")
    if index >= len(events):
        return dropped("event_not_there")
    event, own = events[index], own_contact(rules, events[index])
    numbered = taken.numbered
    verdicts, made = due(
        rules,
        event,
        held.timer.rules,
        stamp=numbered.stamp(event, index),
        due_ms=held.due_ms,
        event_id=numbered.id,
        earlier=numbered.history(own.key, numbered.entries(rules, events), past) if own else (),
    )
    contacts = joined([made], max(held.due_ms, taken.since_ms))
    story = told | {"verdicts": msgspec.to_builtins(verdicts)} | told_of([made], contacts, [])
    terms = [contact_term(key) for key, _ in contacts]
    return Outcome("planned", story, {}, contacts, settles([made]), Memory(timer=held.timer), terms)
