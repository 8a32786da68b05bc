"""The first sync over a real store against the real sandbox: complete, resumable, no worse than what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from processor.domain.sync import NAME_WAIT_MS_MAX, Sync
from processor.store.contacts import claim, state_of
from processor.store.keys import name_of
from processor.store.pace import resting
from processor.store.sweep import sweep
from processor.store.sync import ask_sync, sync_of
from tests.harness.crowd import phone_of, write_crowd
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.workers.desk import Desk

CROWD = 1_200
RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: Статус
    when: {raw.status: {exists: true}}
    then: {status: "{{ raw.status }}", utm: first}
  - name: Тег
    when: {raw.tag: {exists: true}}
    then: {tags: "{{ raw.tag }}", utm: first}
"""
STRANGER = "+79000000001"
Desks = Callable[..., Desk]


@pytest.fixture(scope="module", params=["oldest", "newest"])
def watbot_process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxProcess]:
    """The sandbox with people in it, listed in either order."""
    state = write_crowd(tmp_path_factory.mktemp("crowd") / "state.json", CROWD)
    with SandboxProcess(order=request.param, token="right-token", state=state) as process:
        yield process


@pytest.fixture
def watbot(watbot_process: SandboxProcess) -> SandboxProcess:
    """The same, without faults of earlier tests."""
    watbot_process.clear_faults()
    return watbot_process


