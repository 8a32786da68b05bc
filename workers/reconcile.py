"""A contact's turn: claim, pace, diff, call, record."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from processor.clock import Clock
from processor.domain.diff import Difference, PlannedCall, Policy, difference
from processor.domain.known import Account
from processor.domain.lane import CALM, score
from processor.domain.wish import Wish
from processor.log import logger
from processor.rules.book import RulesBook
from processor.store.account import account as known_account
from processor.store.account import learn
from processor.store.connection import Store
from processor.store.contacts import Claim, ContactState, Record, claim, look_again, record
from processor.store.pace import Pace, resting
from workers.answered import Answered, after_error, after_success
from workers.turnstile import Turnstile
from workers.verdict import growing_ms
from workers.watbot.client import WatbotClient

# More calls for one contact in one turn than this: something is wrong; it goes to the back of the line.
CALLS_A_TURN_MAX = 40
# A rest longer than this is not waited out by a thread: the sweeper rings when it is over.
REST_WAIT_MS_MAX = 2_000

_log = logger("reconcile")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A contact looked at just before its slot; `state` None when the lease was lost.

    `later`: what is left belongs to a later lane, so that others may come first.
    """

    state: ContactState | None
    look: Difference
    later: bool = False


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
    _turnstile: Turnstile = field(default_factory=Turnstile)
    # Failures in a row over all contacts: Watbot itself is down, or the budget is smaller than we were told.
    _down: int = 0
    _throttled: int = 0

    def step(self) -> bool:
        """One contact; False when nobody is in line, the account rests, or we are to stop. Raises StoreError."""
        with self._turnstile.turn(midway=False):
            if self.stopping() or self._resting():
                return False
            held = claim(self.client, lease_ms=self.lease_ms)
            if held is None:
                return False
            turn_ms = self.clock.now_ms()
            look = self._look(held.state, turn_ms)
            ready = self._slot(held, turn_ms) if look.calls else _Ready(held.state, look)
        if held.more and ready is not None:  # no slot for us is none for others either
            self.ring_another()
        return self._work(held, ready, turn_ms)

    def _resting(self) -> bool:
        rest = resting(self.client)
        return rest is not None and rest[0] - self.clock.now_ms() > REST_WAIT_MS_MAX

    def _look(self, state: ContactState, turn_ms: int) -> Difference:
        rules = self.book.current()
        policy = Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as)
        now_ms = self.clock.now_ms()
        return difference(
            state.contact, state.wanted, state.known, self._account(), policy, now_ms=now_ms, turn_ms=turn_ms
        )

    def _account(self) -> Account:
        declared = self.book.current().tags_as
        known = known_account(self.client)
        return known if declared == "auto" else Account(tags="add" if declared == "add" else "replace", utm=known.utm)

    def _work(self, held: Claim, ready: _Ready | None, turn_ms: int) -> bool:
        """Call after call, each in its slot, until nothing differs; False when no slot is to be had for long."""
        for _ in range(CALLS_A_TURN_MAX):
            if ready is None:
                self._write(held, Record(then="release"))
                return False
            if ready.state is None:
                _log.warning("lease lost before a call", contact=held.state.contact.key)
                return True
            if not ready.look.calls:
                self._finish(held, ready.state, ready.look)
                return True
            if ready.later:
                self._write(held, Record(then="release"))
                return True
            planned = ready.look.calls[0]
            answered = self._call(ready.state, planned)
            if not self._write(held, answered.entry) or answered.entry.then != "hold":
                return True
            ready = self._next(held, turn_ms, planned.lane)
        self._write(held, Record(then="release", score=score(CALM, self.clock.now_ms())))
        return True

    def _next(self, held: Claim, turn_ms: int, lane: int) -> _Ready | None:
        """What is left after a call of `lane`; with a slot, when that needs another in this lane."""
        with self._turnstile.turn(midway=True):
            ready = self._make_ready(held, turn_ms)
            if not ready.look.calls:
                return ready
            if ready.look.calls[0].lane > lane:
                return replace(ready, later=True)
            return self._slot(held, turn_ms)

    def _slot(self, held: Claim, turn_ms: int) -> _Ready | None:
        """None when we are to stop, or the lease would run out while waiting."""
        return self.pace.take(lambda: self._make_ready(held, turn_ms), self.stopping, self.lease_ms // 3)

    def _make_ready(self, held: Claim, turn_ms: int) -> _Ready:
        """Look as late as possible, so that wishes merge until the last moment; the lease is renewed by it."""
        state = look_again(self.client, held, lease_ms=self.lease_ms)
        return _Ready(state, self._look(state, turn_ms) if state else Difference())

    def _call(self, state: ContactState, planned: PlannedCall) -> Answered:
        started_ms = self.clock.monotonic_ms()
        try:
            echo = self.watbot.call(planned.call)
        except Exception as error:  # noqa: BLE001  the verdict is total
            return self._failed(state, planned, error, round(self.clock.monotonic_ms() - started_ms))
        self._down = self._throttled = 0
        took_ms = round(self.clock.monotonic_ms() - started_ms)
        answered = after_success(state, planned, echo, self._account(), now_ms=self.clock.now_ms(), took_ms=took_ms)
        if answered.facts:
            learn(self.client, **answered.facts)
        return answered

    def _failed(self, state: ContactState, planned: PlannedCall, error: Exception, took_ms: int) -> Answered:
        answered = after_error(
            state,
            planned,
            error,
            now_ms=self.clock.now_ms(),
            took_ms=took_ms,
            jitter=random.random(),  # noqa: S311  spreads retries, guards nothing
            down=self._down,
            throttled=self._throttled,
        )
        self._down += answered.counts_as_down
        if answered.rest_ms:
            self._throttled += answered.rest_reason == "throttled"
            self.pace.rest(answered.rest_ms, answered.rest_reason)
        _log.warning("call failed", contact=state.contact.key, reason=answered.rest_reason or answered.reason)
        return answered

    def _finish(self, held: Claim, state: ContactState, look: Difference) -> None:
        """Nothing differs: what is already so is settled without a call."""
        settled = {element: state.wanted[element].stamp for element in look.settled}
        stories = _told(state.wanted, look.settled, self.clock)
        if len(settled) < len(state.wanted):
            # Never meant to happen; if it does, it must neither spin nor hide.
            _log.error(
                "wishes without a call", contact=state.contact.key, elements=sorted(set(state.wanted) - set(settled))
            )
            delay_ms = growing_ms(state.failures + 1, 1.0)
            self._write(held, Record(settled=settled, stories=stories, then="retry", delay_ms=delay_ms))
            return
        self._write(held, Record(settled=settled, stories=stories, then="release"))

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
