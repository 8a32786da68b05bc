"""The account's budget of calls, shared by every process: wait until a call is nearly due, then leave.

Nothing is reserved ahead: a departure is written down at its own moment, so a caller that is late, dies or finds
nothing to do wastes no slot, and whoever leaves may choose at the last moment what to call for.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import redis

from processor.clock import Clock
from processor.rate import Limit
from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run

# The clocks are read in whole milliseconds, on both sides.
GUARD_MS = 4
# So long before its departure a caller makes ready, so that it looks as late as possible and leaves on time.
READY_MS = 10
# Who waits and does not look again so long after it should have has died.
GRACE_MS = 250
# A departure that moves away by more than this is not waited for with something already chosen.
HOLD_MS = 60
# A rest longer than this is not waited out by a thread: the sweeper rings when it is over.
WAIT_MS_MAX = 2_000
WAIT_STEP_MS = 500
# The server's clock was set when it moved by more than this against ours: what left lately is unknown.
CLOCK_SET_MS = 400
TRIAL_MS = 15_000
# The quickest of so many answers tells how long the way takes at least; of fewer than the least nothing is concluded.
ANSWERS_KEPT, ANSWERS_MIN = 100, 5

Outcome = Literal["ok", "answered", "unavailable", "throttled", "stopped", "unsent"]


@dataclass(frozen=True, slots=True)
class Departure:
    """A call that leaves now: its slot, our monotonic time (ms), and the failures and 429s in a row before it."""

    slot: bytes
    at_ms: float
    down: int = 0
    throttled: int = 0


@dataclass(slots=True)
class Pace:
    """One for each process; `near`, `depart` and `leave` are used by one thread at a time, `landed` by any."""

    client: redis.Redis
    limits: tuple[Limit, ...]
    clock: Clock
    trial_ms: int = TRIAL_MS
    _ticket: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")
    _target_ms: float = 0.0
    _offset_ms: float | None = None
    _unsure_until_ms: float = 0.0
    _answers_ms: deque[float] = field(default_factory=lambda: deque(maxlen=ANSWERS_KEPT))

    def near(self, stopping: Callable[[], bool] = lambda: False, wait_ms_max: float = WAIT_MS_MAX) -> bool:
        """Wait until a departure is READY_MS away; False when we are to stop or it is too far. Raises StoreError."""
        while not stopping():
            asked_ms = self.clock.monotonic_ms()
            wait_ms, now_ms = self._ask(commit=False)
            wait_ms = max(wait_ms, self._unsure_ms(asked_ms, now_ms))
            if wait_ms > wait_ms_max:
                break
            self._target_ms = asked_ms + wait_ms
            if wait_ms <= READY_MS:
                return True
            self.clock.sleep_ms(min(wait_ms - READY_MS, WAIT_STEP_MS))
        self.leave()
        return False

    def depart(self) -> Departure | None:
        """Leave at the moment that is due; None when that has moved away (another call landed late, a rest began).

        Call `near` before. Raises StoreError.
        """
        while True:
            self.clock.sleep_ms(self._target_ms - self.clock.monotonic_ms())
            asked_ms = self.clock.monotonic_ms()
            with translated():
                given, *told = self._run(commit=True)
            if given:
                slot, down, throttled = told
                return Departure(slot, asked_ms, int(down), int(throttled))
            if told[0] > HOLD_MS:
                return None
            self._target_ms = asked_ms + told[0]

    def take(self, stopping: Callable[[], bool] = lambda: False, wait_ms_max: float = float("inf")) -> Departure | None:
        """Wait and leave, for whoever has nothing to choose; None as `near` is False. Raises StoreError."""
        while self.near(stopping, wait_ms_max):
            departure = self.depart()
            if departure:
                return departure
        return None

    def leave(self) -> None:
        """Wait no longer. Raises StoreError."""
        with translated():
            self.client.hdel(name_of("waiting"), self._ticket)

    def landed(
        self,
        departure: Departure,
        outcome: Outcome,
        *,
        sent_ms: float | None = None,
        rest_ms: int = 0,
        reason: str = "",
    ) -> tuple[int, int]:
        """A call is over: (failures in a row, how long (ms) the account rests from now on).

        `sent_ms` (our monotonic time): when it was really on its way, after connecting; it counts from then. `rest_ms`
        above zero lets the whole account rest for `reason`. Raises StoreError.
        """
        left_ms = max(departure.at_ms, sent_ms or departure.at_ms)
        sure, excess_ms = self._excess_ms(self.clock.monotonic_ms() - left_ms, outcome)
        late_ms = round(left_ms - departure.at_ms)
        told = (late_ms, round(excess_ms), int(sure), outcome, max(0, rest_ms), reason or outcome)
        with translated():
            down, rests_ms = run(self.client, "landed", departure.slot, *told)
        return int(down), int(rests_ms)

    def rest(self, duration_ms: int, reason: str) -> None:
        """Let the whole account rest. Raises StoreError."""
        with translated():
            run(self.client, "block", max(1, duration_ms), reason)

    def begin(self) -> None:
        """A process begins: where the store knows of no call, some may have left a moment ago. Raises StoreError."""
        with translated():
            known = self.client.exists(name_of("gate"))
        if not known:
            self.rest(min(limit.period_ms for limit in self.limits), "begins")

    def _excess_ms(self, took_ms: float, outcome: Outcome) -> tuple[bool, float]:
        """How much later than at best the call may have arrived: what its answer took longer than the quickest one.

        Not sure while too few answers are known: all of that time may have been the way there.
        """
        known = list(self._answers_ms)  # other threads append meanwhile
        if outcome in ("ok", "answered", "throttled"):  # what never arrived may come back at once
            self._answers_ms.append(took_ms)
        sure = len(known) >= ANSWERS_MIN
        return sure, max(0.0, took_ms - min(known)) if sure else took_ms

    def _ask(self, *, commit: bool) -> tuple[float, int]:
        with translated():
            _, wait_ms, now_ms = self._run(commit=commit)
        return float(wait_ms), int(now_ms)

    def _run(self, *, commit: bool) -> list[Any]:
        flat = [number for limit in self.limits for number in (limit.calls, limit.period_ms)]
        answer: list[Any] = run(
            self.client, "pace", self._ticket, int(commit), GUARD_MS, GRACE_MS, self.trial_ms, *flat
        )
        return answer

    def _unsure_ms(self, asked_ms: float, now_ms: int) -> float:
        """How long to wait because the server's clock was set: what is written down tells wrong distances."""
        offset_ms, before_ms = now_ms - asked_ms, self._offset_ms
        self._offset_ms = offset_ms
        if before_ms is not None and abs(offset_ms - before_ms) >= CLOCK_SET_MS:
            self._unsure_until_ms = asked_ms + min(limit.period_ms for limit in self.limits) + GUARD_MS
        return self._unsure_until_ms - asked_ms


def wake(client: redis.Redis, reason: str) -> None:
    """End a rest that was taken for `reason`, because that has changed. Raises StoreError."""
    held = resting(client)
    if held and held[1] == reason:
        with translated():
            client.delete(name_of("block"))


def resting(client: redis.Redis) -> tuple[int, str] | None:
    """Until when (Unix ms) the account rests, and why; None when it does not. Raises StoreError."""
    with translated():
        held = client.get(name_of("block"))
    if not isinstance(held, bytes):
        return None
    until_ms, _, reason = held.decode().split(" ", 2)
    return int(until_ms), reason
