"""The last refusals of each source and how many a day: bounded, and gone in time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import redis

from processor.domain.refusal import Refusal
from processor.settings import Settings
from processor.store.keys import DAY_MS, name_of
from processor.store.refused import KEPT_OF_A_SOURCE_MAX, Counted, refused, refused_counts
from tests.harness.store import StoreProcess
from tests.harness.stored import REFUSAL, refuse

DAYS = Settings().journal_days


def _now_ms(store: redis.Redis) -> int:
    seconds, _ = store.time()
    return int(seconds) * 1000


def _at(ms: int, **changed: object) -> Refusal:
    return msgspec.structs.replace(REFUSAL, first_ms=ms, last_ms=ms, **changed)


def _last(store: redis.Redis, sources: Sequence[str] = ("shop",)) -> list[Refusal]:
    return refused(store, sources, limit=1_000, journal_days=DAYS)


def test_what_is_remembered_is_read_back_newest_first(store_process: StoreProcess, store: redis.Redis) -> None:
    now = _now_ms(store)
    first, second = _at(now - 2, size_bytes=0, headers=("a", "b")), _at(now - 1, source="crm", hint_en="x", agent="я\n")
    refuse(store_process.settings, {}, [first, second])
    assert _last(store, ("shop", "crm", "nobody")) == [second, first]


def test_the_same_kind_takes_the_place_of_the_old_and_adds_up(store_process: StoreProcess, store: redis.Redis) -> None:
    now = _now_ms(store)
    for ms in (now - 9, now - 5):
        refuse(store_process.settings, {}, [_at(ms, times=3, agent=f"at {ms}"), _at(ms, client="203.0.113.8")])
    told = {one.client: one for one in _last(store)}
    assert set(told) == {"203.0.113.7", "203.0.113.8"}
    one = told["203.0.113.7"]
    assert (one.first_ms, one.last_ms, one.times, one.agent) == (now - 9, now - 5, 6, f"at {now - 5}")
    assert told["203.0.113.8"].times == 2


def test_only_the_newest_of_a_source_are_kept(store_process: StoreProcess, store: redis.Redis) -> None:
    now = _now_ms(store)
    many = [_at(now - 1_000 + number, client=f"198.51.100.{number}") for number in range(KEPT_OF_A_SOURCE_MAX + 20)]
    refuse(store_process.settings, {}, [*many, _at(now - 5_000, source="crm")])
    assert _last(store) == many[:19:-1]
    assert len(_last(store, ("crm",))) == 1


def test_what_is_older_than_the_journal_leaves(store_process: StoreProcess, store: redis.Redis) -> None:
    now = _now_ms(store)
    old, new = _at(now - DAYS * DAY_MS - 60_000, client="203.0.113.8"), _at(now)
    refuse(store_process.settings, {}, [old])
    assert _last(store) == [], "it is not shown"
    refuse(store_process.settings, {}, [new])
    assert store.zcard(name_of("refused", "shop")) == 1, "nor kept when another comes"
    assert 0 < int(str(store.pttl(name_of("refused", "shop")))) <= DAYS * DAY_MS


def test_refusals_are_counted_by_day_source_and_code(store_process: StoreProcess, store: redis.Redis) -> None:
    today = _now_ms(store) // DAY_MS
    yesterday, now = Counted(today - 1, "магазин", "token_missing"), Counted(today, "?", "unknown_source")
    refuse(store_process.settings, {yesterday: 2, now: 1}, [])
    refuse(store_process.settings, {yesterday: 3}, [])
    assert list(refused_counts(store, journal_days=DAYS).items()) == [(now, 1), (yesterday, 5)]
