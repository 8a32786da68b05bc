"""A turn: pace, claim, diff, call, record. A turn is one call: the next slot is for who is first in line then."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from processor.clock import Clock
from processor.domain.call import Upsert
from processor.domain.diff import Difference, PlannedCall, difference
from processor.domain.known import Account, unsure
from processor.domain.policy import Policy
from processor.domain.usual import spared_calls
from processor.domain.wish import Wish
from processor.log import logger
from processor.rules.book import RulesBook
from processor.store.account import account as known_account
from processor.store.account import learn
from processor.store.connection import Store
from processor.store.contacts import PARK_AFTER_MS, Claim, Failure, Record, anybody, claim, record
from processor.store.pace import Departure, Pace
from processor.store.sync import SyncClaim, SyncRecord, record_sync
from workers.answered import Answered, after_error, after_success
from workers.backfill import Backfill
from workers.first_sync import FirstSyncs, waits
from workers.verdict import growing_ms
from workers.watbot.client import WatbotClient

_log = logger("reconcile")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A contact that is held since `claimed_ms` (monotonic), and the call to make for it, given that `account`.

    `told_ms` (monotonic): when the claim was answered, so not before `held.at_ms`.
    """

    held: Claim
    planned: PlannedCall
    account: Account
    claimed_ms: float
    told_ms: float

    def store_ms(self, now_ms: float) -> int:
        """The store's time (Unix ms) at `now_ms` (monotonic): machines whose clocks differ agree on what is old.

        Rounded down, as the store's own: what was seen just now must not lie ahead of the next claim.
        """
        return self.held.at_ms + int(now_ms - self.told_ms)


@dataclass(frozen=True, slots=True)
class _PageTurn:
    """A sync that is held since `claimed_ms` (monotonic): its next page is to be read."""

    held: SyncClaim
    claimed_ms: float


