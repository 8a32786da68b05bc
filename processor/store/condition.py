"""How the account stands: whether calls are made, and why not."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.pace import resting

# Of scripts/pace.lua: from so many failures in a row on, one call at a time tries.
DOWN_AFTER = 3
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Condition:
    """`state`: working, or why calls wait: throttled, watbot_down, token_refused, begins.

    `resting_until_ms` (Unix ms) None: no rest, though Watbot may still be down while one call at a time tries;
    `failures`: calls in a row that got no sensible answer.
    """

    state: str
    resting_until_ms: int | None
    failures: int
    calls_last_minute: int


def condition(client: redis.Redis) -> Condition:
    """Ask the store. Raises StoreError."""
    rest = resting(client)
    with translated():
        seconds, micros = client.time()
        now_ms = seconds * 1000 + micros // 1000
        calls = client.zcount(name_of("slots"), now_ms - MINUTE_MS, "+inf")
        failures = int(client.hget(name_of("gate"), "down") or 0)
    state = rest[1] if rest else "watbot_down" if failures >= DOWN_AFTER else "working"
    return Condition(state, rest[0] if rest else None, failures, int(str(calls)))
