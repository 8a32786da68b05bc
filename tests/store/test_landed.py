"""What a call's end teaches the account: how far apart calls must leave, when to rest, when Watbot is down."""

from __future__ import annotations

import pytest
import redis

from processor.clock import SystemClock
from processor.rate import Limit
from processor.store.pace import ANSWERS_MIN, Departure, Outcome, Pace, resting
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until

SLOTS, GATE, BLOCK = "wh:pace:slots", "wh:pace:gate", "wh:pace:block"


class _Clock(SystemClock):
    """Ours to set forward: answers take as long as a test says."""

    def __init__(self) -> None:
        self.ahead_ms = 0.0

    def monotonic_ms(self) -> float:
        """The machine's, and what was added."""
        return super().monotonic_ms() + self.ahead_ms


def _pace(client: redis.Redis, *, calls: int = 1_000, period_ms: int = 1_000, trial_ms: int = 15_000) -> Pace:
    return Pace(client, (Limit(calls, period_ms),), _Clock(), trial_ms=trial_ms)


def _call(
    pace: Pace, outcome: Outcome = "ok", *, took_ms: float = 40, connecting_ms: float = 0, rest_ms: int = 0
) -> tuple[float, int, int]:
    """One call: by how much (ms) its slot moved, failures in a row, how long the account rests."""
    departure = pace.take()
    assert departure is not None
    before = _score(pace, departure)
    assert isinstance(pace.clock, _Clock)
    pace.clock.ahead_ms += connecting_ms
    sent_ms = pace.clock.monotonic_ms()
    pace.clock.ahead_ms += took_ms
    down, rests_ms = pace.landed(departure, outcome, sent_ms=sent_ms, rest_ms=rest_ms)
    return _score(pace, departure) - before, down, rests_ms


def _score(pace: Pace, departure: Departure) -> float:
    score = pace.client.zscore(SLOTS, departure.slot)
    assert isinstance(score, float)
    return score


def test_a_call_that_may_have_arrived_late_keeps_the_next_ones_away(store: redis.Redis) -> None:
    pace = _pace(store)
    for _ in range(ANSWERS_MIN):
        assert 40 <= _call(pace)[0] <= 90, "until the way is known all of it may be the way there"
    assert _call(pace)[0] <= 15, "as quick as the others"
    assert 8 <= _call(pace, took_ms=60)[0] <= 30
    assert 15 <= _call(pace, took_ms=5_000)[0] <= 30, "a slow server is no slow way: bounded"
    assert 300 <= _call(pace, connecting_ms=300)[0] <= 345, "what connecting took is known exactly"


def test_429s_teach_to_keep_more_distance_and_that_is_forgotten_by_halves(store: redis.Redis) -> None:
    pace = _pace(store)
    for _ in range(ANSWERS_MIN):
        _call(pace)
    moved = []
    for _ in range(5):
        _call(pace, "throttled")
        moved.append(round(_call(pace, took_ms=5_000)[0]))
    assert moved == pytest.approx([35, 75, 155, 265, 265], abs=15)
    store.hincrby(GATE, "slack_at", -1_800_000)
    assert _call(pace, took_ms=5_000)[0] == pytest.approx(140, abs=15)


def test_429s_in_a_row_are_counted_until_a_call_goes_well(store: redis.Redis) -> None:
    pace = _pace(store)
    for before in range(3):
        departure = pace.take()
        assert departure
        assert departure.throttled == before
        pace.landed(departure, "throttled", rest_ms=1, reason="throttled")
    _call(pace, "ok")
    departure = pace.take()
    assert departure
    assert departure.throttled == 0


def test_watbot_is_down_after_failures_in_a_row_of_anybody(store: redis.Redis, store_process: StoreProcess) -> None:
    paces = [_pace(store), _pace(store_process.client())]
    rests = []
    for number in range(12):
        store.delete(BLOCK)
        _, down, rests_ms = _call(paces[number % 2], "unavailable")
        assert down == number + 1
        rests.append(rests_ms)
    assert rests[:5] == [0, 0, 1_000, 2_000, 4_000]
    assert rests[-1] == 60_000
    rest = resting(store)
    assert rest is not None
    assert rest[1] == "watbot_down"


def test_an_answer_of_any_kind_means_that_watbot_is_there(store: redis.Redis) -> None:
    pace = _pace(store)
    for outcome in ("ok", "answered", "throttled"):
        _call(pace, "unavailable")
        _call(pace, "unavailable")
        _call(pace, outcome)
        assert _call(pace, "unavailable")[1:] == (1, 0)
        _call(pace, "ok")


def test_while_watbot_is_down_one_call_at_a_time_tries(store: redis.Redis, store_process: StoreProcess) -> None:
    pace, other = _pace(store), _pace(store_process.client())
    for _ in range(3):
        _call(pace, "unavailable")
    store.delete(BLOCK)
    trial = pace.take()
    assert trial
    assert trial.down == 3
    assert not other.near(), "somebody tries already"
    pace.landed(trial, "ok")
    assert other.near()
    departure = other.depart()
    assert departure
    assert departure.down == 0


def test_a_trial_whose_process_died_is_not_waited_for_for_ever(store: redis.Redis, store_process: StoreProcess) -> None:
    pace, other = _pace(store, trial_ms=300), _pace(store_process.client())
    for _ in range(3):
        _call(pace, "unavailable")
    store.delete(BLOCK)
    assert pace.take()
    wait_until(lambda: other.take(wait_ms_max=0) is not None, timeout_s=5, what="the trial is over")


def test_where_no_call_will_do_one_tries_after_the_rest(store: redis.Redis, store_process: StoreProcess) -> None:
    pace, other = _pace(store), _pace(store_process.client())
    assert _call(pace, "stopped", rest_ms=300_000)[1:] == (3, 300_000)
    store.delete(BLOCK)
    assert pace.take()
    assert not other.near()


def test_the_accounts_last_success_is_written_down(store: redis.Redis) -> None:
    _call(_pace(store), "answered")
    assert store.hget("wh:account", "last_ok_ms") is None
    _call(_pace(store), "ok")
    assert int(store.hget("wh:account", "last_ok_ms") or 0) > 1_700_000_000_000
