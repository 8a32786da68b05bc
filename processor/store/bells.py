"""Doorbells as they ring, pushed by the store: a worker that listens need not wait for its next look at the queue.

What is pushed is kept nowhere and may be missed; the queue carries the same bell (processor/queue.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import redis

from processor.store.connection import translated
from processor.store.keys import name_of

WAIT_S = 0.5
# A bell is pushed by its key's name (scripts/prelude.lua).
_WHOSE = {name_of("bell_apply").encode(): "apply", name_of("bell_reconcile").encode(): "reconcile"}


def listen(client: redis.Redis, stopping: Callable[[], bool]) -> Iterator[str]:
    """ "apply" or "reconcile" for each bell until `stopping`; first both, for what rang before. Raises StoreError."""
    with translated(), client.pubsub(ignore_subscribe_messages=True) as pushed:  # type: ignore[no-untyped-call]
        pushed.subscribe(*_WHOSE)
        yield from _WHOSE.values()
        while not stopping():
            message = pushed.get_message(timeout=WAIT_S)
            if message:
                yield _WHOSE[message["channel"]]
