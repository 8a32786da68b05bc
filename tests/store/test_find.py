"""Events are found by what they are, newest first, page by page."""

from __future__ import annotations

import redis

from processor.intake import new_id
from processor.store.find import LOOKED_AT_MAX, Sought, events_named, find
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in, wished

HOUR_MS = 3_600_000


def _fill(process: StoreProcess, count: int, **every: str) -> list[str]:
    """So many deliveries, one an hour, the oldest first; their ids."""
    deliveries = [
        delivery(new_id(number * HOUR_MS), received_ms=number * HOUR_MS, **every) for number in range(1, count + 1)
    ]
    take_in(process.settings, [(one, one.id) for one in deliveries])
    return [one.id for one in deliveries]


def test_pages_follow_one_another_without_a_gap(store_process: StoreProcess, store: redis.Redis) -> None:
    ids = _fill(store_process, 25)
    seen: list[str] = []
    before: int | None = None
    while True:
        found = find(store, Sought(), before=before, limit=10)
        seen += [row.id for row in found.rows]
        before = found.before
        if before is None:
            break
    assert seen == ids[::-1]


def test_each_part_of_the_filter_must_fit(store_process: StoreProcess, store: redis.Redis) -> None:
    shop, other = _fill(store_process, 2), _fill(store_process, 2, source="other")
    wished(store, shop[0], state="ignored")
    store.hset(f"wh:e:{shop[1]}", mapping={"type": "order.created, form.submitted", "contacts": "1:vk:5, 1:vk:6"})

    def ids(**parts: str) -> list[str]:
        return [row.id for row in find(store, Sought(**parts), limit=9).rows]  # type: ignore[arg-type]

    assert ids(source="other") == other[::-1]
    assert ids(state="ignored") == [shop[0]]
    assert ids(type="order") == ids(type="order.created") == ids(type="form.submitted") == [shop[1]]
    assert ids(type="ord") == []
    assert ids(contact="1:vk:6") == [shop[1]]
    assert ids(contact="1:vk") == []
    assert ids(source="other", state="ignored") == []


def test_a_span_of_time_is_found_without_going_through_what_is_newer(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    ids = _fill(store_process, 400)
    found = find(store, Sought(since_ms=100 * HOUR_MS, until_ms=110 * HOUR_MS), limit=99)
    assert [row.id for row in found.rows] == ids[99:109][::-1]
    assert found.before is None
    assert found.looked_at < 20
    assert find(store, Sought(until_ms=1), limit=9).rows == ()
    assert len(find(store, Sought(until_ms=10**15), limit=500).rows) == 400


def test_a_rare_one_is_looked_for_a_part_at_a_time(store_process: StoreProcess, store: redis.Redis) -> None:
    (rare,) = _fill(store_process, 1, source="rare")
    _fill(store_process, LOOKED_AT_MAX)
    first = find(store, Sought(source="rare"), limit=9)
    assert (first.rows, first.looked_at) == ((), LOOKED_AT_MAX)
    second = find(store, Sought(source="rare"), before=first.before, limit=9)
    assert [row.id for row in second.rows] == [rare]


def test_events_that_went_are_left_out(store_process: StoreProcess, store: redis.Redis) -> None:
    ids = _fill(store_process, 3)
    store.delete(f"wh:e:{ids[1]}")
    assert [row.id for row in events_named(store, ids)] == [ids[0], ids[2]]
    assert [row.id for row in find(store, Sought(), limit=9).rows] == [ids[2], ids[0]]
