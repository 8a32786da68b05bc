"""How many calls an account may make: sliding windows, all of which must have room."""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass

RATE_OFF = "off"
PERIOD_MS = {"s": 1_000.0, "m": 60_000.0}
LIMIT_CALLS_MAX = 1_000_000
_LIMIT = re.compile(r"([0-9]{1,7})/([sm])")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any window of `period_ms`."""

    calls: int
    period_ms: float


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call may pass; `limit` and `remaining` speak of the tightest window, None without limits."""

    allowed: bool
    limit: int | None = None
    remaining: int | None = None
    retry_after_s: int = 0


def parse_rate(text: str) -> tuple[Limit, ...]:
    """Read `2/s,120/m` or `off`. Raises ValueError saying what is wrong."""
    if text.strip().lower() == RATE_OFF:
        return ()
    return tuple(_parse_limit(part.strip()) for part in text.split(","))


def said_rate(limits: tuple[Limit, ...]) -> str:
    """The limits as parse_rate reads them."""
    units = {period_ms: unit for unit, period_ms in PERIOD_MS.items()}
    return ",".join(f"{limit.calls}/{units[limit.period_ms]}" for limit in limits) or RATE_OFF


def _parse_limit(part: str) -> Limit:
    found = _LIMIT.fullmatch(part)
    if not found or not 1 <= int(found[1]) <= LIMIT_CALLS_MAX:
        raise ValueError(f"{part!r} is not a rate such as 2/s or 120/m (1 to {LIMIT_CALLS_MAX} calls)")
    return Limit(int(found[1]), PERIOD_MS[found[2]])


class SlidingWindows:
    """Remembers when calls were admitted; a refused call takes no room. Times are handed in, so nothing sleeps."""

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self._windows = [(limit, deque[float]()) for limit in limits]

    def admit(self, now_ms: float) -> Admission:
        """Admit the call of `now_ms` (monotonic) if every window has room, and remember it."""
        wait_ms = max((_wait_ms(limit, times, now_ms) for limit, times in self._windows), default=0.0)
        if wait_ms > 0:
            blocked = min((limit.calls for limit, times in self._windows if len(times) >= limit.calls))
            return Admission(False, blocked, 0, max(1, math.ceil(wait_ms / 1_000)))
        for _, times in self._windows:
            times.append(now_ms)
        return self._admitted()

    def clear(self) -> None:
        """Forget every call."""
        for _, times in self._windows:
            times.clear()

    def _admitted(self) -> Admission:
        if not self._windows:
            return Admission(True)
        remaining, calls = min((limit.calls - len(times), limit.calls) for limit, times in self._windows)
        return Admission(True, calls, remaining)


def _wait_ms(limit: Limit, times: deque[float], now_ms: float) -> float:
    while times and now_ms - times[0] >= limit.period_ms:
        times.popleft()
    return 0.0 if len(times) < limit.calls else times[0] + limit.period_ms - now_ms
