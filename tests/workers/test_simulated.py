"""Simulated time: the clock's timetable, scripts that go by it, and a world in which a worker works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from processor.settings import Settings
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.pace import resting
from processor.store.script import run
from tests.harness.simulated import MIDNIGHT_MS, SimulatedClock, SimulatedStore, store_in_memory
from tests.harness.simulated_day import RULES, Arrival, Customer
from tests.harness.simulated_world import World

PHONE = "+79000000001"


@pytest.fixture(scope="module")
def memory() -> Iterator[Settings]:
    """A store for this module that writes no file."""
    with store_in_memory() as settings:
        yield settings


@pytest.fixture
def world(memory: Settings, tmp_path: Path) -> Iterator[World]:
    """A world over an empty store."""
    world = World(memory, tmp_path, rules=RULES)
    world.client.flushall()
    yield world
    world.close()


def order(number: int, status: str, *, event: str = "order.created", occurred_s: int = 0) -> bytes:
    """An order of one customer."""
    body = {
        "event": event,
        "occurred_at": MIDNIGHT_MS // 1000 + occurred_s,
        "customer": {"phone": PHONE, "name": "Анна Примерова"},
        "order": {"number": str(number), "total": 100, "status": status},
    }
    return json.dumps(body).encode()


def test_whoever_sleeps_runs_what_is_due_meanwhile_each_at_its_own_time() -> None:
    clock = SimulatedClock(0)
    seen: list[tuple[str, int]] = []
    for name, at_ms in (("c", 300), ("a", 100), ("b", 100), ("d", 900)):
        clock.at(at_ms, lambda name=name: seen.append((name, clock.now_ms())))  # type: ignore[misc]
    clock.sleep_ms(500)
    assert seen == [("a", 100), ("b", 100), ("c", 300)]
    assert clock.now_ms() == 500
    assert clock.skip()
    assert (seen[-1], clock.now_ms()) == (("d", 900), 900)
    assert not clock.skip()


def test_scripts_and_the_store_itself_tell_the_simulated_time(memory: Settings) -> None:
    clock = SimulatedClock()
    clock.sleep_ms(1_234)
    with SimulatedStore(memory, clock) as client:
        client.flushall()
        run(client, "block", 60_000, "a test")
        assert resting(client) == (MIDNIGHT_MS + 61_234, "a test")
        assert client.time() == (MIDNIGHT_MS // 1_000 + 1, 234_000)


def test_a_script_may_be_run_in_other_words(memory: Settings) -> None:
    with SimulatedStore(memory, SimulatedClock()) as client:
        client.changes["tell"] = lambda text: text.replace("return 1\n", "return 7\n")
        assert run(client, "tell", "e1", "{}") == 7


def test_an_order_is_delivered_within_simulated_time(world: World) -> None:
    world.expect([Arrival(MIDNIGHT_MS + 10_000, "d1", order(1, "new"))])
    world.run()
    (known,) = world.watbot.contacts().values()
    assert known["status"] == "Новый заказ"
    assert known["tag:Покупатель"]
    assert known["variable:Последний заказ"] == "1"
    assert MIDNIGHT_MS + 10_000 <= world.watbot.calls[0].began_ms < MIDNIGHT_MS + 10_030
    gaps = [b.arrived_ms - a.arrived_ms for a, b in zip(world.watbot.calls, world.watbot.calls[2:], strict=False)]
    assert min(gaps) >= 1_000
    assert world.watbot.throttled == 0
    assert story_of(world.client, world.wishes[0].event).row.state == "done"


def test_a_repetition_is_known_by_the_first_and_brings_no_wish(world: World) -> None:
    assert world.deliver("d1", order(1, "new")) == world.deliver("d1", order(1, "new"))
    assert len(world.events) == 1
    assert len({wish.element for wish in world.wishes}) == len(world.wishes)


def test_what_comes_late_does_not_undo_what_is_newer(world: World) -> None:
    world.deliver("d1", order(1, "paid", event="order.paid", occurred_s=-60))
    world.run()
    calls = len(world.watbot.calls)
    world.deliver("d2", order(1, "new", occurred_s=-120))
    world.run()
    assert len(world.watbot.calls) == calls
    assert next(iter(world.watbot.contacts().values()))["status"] == "Оплачен"


def test_whom_the_first_sync_has_told_us_needs_no_call_for_what_is_already_so(world: World) -> None:
    world.add([Customer(PHONE, "Анна Примерова", True, "Анна Примерова", ("Подписан",))], first_sync=True)
    world.deliver("d1", order(1, "shipped", event="order.shipped"))
    world.run()
    assert "createOrUpdateContact" not in {call.method for call in world.watbot.calls}
    assert next(iter(world.watbot.contacts().values()))["tag:Подписан"]


def test_a_call_beyond_the_limit_is_seen_and_waited_out(memory: Settings, tmp_path: Path) -> None:
    world = World(memory, tmp_path, rules=RULES, rate="50/s")
    world.client.flushall()
    world.deliver("d1", order(1, "new"))
    world.run()
    assert world.watbot.throttled > 0
    assert next(iter(world.watbot.contacts().values()))["status"] == "Новый заказ"
    assert not world.client.exists(name_of("ready"), name_of("due"), name_of("lease"))
    world.close()
