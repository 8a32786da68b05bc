"""A first sync stands in line like a contact; what it learns never beats what is fresher."""

from __future__ import annotations

import pytest
import redis

from processor.domain.known import Known
from processor.domain.lane import BACKFILL, lane_of, score
from processor.domain.wish import Wish, stamp_of
from processor.store.contacts import Claim, Record, claim, record, state_of
from processor.store.keys import DAY_MS, name_of
from processor.store.sweep import sweep
from processor.store.sync import (
    CHUNK,
    Shown,
    SyncClaim,
    SyncRecord,
    ask_sync,
    confirm,
    read_known,
    record_sync,
    sync_of,
    syncs_of,
)
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in, wished
from tests.harness.waiting import wait_until

SYNC = "sync:1"


@pytest.fixture
def begun(store: redis.Redis) -> redis.Redis:
    """A store in which the sync of bot 1 has begun."""
    assert ask_sync(store, 1, "first").changed
    return store


def _claimed(client: redis.Redis, lease_ms: int = 10_000) -> SyncClaim:
    held = claim(client, lease_ms=lease_ms)
    assert isinstance(held, SyncClaim)
    return held


def _in_line(client: redis.Redis) -> list[str]:
    return [line for line in ("ready", "lease", "due") if client.zscore(name_of(line), SYNC) is not None]


def _want_status(store_process: StoreProcess, client: redis.Redis, value: str, number: int) -> None:
    take_in(store_process.settings, [(delivery(f"e{number}"), str(number))])
    wished(client, f"e{number}", status(value, stamp_of(number, 9_000, number), f"e{number}"))


def _shown(client: redis.Redis, known: Known, key: str = CONTACT) -> Shown:
    ((before, _),) = read_known(client, [key])
    return Shown(key, before, known)


def test_it_stands_in_the_lowest_lane_and_contacts_go_first(store_process: StoreProcess, begun: redis.Redis) -> None:
    place = begun.zscore(name_of("ready"), SYNC)
    assert place is not None
    assert lane_of(place) == BACKFILL
    _want_status(store_process, begun, "Новый", 1)
    assert isinstance(claim(begun, lease_ms=10_000), Claim)
    assert _claimed(begun).sync.page == 1


def test_a_page_is_written_down_and_the_next_one_is_in_line(begun: redis.Redis) -> None:
    held = _claimed(begun)
    changes: dict[str, int | str | tuple[int, ...]] = {
        "page": 2,
        "pages": 1,
        "contacts": 500,
        "ids": (1, 2),
        "total": 700,
    }
    assert record_sync(begun, held, SyncRecord(changes)) == (True, True)
    assert _in_line(begun) == ["ready"]
    again = _claimed(begun)
    assert (again.sync.page, again.sync.ids, again.sync.total) == (2, (1, 2), 700)
    assert again.fence > held.fence


def test_whoever_dies_with_a_page_leaves_it_to_the_next(begun: redis.Redis) -> None:
    held = _claimed(begun, lease_ms=1)
    wait_until(lambda: sweep(begun, worker="w").leases_expired, what="the lease ends")
    assert begun.zscore(name_of("ready"), SYNC) is not None
    other = _claimed(begun)
    assert other.sync.page == 1
    assert record_sync(begun, held, SyncRecord({"page": 9})) == (False, False), "the dead one writes nothing any more"
    assert record_sync(begun, other, SyncRecord({"page": 2}))[0]


def test_a_failed_page_is_tried_again_when_its_delay_is_over(begun: redis.Redis) -> None:
    record_sync(begun, _claimed(begun), SyncRecord({"reason": "unavailable_5xx"}, then="retry", delay_ms=0))
    sync = sync_of(begun, 1)
    assert sync is not None
    assert (sync.failures, sync.reason, _in_line(begun)) == (1, "unavailable_5xx", ["due"])
    wait_until(lambda: sweep(begun, worker="w").retries_due, what="the delay is over")
    assert begun.zscore(name_of("ready"), SYNC) == score(BACKFILL, sync.began_ms), "its place is the old one"
    record_sync(begun, _claimed(begun), SyncRecord({"page": 2}))
    assert sync_of(begun, 1).failures == 0  # type: ignore[union-attr]


