"""What goes by is counted by the minute and by the hour."""

from __future__ import annotations

import itertools

import redis

from processor.store.keys import name_of
from processor.store.series import STEPS, series
from tests.harness.dead import take_in_events
from tests.harness.store import StoreProcess


def test_what_came_in_is_in_the_last_steps_of_every_span(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b", "c")
    take_in_events(store_process, "a")
    for span, (count, step_ms) in STEPS.items():
        steps = series(store, span)
        assert len(steps) == count
        assert {later.since_ms - step.since_ms for step, later in itertools.pairwise(steps)} == {step_ms}
        # The minute may have ended in between.
        assert sum(step.events for step in steps[-2:]) == 3, "a repetition came in once"


def test_a_day_is_the_sum_of_its_hours(store: redis.Redis) -> None:
    hour = series(store, "day")[-1].since_ms // 3_600_000
    store.hset(name_of("series", f"d{hour // 24}"), mapping={"in:0": 5, "in:23": 7, "out:1": 2, "calls:1": 1})
    today = series(store, "month")[-1]
    assert (today.events, today.changes, today.calls) == (12, 2, 1)
