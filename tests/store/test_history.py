"""What is remembered of a contact's events: each once, bounded, and never another than a decision was made from."""

from __future__ import annotations

import redis

from processor.domain.earlier import HISTORY_EVENTS_MAX, HISTORY_MS
from processor.store.deliveries import take
from processor.store.history import entry_from, history_of, member_of
from processor.store.journal import story_of
from processor.store.keys import name_of
from tests.harness.remembered import HOUR_MS, ago, applied, digest, entry, remembered
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in


def test_an_event_is_kept_as_it_was() -> None:
    for one in (
        entry("e1", 1_800_000_000_000, 700, order="№ 15"),
        entry("e2", 0, 0, event="Свой тип, со знаками |\n", source="ещё"),
    ):
        assert entry_from(member_of(one).encode()) == one


def test_a_plain_event_takes_little_room() -> None:
    assert len(member_of(entry("0" * 22, 1_800_000_000_000, 123_456, order="10015"))) < 100


def test_events_are_remembered_by_their_stamps_whether_rules_matched_or_not(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in ("a", "b")])
    now_ms = ago(store, 0)
    assert applied(store, "a", state="ignored", entries=[entry("a", now_ms, 100)]).state == "ignored"
    applied(store, "b", status("x", f"{now_ms:014d}.{200:012d}", "b"), entries=[entry("b", now_ms - 5, 200)])
    assert remembered(store) == [("b", 200), ("a", 100)]
    assert 0 < store.pttl(name_of("past", CONTACT)) <= HISTORY_MS


def test_an_event_is_remembered_once_however_often_it_is_applied(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in(store_process.settings, [(delivery("a"), "a")])
    one = entry("a", ago(store, 0), 100)
    assert applied(store, "a", entries=[one]).state == "done"
    assert applied(store, "a", entries=[one]).state == "again"
    assert remembered(store) == [("a", 100)]


def test_an_event_that_is_applied_anew_takes_the_place_of_what_it_was_read_as(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    """A mended mapping may find another type or time in it."""
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in ("a", "b")])
    now_ms = ago(store, 0)
    applied(store, "a", entries=[entry("a", now_ms, 100), entry("a", now_ms, 101)])
    applied(store, "b", entries=[entry("b", now_ms, 200)])
    store.hset(name_of("event", "a"), "state", "queued")
    applied(store, "a", entries=[entry("a", now_ms - HOUR_MS, 100, event="order.paid")])
    assert [(one.id, one.event) for one in history_of(store, CONTACT).entries] == [
        ("a", "order.paid"),
        ("b", "order.created"),
    ]


def test_a_history_is_bounded_in_number_and_in_time(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in ("many", "old")])
    now_ms = ago(store, 0)
    applied(store, "many", entries=[entry("many", now_ms + n, n) for n in range(HISTORY_EVENTS_MAX + 5)])
    assert len(remembered(store)) == HISTORY_EVENTS_MAX
    assert remembered(store)[0] == ("many", 5), "the oldest went"
    applied(store, "old", entries=[entry("old", now_ms - HISTORY_MS - HOUR_MS, 9_000)])
    assert ("old", 9_000) not in remembered(store)


def test_a_plan_made_from_a_history_that_changed_meanwhile_is_refused_and_nothing_is_written(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in(store_process.settings, [(delivery(id_), id_) for id_ in ("a", "b", "c")])
    assert len(take(store, most=9, lease_ms=60_000)) == 3
    now_ms = ago(store, 0)
    before = digest(store)
    applied(store, "a", entries=[entry("a", now_ms, 100)])
    refused = applied(store, "b", read=[before], entries=[entry("b", now_ms, 200)])
    assert refused.state == "changed"
    assert story_of(store, "b").row.state == "queued"
    assert store.zscore(name_of("deliveries_lease"), "b"), "it stays with whoever reads anew"
    assert remembered(store) == [("a", 100)]
    assert applied(store, "b", read=[digest(store)], entries=[entry("b", now_ms, 200)]).state == "done"
    assert applied(store, "c", entries=[entry("c", now_ms, 300)]).state == "done", "a plan that asked nothing is not"


def test_whoever_comes_late_is_told_so_whatever_the_history(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "a")])
    before = digest(store)
    one = entry("a", ago(store, 0), 100)
    assert applied(store, "a", read=[before], entries=[one]).state == "done"
    assert applied(store, "a", read=[before], entries=[one]).state == "again"