def test_the_end_is_remembered_and_nothing_begins_again_by_itself(begun: redis.Redis) -> None:
    assert record_sync(begun, _claimed(begun), SyncRecord({"state": "finished", "ids": (1,)})) == (True, False)
    done = sync_of(begun, 1)
    assert done is not None
    assert (done.state, done.ids, _in_line(begun)) == ("finished", (), [])
    assert done.complete_ms == done.ended_ms > 0
    for ask in ("first", "resume"):
        assert not ask_sync(begun, 1, ask).changed
    assert ask_sync(begun, 1, "again").changed
    anew = sync_of(begun, 1)
    assert anew is not None
    assert (anew.state, anew.page, anew.complete_ms) == ("running", 1, done.complete_ms)


def test_it_is_stopped_and_goes_on_with_the_page_it_was_at(begun: redis.Redis) -> None:
    record_sync(begun, _claimed(begun), SyncRecord({"page": 5}))
    assert ask_sync(begun, 1, "stop").state == "stopped"
    assert _in_line(begun) == []
    assert not ask_sync(begun, 1, "first").changed, "a worker that starts leaves it stopped"
    assert ask_sync(begun, 1, "resume").changed
    assert _claimed(begun).sync.page == 5


def test_the_page_under_way_when_it_is_stopped_is_the_last(begun: redis.Redis) -> None:
    held = _claimed(begun)
    ask_sync(begun, 1, "stop")
    assert record_sync(begun, held, SyncRecord({"page": 2})) == (True, False)
    assert _in_line(begun) == []
    sweep(begun, worker="w")
    assert claim(begun, lease_ms=1) is None


def test_a_dead_holder_does_not_bring_a_stopped_sync_back(begun: redis.Redis) -> None:
    _claimed(begun, lease_ms=1)
    ask_sync(begun, 1, "stop")
    wait_until(lambda: sweep(begun, worker="w").leases_expired, what="the lease ends")
    assert _in_line(begun) == []


def test_a_page_of_an_earlier_run_says_nothing_of_the_new_one(begun: redis.Redis) -> None:
    held = _claimed(begun)
    ask_sync(begun, 1, "stop")
    ask_sync(begun, 1, "again")
    assert record_sync(begun, held, SyncRecord({"page": 8})) == (False, False)
    assert _claimed(begun).sync.page == 1


def test_each_bot_has_its_own(begun: redis.Redis) -> None:
    ask_sync(begun, 2, "first")
    assert {_claimed(begun).sync.bot, _claimed(begun).sync.bot} == {1, 2}
    assert [sync.bot for sync in syncs_of(begun, (1, 2, 3))] == [1, 2]
    assert ask_sync(begun, 3, "stop").state == "never"


def test_a_contact_nobody_wants_anything_of_is_known_and_ages(store: redis.Redis) -> None:
    assert confirm(store, [_shown(store, Known(watbot_id=7, listed_ms=5))], contact_days=400) == (1, False)
    assert state_of(store, CONTACT).known.watbot_id == 7
    assert 0 < int(str(store.pttl(name_of("contact", CONTACT)))) <= 400 * DAY_MS
    assert store.zcard(name_of("ready")) == 0


def test_a_contact_that_outlasts_what_is_usual_for_its_dead_letters_is_not_cut_short(store: redis.Redis) -> None:
    confirm(store, [_shown(store, Known(watbot_id=7, listed_ms=5))], contact_days=30)
    confirm(store, [_shown(store, Known(watbot_id=7, listed_ms=9))], contact_days=1)
    assert int(str(store.pttl(name_of("contact", CONTACT)))) > 29 * DAY_MS


