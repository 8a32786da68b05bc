"""The store's own tests again, over the oldest server that we promise to work with: Redis 7.0, as Debian ships it.

The tests are those of the neighbouring files; only the server under them is another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import redis

from processor.embedded import answers, write_config
from processor.store.contacts import Claim, claim, state_of
from processor.store.deliveries import take
from processor.store.gauges import line
from processor.store.keys import name_of
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in, wished
from tests.harness.waiting import wait_until
from tests.store.test_intake import (
    test_a_repetition_is_known_by_the_first_id,
    test_deliveries_of_one_moment_are_stored_in_their_order,
    test_nothing_unfinished_ages_and_every_key_is_in_the_table,
    test_repeating_a_lost_answer_queues_nothing_twice,
    test_the_body_comes_back_byte_for_byte,
)
from tests.store.test_pace import (
    test_a_rest_ends_early_only_for_its_own_reason,
    test_a_rest_holds_everybody_and_is_never_shortened,
    test_no_window_holds_more_than_the_limit_whoever_calls,
    test_several_limits_hold_at_once,
)
from tests.store.test_wish import (
    test_a_holder_that_lost_its_lease_writes_nothing,
    test_a_late_delivery_cannot_undo_what_was_already_sent,
    test_a_wish_renewed_during_the_call_stays,
    test_applying_a_delivery_again_changes_nothing,
    test_the_newest_stamp_wins_whichever_comes_first,
    test_the_superseded_event_is_finished_and_told_by_whom,
)

BINARY = shutil.which("redis-server")

__all__ = [
    "test_a_holder_that_lost_its_lease_writes_nothing",
    "test_a_late_delivery_cannot_undo_what_was_already_sent",
    "test_a_repetition_is_known_by_the_first_id",
    "test_a_rest_ends_early_only_for_its_own_reason",
    "test_a_rest_holds_everybody_and_is_never_shortened",
    "test_a_wish_renewed_during_the_call_stays",
    "test_applying_a_delivery_again_changes_nothing",
    "test_deliveries_of_one_moment_are_stored_in_their_order",
    "test_no_window_holds_more_than_the_limit_whoever_calls",
    "test_nothing_unfinished_ages_and_every_key_is_in_the_table",
    "test_repeating_a_lost_answer_queues_nothing_twice",
    "test_several_limits_hold_at_once",
    "test_the_body_comes_back_byte_for_byte",
    "test_the_newest_stamp_wins_whichever_comes_first",
    "test_the_superseded_event_is_finished_and_told_by_whom",
]


class RedisProcess(StoreProcess):
    """Somebody's own redis-server, given the very configuration that the embedded one gets."""

    def start(self) -> None:
        """Start and wait until it answers."""
        assert BINARY is not None
        self._process = subprocess.Popen([BINARY, str(write_config(self.settings))], stdout=subprocess.DEVNULL)
        wait_until(lambda: answers(self.settings), what="redis-server answers")


@pytest.fixture(scope="module")
def store_process() -> Iterator[StoreProcess]:
    """In place of the embedded Valkey; a laptop without redis-server skips, CI fails."""
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail("no redis-server on PATH; .ci/run installs it")
        pytest.skip("no redis-server on PATH")
    with RedisProcess() as process:
        yield process


def test_this_is_redis_itself(store: redis.Redis) -> None:
    """7.0 or newer, and no Valkey under that name."""
    told = store.info("server")
    assert isinstance(told, dict)
    assert "valkey_version" not in told
    assert tuple(int(part) for part in str(told["redis_version"]).split(".")[:2]) >= (7, 0)


def test_a_sweep_brings_back_what_a_dead_worker_held(store_process: StoreProcess, store: redis.Redis) -> None:
    """A delivery and a contact whose leases ended stand in line again, and the sweep is the worker's beat."""
    take_in(store_process.settings, [(delivery("a"), "1"), (delivery("b"), "2")])
    wished(store, "a", status("1", "1", "a"))
    held = claim(store, lease_ms=1)
    assert isinstance(held, Claim)
    assert [taken.delivery.id for taken in take(store, most=2, lease_ms=1)] == ["b"]
    wait_until(lambda: _swept(store), timeout_s=5, what="both leases have ended")
    assert [taken.delivery.id for taken in take(store, most=2, lease_ms=10_000)] == ["b"]
    again = claim(store, lease_ms=10_000)
    assert isinstance(again, Claim)
    assert again.fence > held.fence
    assert state_of(store, CONTACT).wanted["status"].value == "1"
    assert line(store).workers == 1


def _swept(store: redis.Redis) -> bool:
    sweep(store, worker="w")
    return not store.zcard(name_of("deliveries_lease")) and not store.zcard(name_of("lease"))
