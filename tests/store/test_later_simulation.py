"""Delayed rules and histories under workers that race, die, and come late: each acts once, on what truly came before.

A seeded simulation over a real store. Time is the test's: what waits is moved into the past, moments are compared with
stamps alone. The decision is the product's own (workers/apply.py, workers/later.py), the expectation a model's.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import redis

from processor.domain.delivery import Delivery
from processor.domain.lane import score
from processor.store.contacts import state_of
from processor.store.deliveries import Applied, Taken, take, wish
from processor.store.durability import store_ms
from processor.store.history import history_of
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.later import Due, claim_due
from processor.store.sweep import sweep
from tests.harness.rules import ruleset
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, take_in
from workers.apply import Outcome, decide
from workers.history import Histories
from workers.later import decide_due

STEPS, ORDERS = 220, 9
SEEDS = int(os.environ.get("SIMULATION_SEEDS", "12"))
HOUR_MS = 3_600_000
LINES = ("deliveries_ready", "deliveries_lease")
RULES = ruleset(
    """\
version: 1
bot: 1
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: Счёт
    when: {event: order.created, earlier: {count: {at_least: 0}}}
    then: {tags: "Заказ {{ order.number }}"}
  - name: Третий
    when: {event: order.created, earlier: {event: order.created, count: 2}}
    then: {tags: "Третий {{ order.number }}"}
  - name: Бросил
    when: {event: order.created}
    after: 1h
    unless: {event: order.paid}
    then: {tags: "Бросил {{ order.number }}"}
  - name: Итог
    when: {event: order.created}
    after: 2h
    then: {status: "Итог {{ order.number }}"}
