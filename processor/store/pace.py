"""The account's budget of calls, shared by every process: a slot is reserved here, then waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import redis

from processor.clock import Clock
from processor.rate import Limit
from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run

# The network squeezes the gap between two calls by some milliseconds; the server counts arrivals.
GUARD_MS = 10
AHEAD_MS = 5_000
# A slot missed by more than this is thrown away: using it late would crowd the next one.
LATE_MS = 8
WAIT_STEP_MS = 500
# Clocks drift apart by less than this between two calls; a larger jump is a clock that was set.
OFFSET_DRIFT_MS = 0.02
CLOCK_STEP_MS = 1_000


@dataclass(slots=True)
class Pace:
    """Reserves slots and waits for them. One for each process; `take` is called from one thread at a time."""

    client: redis.Redis
    limits: tuple[Limit, ...]
    clock: Clock
    _offset_ms: float = float("inf")

    def take(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Wait for the account's next slot; False when `stopping` says so first. Raises StoreError."""
        while not stopping():
            asked_ms = self.clock.monotonic_ms()
            with translated():
                given, value, now = run(self.client, "pace", GUARD_MS, AHEAD_MS, *self._flat())
            if not given:
                self.clock.sleep_ms(min(value, WAIT_STEP_MS))
                continue
            if self._wait_for(value, now, asked_ms):
                return True
        return False

    def _wait_for(self, slot_ms: int, server_now_ms: int, asked_ms: float) -> bool:
        """Sleep until the slot in the server's time; False when it was missed, so that another must be taken."""
        seen_ms = self.clock.monotonic_ms() - server_now_ms
        if abs(seen_ms - self._offset_ms) > CLOCK_STEP_MS:
            # The first look, or the server's clock was set: nothing better is known than when we asked.
            self._offset_ms = asked_ms - server_now_ms
        # The smallest offset ever seen is the truest: a slow reply only makes it larger.
        self._offset_ms = min(self._offset_ms + OFFSET_DRIFT_MS, seen_ms)
        target_ms = slot_ms + self._offset_ms
        self.clock.sleep_ms(target_ms - self.clock.monotonic_ms())
        return self.clock.monotonic_ms() - target_ms <= LATE_MS

    def _flat(self) -> list[int]:
        return [number for limit in self.limits for number in (limit.calls, limit.period_ms)]

    def rest(self, duration_ms: int, reason: str) -> None:
        """Let the whole account rest (429, a refused token, Watbot down). Raises StoreError."""
        with translated():
            run(self.client, "block", max(1, duration_ms), reason)


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
    until_ms, _, reason = held.decode().partition(" ")
    return int(until_ms), reason