def test_a_contact_of_which_something_is_wanted_stays_and_keeps_its_wishes(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _want_status(store_process, store, "Новый", 1)
    assert confirm(store, [_shown(store, Known(watbot_id=7))], contact_days=400)[0] == 1
    assert int(str(store.pttl(name_of("contact", CONTACT)))) == -1
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    assert (held.state.known.watbot_id, list(held.state.wanted)) == (7, ["status"])


def test_a_leased_contact_is_not_overwritten(store_process: StoreProcess, store: redis.Redis) -> None:
    _want_status(store_process, store, "Новый", 1)
    confirm(store, [_shown(store, Known(watbot_id=7, status="Старый"))], contact_days=400)
    shown = _shown(store, Known(watbot_id=7))
    assert isinstance(claim(store, lease_ms=10_000), Claim)
    assert confirm(store, [shown], contact_days=400) == (0, False)
    assert state_of(store, CONTACT).known.status == "Старый"


def test_a_contact_told_of_while_it_is_looked_at_does_not_wait(store_process: StoreProcess, store: redis.Redis) -> None:
    """Else it would wait for a page that has passed, and go under the placeholder in the end."""
    _want_status(store_process, store, "Новый", 1)
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    assert confirm(store, [_shown(store, Known(watbot_id=7))], contact_days=400)[0] == 1
    record(store, held, Record(then="wait", delay_ms=60_000), journal_days=30, contact_days=400)
    again = claim(store, lease_ms=10_000)
    assert isinstance(again, Claim)
    assert again.state.known.watbot_id == 7


def test_a_name_wished_while_a_contact_is_looked_at_spares_it_the_wait(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _want_status(store_process, store, "Новый", 1)
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    take_in(store_process.settings, [(delivery("e2"), "2")])
    name = Wish(element="field:name", value="Анна", stamp=stamp_of(2, 9_000, 2), event="e2", rule="r")
    wished(store, "e2", name)
    record(store, held, Record(then="wait", delay_ms=60_000), journal_days=30, contact_days=400)
    assert isinstance(claim(store, lease_ms=10_000), Claim)


def test_what_a_call_under_way_learns_beats_what_the_list_told_meanwhile(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _want_status(store_process, store, "Новый", 1)
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    confirm(store, [_shown(store, Known(watbot_id=7))], contact_days=400)
    record(store, held, Record(known=Known(watbot_id=8)), journal_days=30, contact_days=400)
    assert state_of(store, CONTACT).known.watbot_id == 8


def test_what_was_recorded_since_it_was_read_is_fresher(store_process: StoreProcess, store: redis.Redis) -> None:
    _want_status(store_process, store, "Новый", 1)
    shown = _shown(store, Known(watbot_id=7))
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    entry = Record(known=Known(watbot_id=8), then="release")
    record(store, held, entry, journal_days=30, contact_days=400)
    assert confirm(store, [shown], contact_days=400) == (0, False)
    assert state_of(store, CONTACT).known.watbot_id == 8


def _wait_for_sync(store_process: StoreProcess, client: redis.Redis) -> None:
    _want_status(store_process, client, "Новый", 1)
    held = claim(client, lease_ms=10_000)
    assert isinstance(held, Claim)
    record(client, held, Record(then="wait", delay_ms=60_000), journal_days=30, contact_days=400)
    assert claim(client, lease_ms=1) is None


def test_a_contact_that_waits_comes_back_at_once_when_it_is_told_of(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _wait_for_sync(store_process, store)
    assert confirm(store, [_shown(store, Known(watbot_id=7))], contact_days=400)[0] == 1
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    assert (held.state.waits_since_ms, held.state.failures) == (0, 0)


def test_a_contact_that_waits_comes_back_at_once_when_something_else_is_wished(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _wait_for_sync(store_process, store)
    _want_status(store_process, store, "Оплачен", 2)
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    assert held.state.waits_since_ms > 0, "it remembers since when it waits"


def test_numbers_and_empty_tags_survive(store: redis.Redis) -> None:
    """Scripts never take a contact's JSON apart: Lua would round a long id and write an empty list as an object."""
    old = Known(watbot_id=2**62 + 1, tags=(), fields={"name": 'Кавычка "Ы"'}, utm={"source": "vk"})
    confirm(store, [_shown(store, old)], contact_days=400)
    ((_, read),) = read_known(store, [CONTACT])
    assert read == old


def test_a_synced_contact_takes_little_memory(store: redis.Redis) -> None:
    used = int(store.info("memory")["used_memory"])
    for start in range(0, 2_000, CHUNK):
        rows = [
            Shown(
                f"1:whatsapp:+7900{n:07}",
                b"",
                Known(
                    watbot_id=1_000_000 + n,
                    fields={"name": "Анна Примерова", "email": f"anna{n}@example.com"},
                    utm={"source": "yandex", "medium": "cpc", "campaign": "vesna"},
                    listed_ms=1_700_000_000_000,
                ),
            )
            for n in range(start, start + CHUNK)
        ]
        assert confirm(store, rows, contact_days=400) == (CHUNK, False)
    each = (int(store.info("memory")["used_memory"]) - used) / 2_000
    assert each < 600, f"{each:.0f} bytes"