"""
)


@dataclass
class Hand:
    """What one worker has in hand: what it read, and what it decided from that, perhaps long ago."""

    taken: list[Taken] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    decided: tuple[Taken | Due, Outcome] | None = None


class World:
    """Orders of one contact, some of them paid, sent in any order with stamps of their own."""

    def __init__(self, process: StoreProcess, store: redis.Redis, seed: int) -> None:
        self.store, self.random = store, random.Random(seed)
        self.hands = [Hand() for _ in range(3)]
        self.now_ms = store_ms(store)
        self.orders = {n: self.now_ms - self.random.randrange(3 * HOUR_MS, 90 * HOUR_MS) for n in range(ORDERS)}
        self.paid = {
            n: at_ms + self.random.choice([-1_000, 60_000, HOUR_MS, HOUR_MS + 1_000])
            for n, at_ms in self.orders.items()
            if self.random.random() < 0.6
        }
        sent = [_delivery(f"c{n}", "order.created", n, at) for n, at in self.orders.items()]
        sent += [_delivery(f"p{n}", "order.paid", n, at) for n, at in self.paid.items()]
        # Some arrive long after they happened, even after the moment that they would have decided.
        self.arrived = {one.id: one.received_ms + self.random.choice([0, 0, 1_000, 2 * HOUR_MS]) for one in sent}
        sent.sort(key=lambda one: self.arrived[one.id])
        self.number = {one.id: index for index, one in enumerate(sent)}
        take_in(process.settings, [(one, one.id) for one in sent])
        for id_, at_ms in self.arrived.items():
            store.hset(name_of("event", id_), "at", at_ms)
        self.applied: list[str] = []
        self.acted: list[str] = []
        self.changed = 0
        self.steps: dict[Callable[[], None], int] = {
            self.take: 4,
            self.claim: 3,
            self.decide: 8,
            self.write: 8,
            self.die: 1,
            self.expire: 2,
        }

    def step(self) -> None:
        """One thing happens."""
        (chosen,) = self.random.choices(list(self.steps), list(self.steps.values()))
        chosen()

    def take(self) -> None:
        """An applier takes some."""
        self.random.choice(self.hands).taken += take(self.store, most=self.random.randint(1, 3), lease_ms=60_000)

    def claim(self) -> None:
        """Whatever waits is due, if the store lets it."""
        for member, _ in self.store.zscan_iter(name_of("later_due")):
            self.store.zadd(name_of("later_due"), {member: 1})
        held = claim_due(self.store, lease_ms=60_000)
        if held:
            waits = {one.decode() for line in LINES for one, _ in self.store.zscan_iter(name_of(line))}
            early = [one for one in waits if self.arrived[one] <= held.due_ms]
            assert not early, "what arrived before the moment is applied before"
            self.random.choice(self.hands).due.append(held)

    def left(self, *lines: str) -> int:
        """How many stand there."""
        return sum(int(str(self.store.zcard(name_of(line)))) for line in lines)

    def decide(self) -> None:
        """Somebody reads the history and decides; writing comes later."""
        hand = self.random.choice(self.hands)
        works: list[Taken | Due] = [*hand.taken, *hand.due]
        if not works or hand.decided:
            return
        work = self.random.choice(works)
        histories = Histories(self.store)
        if isinstance(work, Due):
            outcome = decide_due(work, RULES, self.now_ms, histories)
        else:
            outcome = decide(work, RULES, self.now_ms, histories)
        hand.decided = (work, _with(outcome, histories))

    def write(self) -> None:
        """Somebody writes what was decided; now and then its reply is lost, and it does so again."""
        hand = self.random.choice(self.hands)
        if not hand.decided:
            return
        work, outcome = hand.decided
        said = self.written(work, outcome)
        if said.state == "changed":
            self.changed += 1
            hand.decided = None
            return
        name = work.timer.member if isinstance(work, Due) else work.delivery.id
        if said.state != "again":
            (self.acted if isinstance(work, Due) else self.applied).append(name)
        if self.random.random() < 0.8:
            hand.decided = None
            if isinstance(work, Due):
                hand.due.remove(work)
            else:
                hand.taken.remove(work)

    def written(self, work: Taken | Due, outcome: Outcome) -> Applied:
        """One script call."""
        taken = work.taken if isinstance(work, Due) else work
        return wish(
            self.store,
            taken.delivery.id,
            state=outcome.state,
            story=outcome.story,
            fields=outcome.fields,
            contacts=[(key, score(0, 1), wishes) for key, wishes in outcome.contacts],
            memory=outcome.memory,
            journal_days=30,
        )

    def die(self) -> None:
        """A worker is no more; what it had decided is never written."""
        self.hands[self.random.randrange(len(self.hands))] = Hand()

    def expire(self) -> None:
        """Leases end; whoever held them may still write."""
        for short in ("deliveries_lease", "later_lease"):
            for member, until in self.store.zscan_iter(name_of(short)):
                if self.random.random() < 0.4:
                    self.store.zadd(name_of(short), {member: min(until, 1)})
        sweep(self.store, worker="w")
        for id_ in self.number:  # here they die oftener than anybody is given up for
            self.store.hdel(name_of("event", id_), "tries", "later_deaths")

    def drain(self) -> None:
        """No more faults: everything comes through."""
        for _ in range(40 * ORDERS):
            for act in (self.take, self.claim, self.decide, self.write):
                act()
            if not self.left(*LINES, "later_due", "later_lease"):
                return
            if self.random.random() < 0.1:
                self.hands = [Hand() for _ in self.hands]
                self.expire()
        raise AssertionError("it does not drain")

    def place(self, id_: str) -> tuple[int, int]:
        """The stamp of what was sent, as a model has it."""
        at_ms = self.orders[int(id_[1:])] if id_[0] == "c" else self.paid[int(id_[1:])]
        return at_ms, self.number[id_]

    def paid_in_time(self) -> set[int]:
        """Orders that were paid between their moment and an hour later."""
        return {
            n
            for n, paid_ms in self.paid.items()
            if self.place(f"c{n}") < self.place(f"p{n}") and paid_ms <= self.orders[n] + HOUR_MS
        }

    def known_too_late(self) -> set[int]:
        """Those of which we may not have heard before the hour was over: either answer will do."""
        return {n for n in self.paid_in_time() if self.arrived[f"p{n}"] > self.orders[n] + HOUR_MS}


def _with(outcome: Outcome, histories: Histories) -> Outcome:
    return replace(outcome, memory=replace(outcome.memory, read=histories.read))


def _delivery(id_: str, event: str, order: int, at_ms: int) -> Delivery:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    body: dict[str, Any] = {
        "event": event,
        "occurred_at": at,
        "customer": {"phone": CONTACT.rpartition(":")[2]},
        "order": {"number": str(order)},
    }
    headers = {"content-type": "application/json"}
    raw = json.dumps(body).encode()
    return Delivery(id=id_, source="shop", preset="generic", received_ms=at_ms, headers=headers, body=raw)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_delayed_rule_acts_once_and_every_count_is_true(
    store_process: StoreProcess, store: redis.Redis, seed: int
) -> None:
    world = World(store_process, store, seed)
    for _ in range(STEPS):
        world.step()
    world.drain()
    assert sorted(world.applied) == sorted(world.number), "each delivery is applied once"
    assert len(world.acted) == len(set(world.acted)) == 2 * ORDERS, "each moment acts once"
    history = history_of(store, CONTACT)
    assert [one.id for one in history.entries] == sorted(world.number, key=world.place), "remembered once, in order"
    wanted = state_of(store, CONTACT).wanted
    left = {int(e.rpartition(" ")[2]) for e in wanted if e.startswith("tag:Бросил")}
    assert left - world.known_too_late() == world.orders.keys() - world.paid_in_time()
    assert {e for e in wanted if e.startswith("tag:Заказ")} == {f"tag:Заказ {n}" for n in world.orders}
    newest = max(world.orders, key=lambda n: world.place(f"c{n}"))
    assert wanted["status"].value == f"Итог {newest}", "the order of the moments decides"
    for id_ in world.number:
        shown = story_of(store, id_)
        assert shown.row.state in ("planned", "done", "ignored"), id_
        own = sum(one.event == id_ for one in wanted.values())
        assert shown.row.open == own, f"{id_} counts exactly the wishes it still has"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_two_appliers_never_decide_from_the_same_history(
    store_process: StoreProcess, store: redis.Redis, seed: int
) -> None:
    """Whatever the races, each decision was made from what had been written before it: as if one worked alone."""
    world = World(store_process, store, seed)
    world.paid = {}
    for _ in range(STEPS):
        world.step()
    world.drain()
    before: list[str] = []
    for id_ in world.applied:
        if id_[0] == "c":
            earlier = [one for one in before if one[0] == "c" and world.place(one) < world.place(id_)]
            said = next(one for one in story_of(store, id_).entries if one["what"] == "applied")
            assert ("Третий" in said["matched"]) == (len(earlier) == 2), id_
        before.append(id_)
