"""A contact's turn: claim, pace, diff, call, record."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from processor.clock import Clock
from processor.domain.diff import Difference, PlannedCall, Policy, difference
from processor.domain.known import Account
from processor.domain.wish import Wish
from processor.log import logger
from processor.rules.book import RulesBook
from processor.store.account import account as known_account
from processor.store.account import learn
from processor.store.connection import Store
from processor.store.contacts import Claim, ContactState, Record, claim, look_again, record
from processor.store.pace import Pace, resting
from workers.answered import Answered, after_error, after_success
from workers.watbot.client import WatbotClient

# More calls for one contact in one turn than this: something is wrong; it goes to the back of the line.
CALLS_A_TURN_MAX = 40
# A rest longer than this is not waited out by a thread: the sweeper rings when it is over.
REST_WAIT_MS_MAX = 2_000

_log = logger("reconcile")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A contact looked at just before its slot; `state` None when the lease was lost."""

    state: ContactState | None
    look: Difference


@dataclass(slots=True)
class Reconciler:
    """Brings contacts up to date, one call at a time, each in a slot of the account's budget."""

    client: Store
    watbot: WatbotClient
    book: RulesBook
    pace: Pace
    clock: Clock
    ring_another: Callable[[], None]
    stopping: Callable[[], bool]
    lease_ms: int
    journal_days: int
    contact_days: int
    # Whoever waits for the next slot; others may be calling meanwhile, so slow answers do not idle the budget.
    _turn: threading.Lock = field(default_factory=threading.Lock)
    # Failures in a row over all contacts: Watbot itself is down, not one contact.
    _down: int = 0

    def step(self) -> bool:
        """One contact; False when nobody is in line, the account rests, or we are to stop. Raises StoreError."""
        with self._turn:
            if self.stopping() or self._resting():
                return False
            held = claim(self.client, lease_ms=self.lease_ms)
            if held is None:
                return False
            if held.more:
                self.ring_another()
            look = self._look(held.state)
            ready = self._slot(held) if look.calls else _Ready(held.state, look)
        self._work(held, ready)
        return True

    def _resting(self) -> bool:
        rest = resting(self.client)
        return rest is not None and rest[0] - self.clock.now_ms() > REST_WAIT_MS_MAX

    def _look(self, state: ContactState) -> Difference:
        rules = self.book.current()
        policy = Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as)
        return difference(state.contact, state.wanted, state.known, self._account(), policy, self.clock.now_ms())

    def _account(self) -> Account:
        declared = self.book.current().tags_as
        known = known_account(self.client)
        return known if declared == "auto" else Account(tags="add" if declared == "add" else "replace", utm=known.utm)

    def _work(self, held: Claim, ready: _Ready | None) -> None:
        """Call after call, each in its slot, until nothing differs."""
        for _ in range(CALLS_A_TURN_MAX):
            if ready is None:  # told to stop before a slot came
                break
            if ready.state is None:
                _log.warning("lease lost before a call", contact=held.state.contact.key)
                return
            if not ready.look.calls:
                self._finish(held, ready.state, ready.look)
                return
            answered = self._call(ready.state, ready.look.calls[0])
            if not self._write(held, answered.entry) or answered.entry.then != "hold":
                return
            ready = self._next(held)
        self._hand_back(held)

    def _next(self, held: Claim) -> _Ready | None:
        """What is left after a call; with a slot, when that needs another."""
        with self._turn:
            ready = self._make_ready(held)
            return self._slot(held) if ready.look.calls else ready

    def _slot(self, held: Claim) -> _Ready | None:
        return self.pace.take(lambda: self._make_ready(held), self.stopping)

    def _make_ready(self, held: Claim) -> _Ready:
        """Look as late as possible, so that wishes merge until the last moment; the lease is renewed by it."""
        state = look_again(self.client, held, lease_ms=self.lease_ms)
        return _Ready(state, self._look(state) if state else Difference())

    def _call(self, state: ContactState, planned: PlannedCall) -> Answered:
        started_ms = self.clock.monotonic_ms()
        try:
            echo = self.watbot.call(planned.call)
        except Exception as error:  # noqa: BLE001  the verdict is total
            took_ms = round(self.clock.monotonic_ms() - started_ms)
            answered = after_error(
                state,
                planned,
                error,
                now_ms=self.clock.now_ms(),
                took_ms=took_ms,
                jitter=random.random(),  # noqa: S311  spreads retries, guards nothing
                down=self._down,
            )
            self._down += answered.counts_as_down
            if answered.rest_ms:
                self.pace.rest(answered.rest_ms, answered.rest_reason)
            _log.warning("call failed", contact=state.contact.key, reason=answered.rest_reason or answered.reason)
            return answered
        self._down = 0
        took_ms = round(self.clock.monotonic_ms() - started_ms)
        answered = after_success(state, planned, echo, self._account(), now_ms=self.clock.now_ms(), took_ms=took_ms)
        if answered.facts:
            learn(self.client, **answered.facts)
        return answered

    def _finish(self, held: Claim, state: ContactState, look: Difference) -> None:
        """Nothing differs: what is already so is settled without a call."""
        settled = {element: state.wanted[element].stamp for element in look.settled}
        stories = _told(state.wanted, look.settled, self.clock)
        self._write(held, Record(settled=settled, stories=stories, then="release", score=self.clock.now_ms()))

    def _hand_back(self, held: Claim) -> None:
        self._write(held, Record(then="release", score=self.clock.now_ms()))

    def _write(self, held: Claim, entry: Record) -> bool:
        written, ring = record(
            self.client,
            held,
            entry,
            lease_ms=self.lease_ms,
            journal_days=self.journal_days,
            contact_days=self.contact_days,
        )
        if not written:
            _log.warning("lease lost, nothing written", contact=held.state.contact.key)
        if ring:
            self.ring_another()
        return written


def _told(
    wanted: Mapping[str, Wish], settled: Mapping[str, str], clock: Clock
) -> list[tuple[str, Mapping[str, object]]]:
    by_event: dict[str, dict[str, str]] = {}
    for element, reason in settled.items():
        by_event.setdefault(wanted[element].event, {})[element] = reason
    return [(event, {"what": "no_call", "at": clock.now_ms(), "elements": found}) for event, found in by_event.items()]
