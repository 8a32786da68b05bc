"""The budget is shared, always in use and never exceeded."""

from __future__ import annotations

import threading
import time

import redis

from processor.clock import SystemClock
from processor.rate import Limit, parse_rate
from processor.store.pace import GRACE_MS, Pace, resting, wake
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until

WIDE = (Limit(1_000, 1_000),)


def _pace(client: redis.Redis, limits: tuple[Limit, ...] = WIDE) -> Pace:
    return Pace(client, limits, SystemClock())


def _departures(client: redis.Redis, limits: tuple[Limit, ...], threads: int, each: int) -> list[list[float]]:
    """When (monotonic s) each of so many processes left."""
    at: list[list[float]] = [[] for _ in range(threads)]

    def work(mine: list[float]) -> None:
        pace = _pace(client, limits)
        for _ in range(each):
            assert pace.take()
            mine.append(time.monotonic())

    workers = [threading.Thread(target=work, args=(mine,)) for mine in at]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return at


def _slots(client: redis.Redis) -> list[float]:
    kept: list[tuple[bytes, float]] = client.zrange("wh:pace:slots", 0, -1, withscores=True)  # type: ignore[assignment]
    return [slot for _, slot in kept]


def test_no_window_holds_more_than_the_limit_whoever_calls(store: redis.Redis) -> None:
    _departures(store, (Limit(4, 1_000),), threads=3, each=4)
    slots = _slots(store)
    assert len(slots) > 4
    gaps = [later - earlier for earlier, later in zip(slots, slots[4:], strict=False)]
    assert min(gaps) >= 1_000, "a fifth call comes a whole window after the first"
    assert max(gaps) < 1_100, "and the budget does not idle"


def test_who_comes_first_leaves_first(store: redis.Redis) -> None:
    at = _departures(store, (Limit(1, 100),), threads=3, each=6)
    turns = [who for _, who in sorted((moment, who) for who, mine in enumerate(at) for moment in mine)]
    shares = [turns[3:12].count(who) for who in range(3)]
    assert min(shares) >= 2, f"nobody is passed over again and again: {turns}"


def test_an_idle_budget_adds_no_delay(store: redis.Redis) -> None:
    ((first, second),) = _departures(store, parse_rate("2/s,120/m"), threads=1, each=2)
    assert second - first < 0.25, "two calls may leave at once"


def test_several_limits_hold_at_once(store: redis.Redis) -> None:
    pace = _pace(store, (Limit(100, 1_000), Limit(3, 60_000)))
    for _ in range(3):
        assert pace.take()
    assert not pace.near(), "the fourth call of this minute lies too far ahead to be waited for"
    assert not store.exists("wh:pace:waiting"), "who does not wait stands before nobody"


def test_who_dies_while_it_waits_is_passed_over(store: redis.Redis, store_process: StoreProcess) -> None:
    assert _pace(store_process.client()).near(), "it has its turn and never leaves"
    started = time.monotonic()
    assert _pace(store).take()
    assert time.monotonic() - started < GRACE_MS / 1000 + 0.5


def test_who_died_before_the_server_clock_was_set_back_is_passed_over(
    store: redis.Redis, store_process: StoreProcess
) -> None:
    assert _pace(store_process.client()).near(), "it has its turn and never leaves"
    waiting: dict[bytes, bytes] = store.hgetall("wh:pace:waiting")  # type: ignore[assignment]
    ((ticket, held),) = waiting.items()
    number, until_ms = held.split()
    store.hset("wh:pace:waiting", ticket, f"{int(number)} {int(until_ms) + 1_800_000}")
    started = time.monotonic()
    assert _pace(store).take(wait_ms_max=60_000)
    assert time.monotonic() - started < 2, "nobody waits for it until the clock has caught up"


def test_who_leaves_the_line_holds_nobody_up(store: redis.Redis, store_process: StoreProcess) -> None:
    first = _pace(store_process.client())
    assert first.near()
    first.leave()
    started = time.monotonic()
    assert _pace(store).take()
    assert time.monotonic() - started < GRACE_MS / 1000


def test_a_rest_holds_everybody_and_is_never_shortened(store: redis.Redis, store_process: StoreProcess) -> None:
    pace = _pace(store)
    pace.rest(400, "throttled")
    pace.rest(10, "throttled")
    started = time.monotonic()
    assert _pace(store_process.client()).take()
    assert time.monotonic() - started >= 0.39


def test_a_rest_ends_early_only_for_its_own_reason(store: redis.Redis) -> None:
    _pace(store).rest(60_000, "token_refused")
    wake(store, "watbot_down")
    assert resting(store)
    wake(store, "token_refused")
    assert resting(store) is None


def test_a_departure_that_moved_away_is_not_waited_for_with_what_was_chosen(
    store: redis.Redis, store_process: StoreProcess
) -> None:
    pace = _pace(store)
    assert pace.near()
    _pace(store_process.client()).rest(300, "throttled")
    assert pace.depart() is None
    assert pace.take(), "it waits anew"


def test_a_server_clock_set_back_costs_a_period_and_not_an_hour(store: redis.Redis) -> None:
    seconds, _ = store.time()
    hour_ms = (seconds + 3_600) * 1_000
    store.zadd("wh:pace:slots", {"1": hour_ms - 200, "2": hour_ms})
    store.set("wh:pace:block", f"{hour_ms} 300 throttled")
    started = time.monotonic()
    assert _pace(store, (Limit(2, 1_000),)).take()
    assert 0.7 < time.monotonic() - started < 3


def test_a_server_clock_set_forward_does_not_open_the_gate(store: redis.Redis) -> None:
    pace = _pace(store, (Limit(2, 1_000),))
    for _ in range(2):
        assert pace.take()
    for slot in _slots(store):
        store.zremrangebyscore("wh:pace:slots", slot, slot)
        store.zadd("wh:pace:slots", {f"{slot}": slot - 3_600_000})
    pace._offset_ms = (pace._offset_ms or 0) - 3_600_000  # as if this process had last asked before the jump
    started = time.monotonic()
    assert pace.take()
    assert time.monotonic() - started >= 1.0


def test_where_the_store_knows_of_no_call_the_first_one_waits_a_period(store: redis.Redis) -> None:
    pace = _pace(store, (Limit(2, 1_000),))
    pace.begin()
    started = time.monotonic()
    assert pace.take()
    assert time.monotonic() - started >= 0.9
    pace.begin()
    wait_until(lambda: resting(store) is None, timeout_s=0.5, what="afterwards it knows, and no rest begins")


def test_a_process_held_up_before_it_leaves_crowds_nobody(store: redis.Redis) -> None:
    """A departure counts from its own moment, not from when it might have been."""
    pace = _pace(store, (Limit(2, 1_000),))
    at = []
    for held_up_ms in (0, 0, 300, 0, 300):
        while True:
            assert pace.near()
            pace.clock.sleep_ms(held_up_ms)
            if pace.depart():
                break
        at.append(time.monotonic())
    gaps = [later - earlier for earlier, later in zip(at, at[2:], strict=False)]
    assert min(gaps) >= 1.0