@pytest.fixture
def make_desk(
    watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> Iterator[Desks]:
    """Makes desks over this store and sandbox."""
    with ExitStack() as open_desks:

        def make(**options: Any) -> Desk:
            wanted: dict[str, Any] = {"rules": RULES, "first_sync": True} | options
            desk = Desk(store_process, watbot.url, tmp_path, **wanted)
            open_desks.callback(desk.close)
            return desk

        yield make


@pytest.fixture
def desk(make_desk: Desks) -> Desk:
    """A desk whose workers begin the first sync."""
    desk = make_desk()
    desk.reconciler.first_syncs.begin()
    return desk


def _sync(client: redis.Redis) -> Sync:
    found = sync_of(client, 1)
    assert found is not None
    return found


def _known(client: redis.Redis) -> int:
    return sum(1 for _ in client.scan_iter(match=name_of("contact", "1:whatsapp:+7901*"), count=1_000))


def _create(watbot: SandboxProcess, **params: Any) -> None:
    usual = {"bot_id": 1, "messenger": "whatsapp", "name": "Новая"}
    url = f"{watbot.url}/createOrUpdateContact?api_token=right-token"
    httpx.post(url, json=usual | params).raise_for_status()


def _paths(watbot: SandboxProcess, since: int) -> list[str]:
    return [call["path"].rpartition("/")[2] for call in watbot.calls(since)]


def test_everybody_becomes_known_at_500_a_call(desk: Desk, watbot: SandboxProcess, store: redis.Redis) -> None:
    before = len(watbot.calls())
    desk.work_until_quiet()
    assert _paths(watbot, before) == ["getContacts"] * 3
    sync = _sync(store)
    there = len(watbot.contacts())
    assert (sync.state, sync.contacts, sync.total) == ("finished", there, there)
    assert (sync.added, sync.kept, sync.skipped) == (there, 0, 0)
    assert _known(store) == CROWD
    state = state_of(store, f"1:whatsapp:{phone_of(12)}")
    assert state.known.watbot_id == 12
    assert state.known.fields == {"name": "Имя 12", "email": "a12@example.com"}
    assert (state.known.utm, state.known.tags) == ({"source": "yandex"}, None)


def test_a_status_for_a_synced_contact_costs_exactly_one_call(desk: Desk, watbot: SandboxProcess) -> None:
    desk.work_until_quiet()
    before = len(watbot.calls())
    desk.send({"status": "Новый", "utm_source": "vk"}, phone=phone_of(3), name="Имя 3")
    desk.work_until_quiet()
    assert _paths(watbot, before) == ["setYsellStatus"]
    (contact,) = [one for one in watbot.contacts() if one["id"] == 3]
    assert contact["utm"] == {"utm_source": "yandex"}, "the first UTM stays"


def test_contacts_that_come_meanwhile_move_others_and_lose_none(
    desk: Desk, watbot: SandboxProcess, store: redis.Redis
) -> None:
    for number in range(3):
        assert desk.reconciler.step()
        _create(watbot, phone=f"+7902{number:07}")
    desk.work_until_quiet()
    assert (_sync(store).state, _known(store)) == ("finished", CROWD)


def test_a_worker_that_dies_within_a_page_leaves_the_page_to_the_next(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    dying = make_desk()
    dying.reconciler.first_syncs.begin()
    assert dying.reconciler.step()
    assert _sync(store).page == 2
    claim(store, lease_ms=1)
    wait_until(lambda: sweep(store, worker="w").leases_expired, what="the lease of the dead ends")
    before = len(watbot.calls())
    make_desk().work_until_quiet()
    assert [call["query"]["page"] for call in _listings(watbot, before)] == ["2", "3"]
    assert (_sync(store).state, _known(store)) == ("finished", CROWD)


def test_a_page_written_but_not_recorded_is_harmless_when_repeated(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    desk = make_desk()
    desk.reconciler.first_syncs.begin()
    desk.work_until_quiet()
    store.hset(name_of("sync", "1"), mapping={"state": "stopped", "page": 3})
    ask_sync(store, 1, "resume")
    desk.work_until_quiet()
    assert (_sync(store).state, _known(store)) == ("finished", CROWD)


def _listings(watbot: SandboxProcess, since: int) -> list[dict[str, Any]]:
    calls = []
    for call in watbot.calls(since):
        if call["path"].endswith("getContacts"):
            calls.append({"query": call["body"]})
    return calls


def test_what_an_echo_showed_is_not_overwritten_by_an_older_page(desk: Desk, store: redis.Redis) -> None:
    desk.send({"tag": "Покупатель"}, phone=phone_of(5), name="Пять Примеров")
    for _ in range(9):
        desk.reconciler.step()
    seen = state_of(store, f"1:whatsapp:{phone_of(5)}").known
    assert seen.tags is not None
    desk.work_until_quiet()
    assert state_of(store, f"1:whatsapp:{phone_of(5)}").known == seen
    assert _sync(store).kept == 1


def test_a_contact_without_a_name_waits_for_the_sync_and_keeps_its_real_name(
    desk: Desk, watbot: SandboxProcess, store: redis.Redis
) -> None:
    event = desk.send({"tag": "Покупатель"}, phone=phone_of(77), name=None)
    before = len(watbot.calls())
    assert desk.reconciler.step()
    assert _paths(watbot, before) in ([], ["getContacts"]), "nothing is written to Watbot under the placeholder"
    desk.work_until_quiet()
    (contact,) = [one for one in watbot.contacts() if one["id"] == 77]
    assert (contact["name"], contact["tags"]) == ("Имя 77", ["Покупатель"])
    told = [entry["what"] for entry in desk.story(event).entries]
    assert told.count("waits_for_sync") == 1
    assert desk.story(event).row.state == "done"


def test_a_contact_with_a_name_is_not_delayed_and_its_first_utm_stays(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "Покупатель", "utm_source": "vk"}, phone=phone_of(9), name="Девять Примеров")
    before = len(watbot.calls())
    assert desk.reconciler.step()
    assert _paths(watbot, before)[:1] == ["createOrUpdateContact"]
    desk.work_until_quiet()
    (contact,) = [one for one in watbot.contacts() if one["id"] == 9]
    assert (contact["name"], contact["utm"]) == ("Девять Примеров", {"utm_source": "yandex"})


def test_nobody_waits_where_no_sync_is_to_come(make_desk: Desks, watbot: SandboxProcess, store: redis.Redis) -> None:
    desk = make_desk(first_sync=False)
    desk.reconciler.first_syncs.begin()
    assert sync_of(store, 1) is None
    desk.send({"tag": "Покупатель"}, phone=STRANGER, name=None)
    before = len(watbot.calls())
    assert desk.reconciler.step()
    assert _paths(watbot, before)[0] == "createOrUpdateContact"


def test_nobody_waits_longer_than_the_limit_while_the_sync_hangs(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    desk = make_desk()  # its sync is expected, and never begins
    event = desk.send({"tag": "Покупатель"}, phone="+79000000002", name=None)
    assert not desk.reconciler.step(), "there is no call to make"
    assert store.zcard(name_of("due")) == 1
    # As if it had come so much earlier.
    key = name_of("contact", "1:whatsapp:+79000000002")
    since: Any = store.hget(key, "waits_since")
    store.hset(key, "waits_since", int(since) - NAME_WAIT_MS_MAX)
    store.zadd(name_of("due"), {"1:whatsapp:+79000000002": 0})
    desk.work_until_quiet()
    assert desk.story(event).row.state == "done"
    assert any(one["phone"] == "79000000002" and one["name"] == "Клиент" for one in watbot.contacts())


def test_a_page_that_fails_is_asked_for_again(desk: Desk, watbot: SandboxProcess, store: redis.Redis) -> None:
    watbot.fault(status=500, path="getContacts")
    desk.work_until_quiet()
    assert (_sync(store).state, _sync(store).failures, _known(store)) == ("finished", 0, CROWD)


def test_a_refused_list_ends_the_sync_and_nobody_waits_for_it(
    desk: Desk, watbot: SandboxProcess, store: redis.Redis
) -> None:
    watbot.fault(status=422, body='{"message": "no", "errors": {"bot_id": ["Нет такого бота."]}}', path="getContacts")
    desk.work_until_quiet()
    assert (_sync(store).state, _sync(store).reason) == ("failed", "refused")
    before = len(watbot.calls())
    desk.send({"tag": "Покупатель"}, phone="+79000000003", name=None)
    assert desk.reconciler.step()
    assert _paths(watbot, before)[0] == "createOrUpdateContact"
    desk.reconciler.first_syncs.begin()
    assert _sync(store).state == "failed", "until a worker starts anew"


def test_a_refused_token_rests_the_account_and_the_sync_waits(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    wrong = make_desk(token="wrong-token")
    wrong.reconciler.first_syncs.begin()
    wrong.work()
    rest = resting(store)
    assert rest is not None
    assert (rest[1], _sync(store).state, _sync(store).page) == ("token_refused", "running", 1)


def test_it_stops_by_itself_when_memory_is_short_and_goes_on_with_more(tmp_path: Path) -> None:
    crowd, limit_bytes = 5_000, 16 * 1_048_576
    state = write_crowd(tmp_path / "state.json", crowd)
    with StoreProcess(store_memory_bytes_max=limit_bytes) as small, SandboxProcess(state=state) as watbot:
        client = small.client()
        roomy = Desk(small, watbot.url, tmp_path, rules=RULES, first_sync=True, fill_percent_max=90)
        roomy.reconciler.first_syncs.begin()
        assert roomy.reconciler.step()
        percent = client.info("memory")["used_memory"] * 100 // limit_bytes + 2
        narrow = Desk(small, watbot.url, tmp_path, rules=RULES, first_sync=True, fill_percent_max=percent)
        narrow.work()
        short = _sync(client)
        assert (short.state, 500 <= _known(client) < crowd) == ("memory", True)
        assert client.info("memory")["used_memory"] * 100 <= limit_bytes * (percent + 2), "it does not fill the store"
        narrow.reconciler.first_syncs.begin()
        assert _sync(client).state == "memory", "it does not begin again by itself"

        assert ask_sync(client, 1, "resume").changed
        assert _sync(client).page == short.page
        roomy.work_until_quiet()
        assert (_sync(client).state, _known(client)) == ("finished", crowd)
        for each in (narrow, roomy):
            each.close()
        client.close()
