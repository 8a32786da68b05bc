"""Intake: stored and queued in one step, once."""

from __future__ import annotations

import redis

from processor.store.deliveries import take
from processor.store.journal import newest, story_of
from processor.store.keys import KEYS, name_of
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in


def test_deliveries_of_one_moment_are_stored_in_their_order(store_process: StoreProcess, store: redis.Redis) -> None:
    ids, bells = take_in(store_process.settings, [(delivery(f"d{n:03}"), f"k{n}") for n in range(300)])
    assert ids == [f"d{n:03}" for n in range(300)]
    assert bells == 1, "one doorbell is enough for all that stand in line"
    taken = [one for _ in range(20) for one in take(store, most=16, lease_ms=1_000)]
    assert [one.delivery.id for one in taken] == ids
    assert [one.number for one in taken] == list(range(1, 301))


def test_a_repetition_is_known_by_the_first_id(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("first"), "same")])
    ids, bells = take_in(store_process.settings, [(delivery("second"), "same"), (delivery("third"), "same")])
    assert ids == ["first", "first"]
    assert bells == 0
    assert len(newest(store, limit=10)) == 1
    assert story_of(store, "first").row.repeats == 2


def test_the_same_key_of_another_source_is_another_delivery(store_process: StoreProcess, store: redis.Redis) -> None:
    ids, _ = take_in(store_process.settings, [(delivery("a"), "k"), (delivery("b", source="landing"), "k")])
    assert ids == ["a", "b"]


def test_repeating_a_lost_answer_queues_nothing_twice(store_process: StoreProcess, store: redis.Redis) -> None:
    """The store did it, its reply was lost, the same is put again under its own id: it is queued, no duplicate."""
    for _ in range(2):
        ids, _ = take_in(store_process.settings, [(delivery("own"), "k")])
        assert ids == ["own"]
    assert store.zcard(name_of("deliveries_ready")) == 1
    assert story_of(store, "own").row.repeats == 0


def test_the_body_comes_back_byte_for_byte(store_process: StoreProcess, store: redis.Redis) -> None:
    body = bytes(range(256)) * 40
    take_in(store_process.settings, [(delivery("raw", body=body, headers={"a": "б"}, query="x=1"), "k")])
    (taken,) = take(store, most=1, lease_ms=1_000)
    assert (taken.delivery.body, taken.delivery.headers, taken.delivery.query) == (body, {"a": "б"}, "x=1")


def test_nothing_unfinished_ages_and_every_key_is_in_the_table(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("one"), "k")])
    names = {key.name for key in KEYS.values()}
    for text in (key.decode() for key in store.scan_iter()):
        assert any(text == name or (name.endswith(":") and text.startswith(name)) for name in names), text
    assert store.pttl(name_of("delivery", "one")) == -1
    assert store.pttl(name_of("event", "one")) == -1
