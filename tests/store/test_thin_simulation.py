"""Thin deliveries among others: whoever dies or comes late, each is applied once, after its sender was asked.

A seeded simulation over a real store; time is moved by moving leases into the past.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import redis

from processor.store.deliveries import Taken, take
from processor.store.keys import name_of
from processor.store.sweep import sweep
from processor.store.thin import Held, Outcome, claim_thin, put_aside, settle
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in, wished

STEPS, DELIVERIES = 250, 8
WHERE = ("deliveries_ready", "deliveries_lease", "thin_due", "thin_lease")
OUTCOMES: tuple[Outcome, ...] = ("told", "told", "given_up", "again", "rests", "waits")


class World:
    """Deliveries of which every other is thin, and workers of which any may wake up late."""

    def __init__(self, store: redis.Redis, seed: int) -> None:
        self.store, self.random = store, random.Random(seed)
        self.ids = [f"{'thin' if n % 2 else 'whole'}{n}" for n in range(DELIVERIES)]
        self.taken: list[Taken] = []
        self.held: list[Held] = []
        self.applied: list[str] = []
        self.steps: dict[Callable[[], None], int] = {
            self.take: 5,
            self.apply: 5,
            self.claim: 4,
            self.settle: 4,
            self.expire: 3,
        }

    def step(self) -> None:
        """One thing happens; whatever is not applied then stands in exactly one place."""
        (chosen,) = self.random.choices(list(self.steps), list(self.steps.values()))
        chosen()
        for id_ in self.ids:
            places = [short for short in WHERE if self.store.zscore(name_of(short), id_) is not None]
            queued = self.store.hget(name_of("event", id_), "state") == b"queued"
            assert len(places) == 1 if queued else not set(places) & {"deliveries_ready", "deliveries_lease"}, id_

    def take(self) -> None:
        """An applier takes some."""
        self.taken += take(self.store, most=self.random.randint(1, 3), lease_ms=60_000)

    def apply(self) -> None:
        """Somebody who took one once puts it aside or applies it, and forgets it or does so again later."""
        if not self.taken:
            return
        one = self.random.choice(self.taken)
        if self.random.random() < 0.7:
            self.taken.remove(one)
        id_ = one.delivery.id
        if id_.startswith("thin") and not one.asked and put_aside(self.store, id_, after_ms=0, story={"what": "thin"}):
            return
        if id_.startswith("thin") and not one.asked:
            return
        if wished(self.store, id_, state="ignored").state != "again":
            self.applied.append(id_)

    def claim(self) -> None:
        """A fetcher takes one."""
        held = claim_thin(self.store, lease_ms=60_000)
        self.held += [held] if held else []

    def settle(self) -> None:
        """Somebody who fetched one once says what came of it."""
        if not self.held:
            return
        one = self.random.choice(self.held)
        if self.random.random() < 0.7:
            self.held.remove(one)
        settle(self.store, one, self.random.choice(OUTCOMES), story={"what": "fetched"}, documents={"lead:7": {}})

    def expire(self) -> None:
        """Leases end, delays too; the sweeper comes by."""
        for short in ("deliveries_lease", "thin_lease", "thin_due"):
            for id_, _ in self.store.zscan_iter(name_of(short)):
                if self.random.random() < 0.5:
                    self.store.zadd(name_of(short), {id_: 1})
        sweep(self.store, worker="w")

    def drain(self) -> None:
        """No more faults: everything comes through."""
        for _ in range(DELIVERIES * 6):
            self.expire()
            self.take()
            while self.taken:
                self.apply()
            self.claim()
            for one in self.held:
                settle(self.store, one, "told", story={"what": "fetched"}, documents={"lead:7": {}})
            self.held.clear()


@pytest.mark.parametrize("seed", range(6))
def test_each_is_applied_once_and_no_thin_one_before_it_was_asked_for(
    store_process: StoreProcess, store: redis.Redis, seed: int
) -> None:
    world = World(store, seed)
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in world.ids])
    for _ in range(STEPS):
        world.step()
    world.drain()
    assert sorted(world.applied) == sorted(world.ids)
    for id_ in world.ids:
        asked = store.hget(name_of("event", id_), "fetch")
        assert (asked in (b"told", b"given_up")) is id_.startswith("thin")
    assert not any(store.zcard(name_of(short)) for short in WHERE)
