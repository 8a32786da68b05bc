"""The scripts together: workers that crash, stall and come back as zombies, in any order, keep every promise.

A seeded simulation over a real store. Time is moved by moving leases into the past. After every step the whole store
is compared with a model in plain Python; at the end everything drains. SIMULATION_SEEDS sets how many runs.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import redis

from processor.domain.wish import Wish, merge, stamp_of, wins
from processor.store.contacts import Claim, ContactState, Record, claim, record, state_of
from processor.store.deliveries import Taken, take, wish
from processor.store.keys import name_of
from processor.store.script import run
from processor.store.sweep import sweep
from tests.harness.stored import delivery

STEPS = 400
WORKERS = 3
CONTACTS = tuple(f"1:whatsapp:+7900000000{n}" for n in range(3))
ELEMENTS = ("status", "field:name", "tag:Скидка 5%: «да»", "utm:last", "utm:first")
FINISHED = {b"done", b"refused", b"ignored"}
SEEDS = int(os.environ.get("SIMULATION_SEEDS", "20"))


@dataclass
class Model:
    """What must be so: the plan of each event, and for each contact what is wanted, delivered and was ever wished."""

    plans: dict[str, dict[str, list[Wish]]] = field(default_factory=dict)
    applied: dict[str, bool] = field(default_factory=dict)
    wanted: dict[str, dict[str, Wish]] = field(default_factory=lambda: {c: {} for c in CONTACTS})
    delivered: dict[str, dict[str, Wish]] = field(default_factory=lambda: {c: {} for c in CONTACTS})
    wished: dict[str, dict[str, Wish]] = field(default_factory=lambda: {c: {} for c in CONTACTS})
    refused: set[tuple[str, str]] = field(default_factory=set)

    def apply(self, event: str) -> None:
        """Merge the plan of `event`, once."""
        if self.applied[event]:
            return
        self.applied[event] = True
        for contact, wishes in self.plans[event].items():
            for one in wishes:
                held = [self.wanted[contact].get(one.element), self.delivered[contact].get(one.element)]
                if all(wins(one, other) for other in held if other):
                    self.wanted[contact][one.element] = one
                self.wished[contact] = merge(self.wished[contact], {one.element: one})

    def settle(self, contact: str, one: Wish, *, refused: bool) -> None:
        """Delivered or refused: off the table, unless it was renewed meanwhile."""
        if self.wanted[contact].get(one.element) == one:
            del self.wanted[contact][one.element]
        if refused:
            self.refused.add((contact, one.element))
            return
        before = self.delivered[contact].get(one.element)
        if before is None or wins(one, before):
            self.delivered[contact][one.element] = one


@dataclass
class Worker:
    """What a worker holds in its memory: deliveries it took, a contact it claimed, the contact as it last saw it."""

    taken: list[Taken] = field(default_factory=list)
    held: Claim | None = None
    seen: ContactState | None = None


class World:
    """A store, workers, and steps chosen by a seed."""

    def __init__(self, client: redis.Redis, seed: int) -> None:
        self.client, self.random, self.model = client, random.Random(seed), Model()
        self.workers = [Worker() for _ in range(WORKERS)]
        self.zombies: list[Worker] = []
        self.counts: Counter[str] = Counter()
        self.fence, self.limits = 0, {"journal_days": 30, "contact_days": 400}
        self.steps: dict[Callable[[], None], int] = {
            self.take_in: 5,
            self.take: 4,
            self.wish: 6,
            self.claim: 5,
            self.record: 7,
            self.lose: 2,
            self.expire: 2,
            self.sweep: 3,
        }

    def step(self) -> None:
        """One thing happens; then everything must be as promised."""
        (chosen,) = self.random.choices(list(self.steps), list(self.steps.values()))
        chosen()
        self.check()

    def some_worker(self) -> Worker:
        """Anybody; now and then one that was thought dead."""
        return self.random.choice(self.zombies if self.zombies and self.random.random() < 0.3 else self.workers)

    def take_in(self) -> None:
        """A delivery arrives; some repeat an earlier one, some only because the answer was lost."""
        known = list(self.model.plans)
        fresh = f"e{len(known)}"
        again = self.random.choice(known) if known and self.random.random() < 0.3 else None
        id_ = again if again and self.random.random() < 0.5 else f"r{self.random.random()}" if again else fresh
        raw = msgspec.msgpack.encode(delivery(id_))
        _, answer = run(self.client, "intake", 60_000, f"key-{again or fresh}", id_, b"{}", raw)
        assert answer.decode() == (again or fresh), "a repetition is known by the first id"
        if not again:
            self.model.plans[fresh], self.model.applied[fresh] = self.plan(fresh), False

    def plan(self, event: str) -> dict[str, list[Wish]]:
        """Wishes for some contacts, some twice for one element, stamped by a sender whose clock jumps."""
        number = int(event[1:]) * 10
        return {
            contact: [
                Wish(element=element, value=event, event=event, rule="r", stamp=stamp_of(at_ms, 9_000, number + n))
                for n, element in enumerate(self.random.choices(ELEMENTS, k=self.random.randint(1, 4)))
                for at_ms in [self.random.choice([-5, 0, 1_000, 2_000, 9_000, 10**15])]
            ]
            for contact in self.random.sample(CONTACTS, self.random.randint(0, 2))
        }

    def take(self) -> None:
        """Somebody takes deliveries."""
        self.some_worker().taken += take(self.client, most=self.random.randint(1, 3), lease_ms=60_000)

    def wish(self) -> None:
        """Somebody applies what it took, perhaps long ago and not alone."""
        worker = self.some_worker()
        if not worker.taken:
            return
        event = worker.taken[0].delivery.id
        if self.random.random() < 0.8:  # else its reply is lost: the same is done again
            worker.taken.pop(0)
        wishes = self.model.plans[event]
        before = self.model.applied[event]
        contacts = [(key, self.random.randint(1, 9), ones) for key, ones in wishes.items()]
        state = "planned" if contacts else "ignored"
        said = wish(
            self.client, event, state=state, story={"what": "applied"}, fields={}, contacts=contacts, journal_days=30
        )
        assert (said.state == "again") == before, "a delivery is applied once"
        self.model.apply(event)

    def claim(self) -> None:
        """A worker with free hands claims whoever is first in line."""
        worker = self.random.choice(self.workers)
        if worker.held is None:
            held = claim(self.client, lease_ms=60_000)
            assert held is None or isinstance(held, Claim)
            worker.held = held
            if worker.held:
                assert worker.held.fence > self.fence, "fences grow"
                self.fence, worker.seen = worker.held.fence, worker.held.state

    def record(self) -> None:
        """A holder, or one that was, writes down what became of some of what it saw."""
        holders = [worker for worker in (*self.workers, *self.zombies) if worker.held]
        worker = self.random.choice(holders) if holders else Worker()
        if not worker.held or not worker.seen:
            return
        fates = {one: self.random.choice(["settled", "settled", "refused", "open"]) for one in _ordered(worker.seen)}
        entry = self.entry(fates)
        contact = worker.held.state.contact.key
        valid = self.client.hget(name_of("holder"), contact) == str(worker.held.fence).encode()
        before = None if valid else self.everything()
        written, _ = record(self.client, worker.held, entry, **self.limits)
        self.counts["stale" if not written else entry.then] += 1
        assert written == valid, "only the holder writes"
        if not written:
            assert self.everything() == before, "a stale record changes nothing"
        for one, fate in fates.items():
            if written and fate != "open":
                self.model.settle(contact, one, refused=fate == "refused")
        worker.held = worker.seen = None

    def entry(self, fates: dict[Wish, str]) -> Record:
        """What a holder writes down, given what became of each wish."""
        return Record(
            settled={one.element: one.stamp for one, fate in fates.items() if fate == "settled"},
            refused=[(one, "no") for one, fate in fates.items() if fate == "refused"],
            stories=[(one.event, {"what": "call"}) for one in fates],
            called=self.random.random() < 0.5,
            then=self.random.choice(["release", "release", "retry"]),
            delay_ms=60_000,
        )

    def lose(self) -> None:
        """A worker dies; as likely it only stalls, and acts later on what it remembers."""
        at = self.random.randrange(WORKERS)
        if self.random.random() < 0.5:
            self.zombies = [*self.zombies[-4:], self.workers[at]]
        self.workers[at] = Worker()

    def expire(self, share: float = 0.5) -> None:
        """Time passes for some leases and delays."""
        for short in ("lease", "due", "deliveries_lease"):
            members: Any = self.client.zrange(name_of(short), 0, -1)
            for member in members:
                if self.random.random() < share:
                    self.client.zadd(name_of(short), {member: 1}, xx=True)

    def sweep(self) -> None:
        """The sweeper comes by."""
        self.counts["swept"] += sweep(self.client, worker="w").leases_expired

    def drain(self) -> None:
        """All faults end: sound workers do what is left within a bounded time."""
        self.workers, self.zombies = [Worker()], []
        for _ in range(400):
            self.expire(share=1.0)
            self.sweep()
            self.take()
            while self.workers[0].taken:
                self.wish()
            for act in (self.claim, self.record):
                act()
                self.check()
            if all(self.model.applied.values()) and not any(self.model.wanted.values()):
                return
        raise AssertionError("it does not drain")

    def everything(self) -> dict[bytes, Any]:
        """The whole store but the bells, which fall silent by themselves, to compare."""
        keys = sorted(key for key in self.client.scan_iter(count=1_000) if b":bell:" not in key)
        return {key: self.client.dump(key) for key in keys}

    def check(self) -> None:
        """Every invariant, from one atomic look."""
        events = list(self.model.plans)
        with self.client.pipeline(transaction=True) as look:
            for short in ("ready", "lease", "due", "deliveries_ready", "deliveries_lease"):
                look.zrange(name_of(short), 0, -1)
            look.hkeys(name_of("holder"))
            for event in events:
                look.hmget(name_of("event", event), "state", "open")
                for short in ("event", "delivery", "story"):
                    look.pttl(name_of(short, event))
            found = look.execute()
        lines, holders = found[:5], found[5]
        self.check_contacts(lines[:3], holders)
        open_ = Counter(one.event for held in self.model.wanted.values() for one in held.values())
        for event, rows in zip(events, zip(*[iter(found[6:])] * 4, strict=True), strict=True):
            waits = [event.encode() in line for line in lines[3:]].count(True)
            assert waits == (0 if self.model.applied[event] else 1), f"{event} stands in {waits} lines"
            self.check_event(event, open_[event], *rows)

    def check_contacts(self, lines: list[list[bytes]], holders: list[bytes]) -> None:
        """Whoever is wished something stands in exactly one line; what is wanted is what the law says."""
        assert sorted(holders) == sorted(lines[1]), "holders are those with a lease"
        for contact in CONTACTS:
            waits = [contact.encode() in line for line in lines].count(True)
            assert waits <= 1
            state = state_of(self.client, contact)
            assert waits == 1 or not state.wanted, f"{contact} is left behind"
            assert state.wanted == self.model.wanted[contact]
            assert state.delivered == {e: one.stamp for e, one in self.model.delivered[contact].items()}
            ages: Any = self.client.pttl(name_of("contact", contact))
            assert ages == -1 or not state.wanted, "nobody is forgotten while something is wanted"

    def check_event(self, event: str, open_: int, counted: list[bytes | None], *ages: int) -> None:
        """It is finished when nothing of it is open, not before and not later; only then it ages."""
        state, count = counted
        finished = self.model.applied[event] and not open_
        assert int(count or 0) == open_, f"{event}: open is {count!r}, not {open_}"
        assert (state in FINISHED) == finished, f"{event} is {state!r} with {open_} open"
        assert all((age > 0 if finished else age < 0) for age in ages), f"{event}: {state!r} lives {ages}"


def _ordered(state: ContactState) -> list[Wish]:
    return [state.wanted[element] for element in sorted(state.wanted)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_order_of_steps_crashes_and_zombies_keeps_every_promise(store: redis.Redis, seed: int) -> None:
    world = World(store, seed)
    for _ in range(STEPS):
        world.step()
    world.drain()
    for contact in CONTACTS:
        for element, newest in world.model.wished[contact].items():
            if (contact, element) not in world.model.refused:
                assert world.model.delivered[contact][element] == newest, "the law's winner was delivered"
