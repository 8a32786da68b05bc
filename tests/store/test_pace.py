"""The budget is shared, always in use and never exceeded."""

from __future__ import annotations

import threading
import time

import redis

from processor.clock import SystemClock
from processor.rate import Limit, parse_rate
from processor.store.pace import Pace, resting, wake
from tests.harness.store import StoreProcess


def _departures(client: redis.Redis, limits: tuple[Limit, ...], threads: int, each: int) -> list[float]:
    at: list[float] = []

    def work() -> None:
        pace = Pace(client, limits, SystemClock())
        for _ in range(each):
            assert pace.take(lambda: True)
            at.append(time.monotonic())

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(at)


def test_no_window_holds_more_than_the_limit_whoever_calls(store: redis.Redis) -> None:
    _departures(store, (Limit(4, 1_000),), threads=3, each=4)
    kept: list[tuple[bytes, float]] = store.zrange("wh:pace:slots", 0, -1, withscores=True)  # type: ignore[assignment]
    slots = [slot for _, slot in kept]
    assert len(slots) > 4
    gaps = [later - earlier for earlier, later in zip(slots, slots[4:], strict=False)]
    assert min(gaps) >= 1_000, "a fifth call comes a whole window after the first"
    assert max(gaps) < 1_100, "and the budget does not idle"


def test_an_idle_budget_adds_no_delay(store: redis.Redis) -> None:
    at = _departures(store, parse_rate("2/s,120/m"), threads=1, each=2)
    assert at[1] - at[0] < 0.5, "two calls may leave at once"


def test_several_limits_hold_at_once(store: redis.Redis) -> None:
    pace = Pace(store, (Limit(100, 1_000), Limit(3, 60_000)), SystemClock())
    for _ in range(3):
        assert pace.take(lambda: True)
    asked = [0]

    def stop_soon() -> bool:
        asked[0] += 1
        return asked[0] > 2

    assert not pace.take(lambda: True, stop_soon), "the fourth call of this minute does not leave"


def test_a_rest_holds_everybody_and_is_never_shortened(store: redis.Redis, store_process: StoreProcess) -> None:
    pace = Pace(store, (Limit(100, 1_000),), SystemClock())
    pace.rest(400, "throttled")
    pace.rest(10, "throttled")
    started = time.monotonic()
    other = Pace(store_process.client(), (Limit(100, 1_000),), SystemClock())
    assert other.take(lambda: True)
    assert time.monotonic() - started >= 0.39


def test_a_rest_ends_early_only_for_its_own_reason(store: redis.Redis) -> None:
    Pace(store, (Limit(1, 1_000),), SystemClock()).rest(60_000, "token_refused")
    wake(store, "watbot_down")
    assert resting(store)
    wake(store, "token_refused")
    assert resting(store) is None


def test_a_server_clock_set_back_costs_a_period_and_not_an_hour(store: redis.Redis) -> None:
    seconds, _ = store.time()
    store.zadd("wh:pace:slots", {"future": (seconds + 3_600) * 1_000})
    started = time.monotonic()
    assert Pace(store, (Limit(2, 1_000),), SystemClock()).take(lambda: True)
    assert 0.9 < time.monotonic() - started < 3


class _SlowReplies(SystemClock):
    """A process that is held up for a while between the store's reply and its own next look at the clock."""

    def __init__(self, stalls_ms: list[float]) -> None:
        self.stalls_ms = stalls_ms
        self.looks = 0

    def monotonic_ms(self) -> float:
        self.looks += 1
        if self.looks % 4 == 2 and self.stalls_ms:
            self.sleep_ms(self.stalls_ms.pop(0))
        return super().monotonic_ms()


def test_a_slot_that_was_missed_is_not_used_late(store: redis.Redis) -> None:
    """Used late it would leave too close to the next one."""
    at = []
    pace = Pace(store, (Limit(2, 1_000),), _SlowReplies([0, 0, 300, 0, 300]))
    for _ in range(5):
        assert pace.take(lambda: True)
        at.append(time.monotonic())
    gaps = [later - earlier for earlier, later in zip(at, at[2:], strict=False)]
    assert min(gaps) >= 1.0
