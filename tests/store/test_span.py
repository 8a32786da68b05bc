"""A span of the journal is read in bulk: the newest, by time, of one source; in the journal's order, within bounds."""

from __future__ import annotations

import redis

from processor.domain.delivery import Kept
from processor.store.keys import name_of
from processor.store.span import READ_BYTES_MAX, READ_MAX, Selected, Span, select
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in

MANY = READ_MAX * 2 + 7


def _fill(process: StoreProcess, count: int = MANY) -> None:
    """Deliveries d0, d1... of two sources in turn; one arrives each second of the year 1970."""
    take_in(
        process.settings,
        [(delivery(f"d{n}", source=("shop", "crm")[n % 2], body=b"%d" % n), str(n)) for n in range(count)],
    )
    client = process.client()
    with client.pipeline() as change:
        for n in range(count):
            change.hset(name_of("event", f"d{n}"), "at", n * 1_000)
        change.execute()


def _ids(kept: Selected | list[Kept]) -> list[str]:
    return [one.delivery.id for one in kept]


def test_the_newest_come_in_the_order_of_the_journal(store_process: StoreProcess, store: redis.Redis) -> None:
    _fill(store_process)
    whole = select(store, Span(limit=MANY))
    assert _ids(whole) == [f"d{n}" for n in range(MANY)]
    assert not whole.cut
    assert [(kept.number, kept.since_ms, kept.delivery.body) for kept in whole][:2] == [(1, 0, b"0"), (2, 1_000, b"1")]
    newest = select(store, Span(limit=3))
    assert (_ids(newest), newest.cut, len(newest)) == ([f"d{n}" for n in range(MANY - 3, MANY)], True, 3)
    assert _ids(newest) == _ids(newest), "it may be gone through again"
    assert _ids(newest.only({"d1006"})) == ["d1006"]


def test_a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _fill(store_process)
    for since_s, until_s in ((0, 1), (5, 9), (400, 900), (MANY - 1, MANY + 5), (MANY, MANY + 5), (9, 9)):
        found = select(store, Span(MANY, since_s * 1_000, until_s * 1_000))
        assert _ids(found) == [f"d{n}" for n in range(since_s, min(until_s, MANY))]
    assert len(select(store, Span(MANY, since_ms=10_001))) == MANY - 11
    assert len(select(store, Span(MANY, until_ms=10_001))) == 11


def test_one_source_alone_is_counted_by_itself(store_process: StoreProcess, store: redis.Redis) -> None:
    _fill(store_process)
    found = select(store, Span(limit=4, source="crm"))
    assert {kept.delivery.source for kept in found} == {"crm"}
    assert (len(found), found.cut) == (4, True)
    assert _ids(select(store, Span(limit=9, source="nobody"))) == []


def test_events_that_are_gone_are_passed_over(store_process: StoreProcess, store: redis.Redis) -> None:
    _fill(store_process, 200)
    store.delete(*(name_of("event", f"d{n}") for n in range(20, 160)))
    assert _ids(select(store, Span(limit=200, since_ms=30_000))) == [f"d{n}" for n in range(160, 200)]
    found = select(store, Span(limit=200))
    store.delete(name_of("delivery", "d0"))
    assert len(_ids(found)) == len(found) - 1


def test_what_its_sender_told_comes_with_a_delivery(store_process: StoreProcess, store: redis.Redis) -> None:
    _fill(store_process, 3)
    store.hset(name_of("event", "d1"), "fetch", "told")
    store.hset(name_of("fetched", "d1"), "lead:7", '{"NAME":"Анна"}')
    assert [kept.delivery.fetched for kept in select(store, Span(limit=9))] == [{}, {"lead:7": {"NAME": "Анна"}}, {}]


def test_large_bodies_are_read_a_few_at_a_time(store_process: StoreProcess, store: redis.Redis) -> None:
    """What is held at once is bounded by bytes, not by the number of deliveries."""
    size = READ_BYTES_MAX // 8
    take_in(store_process.settings, [(delivery(f"d{n}", body=b"x" * size), str(n)) for n in range(24)])
    store.config_resetstat()
    asked = []
    for _ in select(store, Span(limit=24)):
        got = store.info("commandstats")["cmdstat_get"]["calls"]
        asked.append(got)
    assert asked == [8] * 8 + [16] * 8 + [24] * 8
