"""Thin deliveries wait apart and come back into their place, whoever dies or comes late on the way."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import redis

from processor.store.deliveries import take
from processor.store.gauges import line
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.sweep import sweep
from processor.store.thin import Held, Outcome, claim_thin, put_aside, settle, visit, visited
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in, wished
from tests.harness.waiting import wait_until

WHERE = ("deliveries_ready", "deliveries_lease", "thin_due", "thin_lease")


def _aside(store: redis.Redis, id: str) -> bool:
    return put_aside(store, id, after_ms=0, story={"what": "thin", "at": 1, "wants": ["lead:7"]})


def _claimed(store: redis.Redis, lease_ms: int = 60_000) -> Held:
    held = claim_thin(store, lease_ms=lease_ms)
    assert held is not None
    return held


def _settled(store: redis.Redis, held: Held, outcome: Outcome = "told", **documents: Any) -> bool:
    named = {name.replace("_", ":"): told for name, told in documents.items()}
    return settle(store, held, outcome, story={"what": "fetched"}, documents=named)


def _places(store: redis.Redis, id: str) -> list[str]:
    return [short for short in WHERE if store.zscore(name_of(short), id) is not None]


def test_it_comes_back_before_those_that_came_after_it(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery(name), name) for name in ("thin", "a", "b")])
    (first, *_) = take(store, most=1, lease_ms=60_000)
    assert not first.asked
    assert _aside(store, "thin")
    assert line(store).deliveries == 3, "it is still in line"
    held = _claimed(store)
    assert held.delivery.id == "thin"
    assert claim_thin(store, lease_ms=1) is None, "nobody else gets it"
    assert _settled(store, held, lead_7={"NAME": "Анна"}, contact_3=None)
    taken = take(store, most=9, lease_ms=60_000)
    assert [(t.delivery.id, t.tries, t.asked) for t in taken] == [("thin", 1, True), ("a", 1, False), ("b", 1, False)]
    assert taken[0].delivery.fetched == {"lead:7": {"NAME": "Анна"}, "contact:3": None}
    shown = story_of(store, "thin")
    assert shown.delivery == taken[0].delivery
    assert [entry["what"] for entry in shown.entries] == ["thin", "fetched"]


def test_what_is_fetched_lives_as_long_as_its_delivery(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("thin"), "1")])
    take(store, most=1, lease_ms=60_000)
    _aside(store, "thin")
    _settled(store, _claimed(store), lead_7={})
    assert store.pttl(name_of("fetched", "thin")) == -1
    take(store, most=1, lease_ms=60_000)
    wished(store, "thin", state="ignored")
    fetched, of_delivery = (int(str(store.pexpiretime(name_of(short, "thin")))) for short in ("fetched", "delivery"))
    assert 0 < fetched <= of_delivery


def test_a_fetcher_that_died_is_followed_by_another(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("thin"), "1")])
    take(store, most=1, lease_ms=60_000)
    _aside(store, "thin")
    dead = _claimed(store, lease_ms=1)
    wait_until(lambda: sweep(store, worker="w").deliveries_back, what="its lease ends")
    assert _places(store, "thin") == ["thin_due"]
    assert sweep(store, worker="w").ring_fetch is False, "the bell is on its way"
    other = _claimed(store)
    assert (other.fence, other.tries) == (dead.fence + 1, 1)
    assert not _settled(store, dead, "given_up"), "it wakes, too late"
    assert _places(store, "thin") == ["thin_lease"]
    assert _settled(store, other, lead_7={})
    assert not _settled(store, other, "again"), "and nobody takes it away again"
    assert _places(store, "thin") == ["deliveries_ready"]


def test_an_applier_that_comes_late_puts_nothing_aside(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("thin"), "1")])
    take(store, most=1, lease_ms=60_000)
    assert _aside(store, "thin")
    assert not _aside(store, "thin"), "it waits already"
    held = _claimed(store)
    assert not _aside(store, "thin")
    assert _places(store, "thin") == ["thin_lease"]
    _settled(store, held)
    take(store, most=1, lease_ms=60_000)
    assert not _aside(store, "thin"), "its sender was asked"
    wished(store, "thin", state="ignored")
    assert not _aside(store, "thin")
    assert _places(store, "thin") == []


def test_what_was_applied_meanwhile_does_not_come_back(store_process: StoreProcess, store: redis.Redis) -> None:
    """A worker of before, which lost its lease, may have applied it as it was."""
    take_in(store_process.settings, [(delivery("thin"), "1")])
    take(store, most=1, lease_ms=60_000)
    _aside(store, "thin")
    held = _claimed(store)
    wished(store, "thin", state="ignored")
    assert not _settled(store, held)
    assert _places(store, "thin") == []


def test_it_waits_until_its_second_has_passed(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("thin"), "1")])
    take(store, most=1, lease_ms=60_000)
    put_aside(store, "thin", after_ms=400, story={"what": "thin"})
    assert claim_thin(store, lease_ms=1) is None
    wait_until(lambda: sweep(store, worker="w").ring_fetch, what="it is due, and the sweeper rings")
    assert _claimed(store).delivery.id == "thin"


def test_a_sender_is_visited_in_turn(store: redis.Redis) -> None:
    turns = [visit(store, "a", gap_ms=10_000, wait_ms_max=45_000, trial_ms=90_000) for _ in range(6)]
    assert [turn.granted for turn in turns] == [True] * 5 + [False]
    waits = [turn.wait_ms for turn in turns]
    assert waits[0] == 0
    assert all(5_000 < later - sooner <= 10_000 for sooner, later in pairwise(waits))
    assert visit(store, "b", gap_ms=500, wait_ms_max=0, trial_ms=9_000).granted, "another account is another line"


def test_a_sender_that_fails_rests_and_is_tried_by_one(store: redis.Redis) -> None:
    assert visit(store, "a", gap_ms=1, wait_ms_max=0, trial_ms=60_000).granted
    visited(store, "a", gap_ms=1, rest_ms=200)
    resting = visit(store, "a", gap_ms=1, wait_ms_max=0, trial_ms=60_000)
    assert (resting.granted, resting.failures) == (False, 1)
    wait_until(lambda: visit(store, "a", gap_ms=1, wait_ms_max=0, trial_ms=60_000).granted, what="its rest ends")
    assert visit(store, "a", gap_ms=1, wait_ms_max=0, trial_ms=60_000).wait_ms > 30_000, "one tries, the others wait"
    visited(store, "a", gap_ms=1)
    wait_until(lambda: visit(store, "a", gap_ms=1, wait_ms_max=0, trial_ms=1).granted, what="it is there again")
