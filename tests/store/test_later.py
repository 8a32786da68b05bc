"""Delayed rules in the store: they wait, are claimed when due, act once, and keep their event open until then."""

from __future__ import annotations

import redis

from processor.domain.earlier import moved
from processor.store.deliveries import take
from processor.store.gauges import line
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.later import claim_due
from processor.store.sweep import sweep
from processor.store.thin import claim_thin, put_aside, settle
from tests.harness.remembered import HOUR_MS, ago, applied, claimed, digest, entry, fall_due, remembered
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in
from tests.harness.waiting import wait_until


def _put(store_process: StoreProcess, *ids: str) -> None:
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in ids])


def test_an_event_stays_open_until_its_delayed_rules_have_acted(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _put(store_process, "a")
    due_ms = ago(store, -HOUR_MS)
    assert applied(store, "a", later=[(0, due_ms, "R"), (0, due_ms, "S"), (1, due_ms, "R")]).state == "planned"
    now = line(store)
    assert (now.delayed, now.next_due_ms) == (2, due_ms), "rules that fall due together wait together"
    assert story_of(store, "a").row.open == 3
    assert claim_due(store, lease_ms=1_000) is None
    assert store.pttl(name_of("event", "a")) == -1
    fall_due(store)
    held = claimed(store)
    assert (held.timer.index, sorted(held.timer.rules), held.due_ms) == (0, ["R", "S"], due_ms)
    assert applied(store, "a", timer=held.timer).state == "planned"
    assert story_of(store, "a").row.open == 1
    applied(store, "a", timer=claimed(store).timer)
    shown = story_of(store, "a")
    assert (shown.row.state, shown.row.open) == ("done", 0)
    assert [said["what"] for said in shown.entries] == ["applied", "due", "due"]
    assert store.pttl(name_of("event", "a")) > 0
    assert not store.exists(name_of("later_due"), name_of("later_lease"))


def test_a_moment_that_has_passed_already_rings_at_once(store_process: StoreProcess, store: redis.Redis) -> None:
    _put(store_process, "a")
    applied(store, "a", later=[(0, ago(store, HOUR_MS), "R")])
    assert store.exists(name_of("bell_later"))
    store.delete(name_of("bell_later"))
    assert sweep(store, worker="w").ring_later, "a lost bell is rung again"
    assert claimed(store).timer.rules == ("R",)
    assert not store.exists(name_of("bell_later")), "it is answered"


def test_what_they_wish_is_delivered_like_everything_else(store_process: StoreProcess, store: redis.Redis) -> None:
    _put(store_process, "a")
    at_ms = ago(store, 2 * HOUR_MS)
    stamp = f"{at_ms:014d}.{100:012d}"
    applied(store, "a", status("Новый", stamp, "a"), later=[(0, at_ms + HOUR_MS, "R")])
    late = status("Брошен", moved(stamp, at_ms + HOUR_MS), "a")
    assert applied(store, "a", late, timer=claimed(store).timer).outdated == ()
    shown = story_of(store, "a")
    assert (shown.row.state, shown.row.open, shown.row.contact) == ("planned", 1, CONTACT)
    assert store.zscore(name_of("ready"), CONTACT) is not None


def test_what_the_event_itself_wished_before_is_not_told_as_outdated(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _put(store_process, "a")
    one = status("Новый", f"{ago(store, HOUR_MS):014d}.{100:012d}", "a")
    applied(store, "a", one, later=[(0, ago(store, 1), "R")])
    assert applied(store, "a", one, timer=claimed(store).timer).outdated == ()
    assert story_of(store, "a").row.open == 1


def test_a_dead_holders_claim_comes_back_and_its_late_word_counts_for_nothing(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _put(store_process, "a")
    applied(store, "a", later=[(0, ago(store, HOUR_MS), "R")])
    dead = claimed(store, lease_ms=1)
    assert claim_due(store, lease_ms=1) is None, "one holder at a time"
    wait_until(lambda: sweep(store, worker="w").deliveries_back, what="the lease ends")
    held = claimed(store)
    assert (held.timer.member, held.deaths) == (dead.timer.member, 1)
    assert applied(store, "a", timer=dead.timer).state == "again"
    assert applied(store, "a", timer=held.timer).state == "planned"
    assert applied(store, "a", timer=held.timer).state == "again", "the reply was lost: once is enough"
    assert story_of(store, "a").row.state == "done"


def test_a_holder_is_not_kept_out_by_a_clock_that_went_back(store_process: StoreProcess, store: redis.Redis) -> None:
    _put(store_process, "a", "b")
    applied(store, "a", later=[(0, ago(store, HOUR_MS), "R")])
    due_ms = ago(store, -24 * HOUR_MS)
    applied(store, "b", later=[(0, due_ms, "R")])
    claimed(store, lease_ms=10 * HOUR_MS)
    sweep(store, worker="w")
    assert claimed(store).taken.delivery.id == "a"
    assert line(store).next_due_ms == due_ms, "what waits keeps its hour"


def test_whatever_arrived_before_the_moment_is_applied_first(store_process: StoreProcess, store: redis.Redis) -> None:
    """An order that was paid in time must not be called unpaid because the workers were behind."""
    _put(store_process, "a")
    take(store, most=1, lease_ms=60_000)
    applied(store, "a", later=[(0, ago(store, -300), "R")])
    _put(store_process, "paid")
    wait_until(lambda: sweep(store, worker="w").ring_later, what="somebody is called")
    assert claim_due(store, lease_ms=1_000) is None, "the payment stands in line"
    take(store, most=1, lease_ms=60_000)
    assert claim_due(store, lease_ms=1_000) is None, "it is being applied"
    put_aside(store, "paid", after_ms=0, story={"what": "thin"})
    assert claim_due(store, lease_ms=1_000) is None, "its sender is to be asked"
    held = claim_thin(store, lease_ms=60_000)
    assert held
    assert claim_due(store, lease_ms=1_000) is None, "its sender is being asked"
    settle(store, held, "again", delay_ms=60_000, documents={})
    assert claim_due(store, lease_ms=1_000) is None, "its sender is in trouble, for a moment"
    store.hset(name_of("event", "paid"), "trouble", ago(store, HOUR_MS))
    assert claimed(store).timer.rules == ("R",), "a sender that fails holds up nobody for long"


def test_what_arrives_after_the_moment_holds_up_nothing(store_process: StoreProcess, store: redis.Redis) -> None:
    _put(store_process, "a")
    take(store, most=1, lease_ms=60_000)
    applied(store, "a", later=[(0, ago(store, HOUR_MS), "R")])
    _put(store_process, "after")
    assert claimed(store).timer.rules == ("R",)


def test_an_event_applied_anew_makes_no_delayed_rule_wait_twice(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _put(store_process, "a")
    due_ms = ago(store, -HOUR_MS)
    applied(store, "a", later=[(0, due_ms, "R")])
    for later in ([(0, due_ms, "R")], [(0, due_ms + HOUR_MS, "R")], []):
        store.hset(name_of("event", "a"), "state", "queued")
        assert applied(store, "a", later=later).state == "planned"
        assert (line(store).delayed, line(store).next_due_ms) == (1, due_ms)
        assert story_of(store, "a").row.open == 1
    fall_due(store)
    applied(store, "a", timer=claimed(store).timer)
    assert story_of(store, "a").row.state == "done"


def test_they_act_on_no_history_that_changed_meanwhile(store_process: StoreProcess, store: redis.Redis) -> None:
    _put(store_process, "a", "paid")
    take(store, most=9, lease_ms=60_000)
    now_ms = ago(store, 0)
    applied(store, "a", entries=[entry("a", now_ms, 100)], later=[(0, ago(store, HOUR_MS), "R")])
    held, before = claimed(store), digest(store)
    applied(store, "paid", entries=[entry("paid", now_ms, 200)])
    assert applied(store, "a", read=[before], timer=held.timer).state == "changed"
    assert applied(store, "a", read=[digest(store)], timer=held.timer).state == "planned"
    assert remembered(store) == [("a", 100), ("paid", 200)]


def test_what_lies_behind_events_that_wait_long_still_leaves_the_journal(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _put(store_process, *(f"e{n}" for n in range(520)), "gone")
    for n in range(520):
        applied(store, f"e{n}", later=[(0, ago(store, -HOUR_MS), "R")])
    applied(store, "gone")
    store.delete(*(name_of(short, "gone") for short in ("event", "delivery", "story")))
    wait_until(lambda: sweep(store, worker="w").journal_dropped, what="the sweep reaches the end")
    assert store.zcard(name_of("journal")) == 520
