"""History makes room for what is new; what is not finished stays."""

from __future__ import annotations

import redis

from processor.domain.wish import stamp_of
from processor.store.journal import newest
from processor.store.trim import trim
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, status, take_in, wished


def test_only_finished_events_make_room(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery(f"d{n}"), str(n)) for n in range(6)])
    for n in (0, 2, 4):
        wished(store, f"d{n}", state="ignored")
    wished(store, "d1", status("S", stamp_of(1, 9, 1), "d1"))
    assert trim(store, percent_max=99) == 0, "there is room"
    assert trim(store, percent_max=0) == 3
    assert {row.id for row in newest(store, limit=10)} == {"d1", "d3", "d5"}
    assert not [key for key in store.scan_iter() if key.endswith((b":d0", b":d2", b":d4"))]
