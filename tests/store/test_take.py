"""Deliveries are taken in their order; one that kills its holders is set apart from its neighbours."""

from __future__ import annotations

import redis

from processor.store.deliveries import take
from processor.store.keys import name_of
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in


def _holder_dies(store: redis.Redis) -> None:
    for id_, _ in store.zscan_iter(name_of("deliveries_lease")):
        store.zadd(name_of("deliveries_lease"), {id_: 1})
    sweep(store, worker="w")


def test_what_was_tried_before_is_taken_alone(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery(f"d{n}"), str(n)) for n in range(6)])
    assert [t.delivery.id for t in take(store, most=4, lease_ms=5_000)] == ["d0", "d1", "d2", "d3"]
    _holder_dies(store)
    tried = [take(store, most=4, lease_ms=5_000) for _ in range(4)]
    assert [[(t.delivery.id, t.tries) for t in batch] for batch in tried] == [
        [("d0", 2)],
        [("d1", 2)],
        [("d2", 2)],
        [("d3", 2)],
    ]
    assert [t.delivery.id for t in take(store, most=4, lease_ms=5_000)] == ["d4", "d5"]
