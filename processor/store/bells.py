"""Doorbells as they ring, pushed by the store: a worker that listens need not wait for its next look at the queue.

What is pushed is kept nowhere and may be missed; the queue carries the same bell (processor/queue.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import redis

from processor.store.connection import translated
from processor.store.keys import name_of

WAIT_S = 0.5
# A bell is pushed by its key's name (scripts/prelude.lua).
_WHOSE = {
    name_of("bell_apply").encode(): "apply",
    name_of("bell_reconcile").encode(): "reconcile",
    name_of("bell_fetch").encode(): "fetch",
    name_of("bell_later").encode(): "later",
}


def listen(client: redis.Redis, bells: Collection[str], stopping: Callable[[], bool]) -> Iterator[str]:
    """Each of `bells` (apply, reconcile, fetch, later) as it rings, until `stopping`; first all, for what rang before.

    Raises StoreError.
    """
    whose = {channel: bell for channel, bell in _WHOSE.items() if bell in bells}
    with translated(), client.pubsub(ignore_subscribe_messages=True) as pushed:  # type: ignore[no-untyped-call]
        pushed.subscribe(*whose)
        yield from whose.values()
        while not stopping():
            message = pushed.get_message(timeout=WAIT_S)
            if message:
                yield whose[message["channel"]]
