"""Finished events make room: history must never be the reason to refuse a new event."""

from __future__ import annotations

import redis

from processor.store.connection import translated
from processor.store.gauges import memory_short
from processor.store.script import run

LOOK_AT = 5_000
DROP_AT_ONCE = 500


def trim(client: redis.Redis, *, percent_max: int) -> int:
    """While more of the memory is in use, drop the oldest finished events; how many went. Raises StoreError."""
    dropped = start = 0
    while memory_short(client, percent_max=percent_max):
        with translated():
            gone, looked = run(client, "trim", start, LOOK_AT, DROP_AT_ONCE)
        if not looked:
            break
        dropped += gone
        # Those that wait for something stay, for their delayed rules perhaps a year: what lies behind them goes.
        start += looked - gone
    return dropped
