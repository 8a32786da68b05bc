"""Whatever was left behind comes back, however the server's clock is set."""

from __future__ import annotations

import redis

from processor.domain.wish import stamp_of
from processor.store.contacts import Claim, claim
from processor.store.deliveries import take
from processor.store.keys import name_of
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in, wished

HOUR_MS = 3_600_000


def test_a_clock_set_back_by_an_hour_holds_nobody_up_for_an_hour(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in(store_process.settings, [(delivery(name), name) for name in ("a", "b")])
    take(store, most=1, lease_ms=HOUR_MS)
    wished(store, "b", status("S", stamp_of(1, 9, 1), "b"))
    assert isinstance(claim(store, lease_ms=HOUR_MS), Claim)
    swept = sweep(store, worker="w")
    assert (swept.deliveries_back, swept.leases_expired) == (1, 1)
    assert isinstance(claim(store, lease_ms=1_000), Claim)

    store.zrem(name_of("lease"), CONTACT)
    store.zadd(name_of("due"), {CONTACT: store.time()[0] * 1_000 + HOUR_MS})
    assert sweep(store, worker="w").retries_due == 1


def test_what_is_held_or_put_off_for_a_usual_while_stays_so(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "a")])
    take(store, most=1, lease_ms=600_000)
    wished(store, "a", status("S", stamp_of(1, 9, 1), "a"))
    assert isinstance(claim(store, lease_ms=600_000), Claim)
    store.zadd(name_of("due"), {"1:whatsapp:+79000000002": store.time()[0] * 1_000 + 600_000})
    swept = sweep(store, worker="w")
    assert (swept.deliveries_back, swept.leases_expired, swept.retries_due) == (0, 0, 0)