@dataclass(slots=True)
class Reconciler:
    """Brings contacts up to date, one call at a time, each in a slot of the account's budget.

    A call is made only when its answer comes (`timeout_ms`) before the lease ends.
    """

    client: Store
    watbot: WatbotClient
    book: RulesBook
    pace: Pace
    clock: Clock
    ring_another: Callable[[], None]
    stopping: Callable[[], bool]
    lease_ms: int
    timeout_ms: int
    journal_days: int
    contact_days: int
    park_after_ms: int = PARK_AFTER_MS
    # Whether bots that were never synced are to be, and above which share of the store's memory a sync stops.
    first_sync: bool = False
    fill_percent_max: int = 60
    first_syncs: FirstSyncs = field(init=False)
    _backfill: Backfill = field(init=False)
    # One thread of a process waits for the next slot, the others call meanwhile.
    _gate: threading.Lock = field(default_factory=threading.Lock)
    _at_gate: int = 0

    def __post_init__(self) -> None:
        self.first_syncs = FirstSyncs(self.client, self.book, wanted=self.first_sync)
        self._backfill = Backfill(
            self.client, self.watbot, self.pace, self.ring_another, self.contact_days, self.fill_percent_max
        )

    def step(self) -> bool:
        """One call; False when nobody is in line, the account rests, or we are to stop. Raises StoreError."""
        self._at_gate += 1
        try:
            with self._gate:
                found = self._turn()
        finally:
            self._at_gate -= 1
        if found is None:
            return False
        turn, departure = found
        if turn.held.more and not self._at_gate:
            self.ring_another()
        if isinstance(turn, _PageTurn):
            self._write_page(turn.held, self._backfill.read(turn.held, departure))
            return True
        answered = self._call(turn, departure)
        if answered.facts:
            learn(self.client, **answered.facts)
        self._write(turn.held, _counted(answered.entry, turn))
        return True

    def _turn(self) -> tuple[_Turn | _PageTurn, Departure] | None:
        """Who is first in line when the next slot comes, and leaves in it."""
        if self.stopping() or not anybody(self.client):
            return None
        while self.pace.near(self.stopping):
            turn = self._claim()
            if turn is None:
                self.pace.leave()
                return None
            departure = self.pace.depart()
            if departure and self.clock.monotonic_ms() - turn.claimed_ms <= self.lease_ms - self.timeout_ms:
                return turn, departure
            # The slot has moved away, or we were held up for so long that another may soon work for this contact.
            if departure:
                self.pace.landed(departure, "unsent")
            if isinstance(turn, _PageTurn):
                self._write_page(turn.held, SyncRecord({}))
            else:
                self._write(turn.held, Record())
        return None

    def _claim(self) -> _Turn | _PageTurn | None:
        """The first in line that needs a call; who needs none is finished on the way, which costs no slot."""
        while not self.stopping():
            claimed_ms = self.clock.monotonic_ms()
            held = claim(self.client, lease_ms=self.lease_ms)
            told_ms = self.clock.monotonic_ms()
            if held is None:
                return None
            if isinstance(held, SyncClaim):
                needless = self._backfill.needless(held)
                if needless is None:
                    return _PageTurn(held, claimed_ms)
                self._write_page(held, needless)
                continue
            if held.state.claims > 1:
                # Whoever held it before died: of a call that was under way then nothing is known.
                held = replace(held, state=replace(held.state, known=unsure(held.state.known)))
            account = known_account(self.client)
            look = self._look(held, account)
            if look.calls:
                return _Turn(held, look.calls[0], account, claimed_ms, told_ms)
            self._finish(held, look)
        return None

    def _look(self, held: Claim, account: Account) -> Difference:
        rules = self.book.current()
        policy = Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as, rules.tags_as)
        state, told = held.state, self.first_syncs.told(held.state)
        look = difference(
            state.contact,
            state.wanted,
            state.known,
            account,
            policy,
            now_ms=held.at_ms,
            delivered=state.delivered,
        )
        return told.waiting(state, look, held.at_ms)

    def _call(self, turn: _Turn, departure: Departure) -> Answered:
        state, planned = turn.held.state, turn.planned
        started_ms = self.clock.monotonic_ms()
        try:
            echo = self.watbot.call(planned.call)
        except Exception as error:  # noqa: BLE001  the verdict is total
            return self._failed(turn, departure, error, round(self.clock.monotonic_ms() - started_ms))
        answered_ms = self.clock.monotonic_ms()
        took_ms = round(answered_ms - started_ms)
        self.pace.landed(departure, "ok", sent_ms=self.watbot.sent_ms())
        # What the answer says of the account is held against what was believed when the call was chosen: another worker
        # may have learnt it meanwhile.
        return after_success(state, planned, echo, turn.account, now_ms=turn.store_ms(answered_ms), took_ms=took_ms)

    def _failed(self, turn: _Turn, departure: Departure, error: Exception, took_ms: int) -> Answered:
        answered = after_error(
            turn.held.state,
            turn.planned,
            error,
            now_ms=turn.store_ms(self.clock.monotonic_ms()),
            took_ms=took_ms,
            jitter=random.random(),  # noqa: S311  spreads retries, guards nothing
            throttled=departure.throttled,
        )
        sent_ms, rest_ms = self.watbot.sent_ms(), answered.rest_ms
        _, rests_ms = self.pace.landed(
            departure, answered.outcome, sent_ms=sent_ms, rest_ms=rest_ms, reason=answered.reason
        )
        _log.warning("call failed", contact=turn.held.state.contact.key, reason=answered.reason, rests_ms=rests_ms)
        if rests_ms and answered.entry.then == "retry":
            # Not this contact's fault: it is tried again as soon as Watbot is there.
            return replace(answered, entry=replace(answered.entry, delay_ms=rests_ms, failure=None))
        return answered

    def _finish(self, held: Claim, look: Difference) -> None:
        """Nothing differs: what is already so is settled without a call."""
        wanted = held.state.wanted
        settled = {element: wanted[element].stamp for element in look.settled}
        stories = _told(wanted, look.settled, held.at_ms)
        if look.wait_ms:
            self._write(held, waits(held.state, look, stories, now_ms=held.at_ms))
            return
        if len(settled) < len(wanted):
            # Never meant to happen; if it does, it must neither spin nor hide.
            left = sorted(set(wanted) - set(settled))
            _log.error("wishes without a call", contact=held.state.contact.key, elements=left)
            delay_ms, failure = growing_ms(held.state.failures + 1, 1.0), Failure("without_call", left)
            self._write(
                held, Record(settled=settled, stories=stories, then="retry", delay_ms=delay_ms, failure=failure)
            )
            return
        self._write(held, Record(settled=settled, stories=stories, spared=spared_calls(wanted, settled)))

    def _write(self, held: Claim, entry: Record) -> None:
        if entry.known is None and held.state.claims > 1:
            entry = replace(entry, known=held.state.known)
        done = record(
            self.client,
            held,
            entry,
            journal_days=self.journal_days,
            contact_days=self.contact_days,
            park_after_ms=self.park_after_ms,
        )
        self._written(held.state.contact.key, *done)

    def _write_page(self, held: SyncClaim, entry: SyncRecord) -> None:
        self._written(f"sync of bot {held.sync.bot}", *record_sync(self.client, held, entry))

    def _written(self, who: str, written: bool, ring: bool) -> None:
        if not written:
            _log.warning("lease lost, nothing written", contact=who)
        if ring:
            self.ring_another()


def _counted(entry: Record, turn: _Turn) -> Record:
    """With whose call it was; what only learns goes with what waits for it."""
    wanted, planned = turn.held.state.wanted, turn.planned
    elements = planned.elements or tuple(wanted)
    shared: list[str] = []
    if isinstance(planned.call, Upsert) and entry.called:
        shared = list(dict.fromkeys(wanted[element].event for element in planned.elements))
    return replace(entry, made=wanted[elements[0]].rule, shared=shared)


def _told(
    wanted: Mapping[str, Wish], settled: Mapping[str, str], now_ms: int
) -> list[tuple[str, Mapping[str, object]]]:
    by_event: dict[str, dict[str, str]] = {}
    for element, reason in settled.items():
        by_event.setdefault(wanted[element].event, {})[element] = reason
    return [(event, {"what": "no_call", "at": now_ms, "elements": found}) for event, found in by_event.items()]
