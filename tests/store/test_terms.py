"""Events are found by what they are about, in a real store, and the index tells nobody's phone."""

from __future__ import annotations

import redis

from processor.store.deliveries import wish
from processor.store.find import NEWEST_MAX, Sought, find_by
from processor.store.keys import name_of
from processor.store.script import run
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in

PHONE = "phone:+79000000001"
DAY_MS = 86_400_000


def _applied(process: StoreProcess, store: redis.Redis, *names: str, terms: tuple[str, ...] = (PHONE,)) -> None:
    take_in(process.settings, [(delivery(name), name) for name in names])
    for name in names:
        wish(store, name, state="ignored", story={"what": "applied"}, fields={}, terms=terms, journal_days=30)


def _ids(store: redis.Redis, *terms: str) -> list[str]:
    return [row.id for row in find_by(store, terms)]


def test_events_are_found_by_any_of_the_terms_newest_first(store_process: StoreProcess, store: redis.Redis) -> None:
    assert _ids(store, PHONE) == []
    _applied(store_process, store, "a", "b", terms=(PHONE, "word:1001"))
    _applied(store_process, store, "c", terms=("word:1001",))
    assert _ids(store, PHONE) == ["b", "a"]
    assert _ids(store, "word:1001", PHONE) == ["c", "b", "a"]
    assert _ids(store, "word:1002") == _ids(store) == []
    assert [row.id for row in find_by(store, [PHONE], Sought(source="crm"))] == []
    assert [row.id for row in find_by(store, [PHONE], Sought(until_ms=1_000))] == []
    assert len(find_by(store, [PHONE], Sought(source="shop", since_ms=1_000, until_ms=1_001))) == 2


def test_of_each_term_the_newest_are_kept(store_process: StoreProcess, store: redis.Redis) -> None:
    names = [f"e{number:03}" for number in range(NEWEST_MAX + 5)]
    for name in names:  # one by one: their order is their number's
        _applied(store_process, store, name)
    assert _ids(store, PHONE) == names[:4:-1]


def test_no_name_tells_a_phone_and_each_lives_as_long_as_the_journal(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _applied(store_process, store, "a", terms=(PHONE, "email:anna@example.com"))
    shelves = list(store.scan_iter(match=name_of("terms") + "*"))
    assert len(shelves) == 2
    assert not [name for name in store.scan_iter() if b"9000000001" in name or b"anna" in name]
    assert all(29 * DAY_MS < int(str(store.pttl(name))) <= 30 * DAY_MS for name in shelves)
    store.set(name_of("pepper"), "another")
    assert _ids(store, PHONE) == [], "the same term lies elsewhere under another secret"


def test_an_event_that_makes_room_leaves_the_index_too(store_process: StoreProcess, store: redis.Redis) -> None:
    _applied(store_process, store, "a", "b", terms=(PHONE, "word:1"))
    assert run(store, "trim", 0, 5_000, 1) == [1, 1]
    assert _ids(store, PHONE) == ["b"]
    assert all(store.zcard(name) == 1 for name in store.scan_iter(match=name_of("terms") + "*"))
