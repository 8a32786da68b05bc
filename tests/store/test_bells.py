"""A bell on its way is enough for all who stand in line; once it is answered the next one who comes rings again."""

from __future__ import annotations

import redis

from processor.domain.wish import stamp_of
from processor.store.contacts import claim
from processor.store.deliveries import take
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, status, take_in, wished


def test_deliveries_ring_once_until_the_bell_is_answered(store_process: StoreProcess, store: redis.Redis) -> None:
    assert take_in(store_process.settings, [(delivery("a"), "a"), (delivery("b"), "b")])[1] == 1
    assert take_in(store_process.settings, [(delivery("c"), "c")])[1] == 0
    take(store, most=16, lease_ms=1_000)
    assert take_in(store_process.settings, [(delivery("d"), "d")])[1] == 1


def test_contacts_ring_once_until_the_bell_is_answered(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery(name), name) for name in "abc"])

    def rings(name: str, contact: str) -> bool:
        return wished(store, name, status("S", stamp_of(1, 9, 1), name), contact=contact).ring

    assert rings("a", "1:whatsapp:+79000000001")
    assert not rings("b", "1:whatsapp:+79000000002")
    claim(store, lease_ms=1_000)
    assert rings("c", "1:whatsapp:+79000000003")
