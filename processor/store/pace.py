"""The account's budget of calls, shared by every process: a slot is reserved here, then waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import redis

from processor.clock import Clock
from processor.rate import Limit
from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run

# The network squeezes the gap between two calls by some milliseconds; the server counts arrivals.
GUARD_MS = 20
AHEAD_MS = 2_000
# Even with an idle budget a slot lies this far ahead: else making ready would miss it.
LEAD_MS = 12
# So long before its slot a caller makes ready, so that it looks as late as possible and leaves on time.
READY_MS = 25
# A slot missed by more than this is thrown away: using it late would crowd the next one.
LATE_MS = 8
WAIT_STEP_MS = 500


T = TypeVar("T")


@dataclass(slots=True)
class Pace:
    """Reserves slots and waits for them. One for each process; `take` is called from one thread at a time."""

    client: redis.Redis
    limits: tuple[Limit, ...]
    clock: Clock
    _offset_ms: float = float("-inf")

    def take(
        self,
        make_ready: Callable[[], T],
        stopping: Callable[[], bool] = lambda: False,
        wait_ms_max: float = float("inf"),
    ) -> T | None:
        """Wait for the account's next slot and give what `make_ready` gave just before it: leave at once with that.

        None when `stopping` says so first, or the slot lies further ahead than `wait_ms_max`. Raises StoreError, and
        whatever `make_ready` raises.
        """
        while not stopping():
            asked_ms = self.clock.monotonic_ms()
            with translated():
                given, value, now = run(self.client, "pace", GUARD_MS, LEAD_MS, AHEAD_MS, *self._flat())
            if not given and value > wait_ms_max:
                return None
            if not given:
                self.clock.sleep_ms(min(value, WAIT_STEP_MS))
                continue
            target_ms = self._target_ms(value, now, asked_ms)
            self.clock.sleep_ms(target_ms - READY_MS - self.clock.monotonic_ms())
            ready = make_ready()
            self.clock.sleep_ms(target_ms - self.clock.monotonic_ms())
            if self.clock.monotonic_ms() - target_ms <= LATE_MS:
                return ready
        return None

    def _target_ms(self, slot_ms: int, server_now_ms: int, asked_ms: float) -> float:
        """The slot on our own monotonic clock."""
        # The server read its clock between our asking and its answer: the offset lies between these two. The smallest
        # that fits is the truest, for a slow reply only makes it look larger. Its clock is cut to whole milliseconds.
        least_ms, most_ms = asked_ms - server_now_ms - 1, self.clock.monotonic_ms() - server_now_ms
        self._offset_ms = min(max(self._offset_ms, least_ms), most_ms)
        return slot_ms + self._offset_ms

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
