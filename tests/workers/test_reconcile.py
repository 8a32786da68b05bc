"""A contact's turn against the sandbox and a real store: both readings of Watbot, and every kind of failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from processor.store.account import account, learn
from processor.store.journal import story_of
from processor.store.pace import resting, wake
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.workers.desk import KEY, PHONE, Desk

FOUR_TAGS = """\
version: 1
bot: 1
sources: {shop: {preset: generic, proof: none, event: event}}
rules:
  - name: Теги
    when: {event: order.created}
    then: {tags: [A, B, C, "Заказ {{ raw.n }}"]}
"""
UTM = {"utm_source": "vk", "utm_medium": "cpc"}
READINGS = [("add", "store"), ("replace", "ignore")]
Desks = Callable[..., Desk]


@pytest.fixture(scope="module", params=READINGS, ids=["add-store", "replace-ignore"])
def watbot_process(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    """The sandbox in each reading of the documents."""
    tags, utm = request.param
    with SandboxProcess(tags=tags, utm=utm, token="right-token") as process:
        yield process


@pytest.fixture
def watbot(watbot_process: SandboxProcess) -> SandboxProcess:
    """The same, empty."""
    watbot_process.reset()
    return watbot_process


@pytest.fixture
def make_desk(
    watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> Iterator[Desks]:
    """Makes desks over this store and sandbox."""
    with ExitStack() as open_desks:

        def make(**options: Any) -> Desk:
            desk = Desk(store_process, watbot.url, tmp_path, **options)
            open_desks.callback(desk.close)
            return desk

        yield make


@pytest.fixture
def desk(make_desk: Desks) -> Desk:
    """A desk with the usual rules."""
    return make_desk()


def _attach(watbot: SandboxProcess, tag: str) -> None:
    """What the bot or a person does meanwhile in Watbot."""
    _call(watbot, "attachTagToContact", contact_id=watbot.contacts()[0]["id"], name=tag)


def _call(watbot: SandboxProcess, method: str, **params: Any) -> None:
    httpx.post(f"{watbot.url}/{method}?api_token=right-token", json=params).raise_for_status()


@pytest.mark.parametrize("later_s", [0, 31, 90_000])
def test_a_tag_set_by_the_bot_meanwhile_is_not_dropped(desk: Desk, watbot: SandboxProcess, later_s: int) -> None:
    desk.send({"tag": "Покупатель"})
    desk.work_until_quiet()
    _attach(watbot, "Подписан")
    desk.age(later_s * 1_000)
    desk.send({"tag": "Постоянный"})
    desk.work_until_quiet()
    assert set(watbot.contacts()[0]["tags"]) == {"Покупатель", "Подписан", "Постоянный"}


def test_tags_of_a_contact_that_was_there_before_us_are_learnt_first(desk: Desk, watbot: SandboxProcess) -> None:
    _call(watbot, "createOrUpdateContact", bot_id=1, messenger="whatsapp", phone=PHONE, name="Анна", tags=["Давний"])
    desk.send({"tag": "Покупатель"})
    desk.work_until_quiet()
    assert watbot.contacts()[0]["tags"] == ["Давний", "Покупатель"]


@pytest.mark.parametrize("known", ["unknown", "right"])
def test_a_list_of_tags_is_sent_only_where_lists_are_known_to_add(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis, known: str
) -> None:
    """By itself nothing tries what lists do: that is asked for by `doctor --probe`."""
    if known == "right":
        learn(store, tags=watbot.tags)
    desk = make_desk(rules=FOUR_TAGS)
    desk.send({"n": 1})
    desk.reconciler.step()
    _call(watbot, "attachTagToContact", contact_id=watbot.contacts()[0]["id"], name="Подписан")
    desk.work_until_quiet()
    assert set(watbot.contacts()[0]["tags"]) == {"A", "B", "C", "Заказ 1", "Подписан"}, "the bot's own is never dropped"
    assert account(store).tags == (watbot.tags if known == "right" else "unknown")
    ours = len(watbot.calls()) - 1
    assert ours == (1 if account(store).tags == "add" else 5), "one list, or one look and each tag alone"


def test_a_reading_that_an_answer_contradicts_is_given_up_at_once(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    learn(store, tags="add")
    desk = make_desk(rules=FOUR_TAGS)
    for n in (1, 2):
        desk.send({"n": n})
        desk.send({"n": 10 * n})
        desk.work_until_quiet()
    assert account(store).tags == watbot.tags


def test_a_removed_tag_is_gone_and_the_others_stay(desk: Desk, watbot: SandboxProcess) -> None:
    for tag in ("Покупатель", "Крупный"):
        desk.send({"tag": tag})
    desk.work_until_quiet()
    desk.send({"untag": "Крупный"})
    desk.work_until_quiet()
    assert watbot.contacts()[0]["tags"] == ["Покупатель"]


def test_utm_arrives_in_the_field_or_where_that_does_not_stick_in_variables(
    desk: Desk, watbot: SandboxProcess, store: redis.Redis
) -> None:
    event = desk.send({"tag": "a", **UTM})
    desk.work_until_quiet()
    (contact,) = watbot.contacts()
    variables = {variable["name"]: variable["value"] for variable in contact["variables"]}
    if account(store).utm == "stored":
        assert (contact["utm"], variables) == (UTM, {})
    else:
        assert account(store).utm == "ignored"
        assert (contact["utm"], variables) == ({}, UTM)
    assert desk.story(event).row.state == "done"

    before = len(watbot.calls())
    desk.send({"tag": "a", **UTM}, phone="+79000000002")
    desk.work_until_quiet()
    sent = [call for call in watbot.calls(before) if "utm" in call["body"]]
    assert len(sent) == (1 if account(store).utm == "stored" else 0), "what is ignored is not sent again"


def test_what_is_already_so_costs_no_call_and_the_story_says_so(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "Покупатель"})
    desk.work_until_quiet()
    before = len(watbot.calls())
    event = desk.send({"tag": "Покупатель"})
    desk.work_until_quiet()
    assert len(watbot.calls()) == before
    assert desk.story(event).row.state == "done"
    assert desk.story(event).entries[-1]["elements"] == {"field:name": "already_so", "tag:Покупатель": "already_so"}


def test_a_name_that_is_missing_does_not_overwrite_the_real_one(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "a"}, name="Анна Примерова")
    desk.work_until_quiet()
    desk.send({"tag": "b"}, name=None)
    desk.work_until_quiet()
    assert watbot.contacts()[0]["name"] == "Анна Примерова"


FAULTS: dict[str, list[dict[str, Any]]] = {
    "errors of the server": [{"status": 500}, {"status": 502, "body": "<html>Bad Gateway</html>"}],
    "connections cut": [{"cut": "before"}, {"cut": "after"}],
    "answers that are none": [{"body": "<html>Вход</html>"}, {"body": '{"data": '}],
    "silence": [{"hang": True}, {"hang": True, "cut": "after"}],
}


@pytest.mark.parametrize("watbot_process", READINGS[:1], indirect=True, ids=[""])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_failure_is_retried_after_a_growing_delay_until_all_is_there(
    make_desk: Desks, watbot: SandboxProcess, kind: str
) -> None:
    desk = make_desk(timeout_ms=300)
    for fault in FAULTS[kind]:
        watbot.fault(**fault)
    event = desk.send({"tag": "Покупатель", "status": "Новый"})
    desk.work_until_quiet()
    (contact,) = watbot.contacts()
    assert (contact["tags"], contact["statuses"]) == (["Покупатель"], ["Новый"])
    at_ms = [call["monotonic_ms"] for call in watbot.calls()]
    assert at_ms[1] - at_ms[0] >= 500
    assert at_ms[2] - at_ms[1] >= 1_000
    assert desk.story(event).row.state == "done"
    assert [entry["answer"] for entry in desk.story(event).entries if entry["what"] == "call"][:3] == [
        "error",
        "error",
        "ok",
    ]


def test_a_refused_token_rests_the_whole_account_until_a_worker_starts_with_another(
    make_desk: Desks, watbot: SandboxProcess, store: redis.Redis
) -> None:
    wrong = make_desk(token="wrong-token")
    wrong.send({"tag": "a"})
    wrong.work()
    calls = len(watbot.calls())
    assert calls == 1
    rest = resting(store)
    assert rest is not None
    assert rest[1] == "token_refused"
    assert rest[0] - wrong.clock.now_ms() > 240_000
    wrong.send({"tag": "a"}, phone="+79000000002")
    wrong.work()
    assert len(watbot.calls()) == calls, "nobody else's call is made either"

    wake(store, "token_refused")
    make_desk().work_until_quiet()
    assert [contact["tags"] for contact in watbot.contacts()] == [["a"], ["a"]]


def test_a_refused_email_is_set_aside_while_all_else_is_delivered(desk: Desk, watbot: SandboxProcess) -> None:
    said = '{"message":"The given data was invalid.","errors":{"email":["Неверный адрес."]}}'
    watbot.fault(status=422, body=said, path="createOrUpdateContact")
    customer = {"phone": PHONE, "name": "Анна", "email": "anna@example.com"}
    event = desk.send({"tag": "Покупатель", "status": "Новый", "customer": customer})
    desk.work_until_quiet()
    (contact,) = watbot.contacts()
    assert (contact["email"], contact["tags"], contact["status"]) == (None, ["Покупатель"], "Новый")
    assert desk.story(event).row.state == "refused"
    assert list(desk.state().refused) == ["field:email"]
    told = [entry for entry in desk.story(event).entries if entry.get("answer") == "error"]
    assert "email: Неверный адрес." in told[0]["error"]["en"]

    desk.send({"tag": "Второй", "customer": customer})
    desk.work_until_quiet()
    assert watbot.contacts()[0]["email"] == "anna@example.com", "a newer wish is tried again"


def test_a_contact_that_watbot_forgot_is_learnt_anew(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "a", "status": "Первый"}, name="Анна Примерова")
    desk.work_until_quiet()
    watbot.reset()
    event = desk.send({"status": "Второй"}, name=None)
    desk.work_until_quiet()
    (contact,) = watbot.contacts()
    assert (contact["name"], contact["statuses"]) == ("Анна Примерова", ["Второй"])
    assert desk.state().known.watbot_id == contact["id"]
    assert desk.story(event).row.state == "done"
    assert [call["status"] for call in watbot.calls()] == [422, 200, 204]


def test_a_newer_status_takes_the_place_of_one_that_still_waits(desk: Desk, watbot: SandboxProcess) -> None:
    events = [desk.send({"status": f"Шаг {n}"}) for n in range(5)]
    desk.work_until_quiet()
    assert watbot.contacts()[0]["statuses"] == ["Шаг 4"]
    assert {desk.story(event).row.state for event in events} == {"done"}


def test_a_repeated_status_is_sent_again(desk: Desk, watbot: SandboxProcess) -> None:
    """Managers change statuses by hand and nothing reads them back, so a newer wish is always sent."""
    for _ in range(2):
        desk.send({"status": "Новый"})
        desk.work_until_quiet()
    assert watbot.contacts()[0]["statuses"] == ["Новый", "Новый"]


def test_a_storm_of_429_loses_nothing_and_is_waited_out(
    store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> None:
    """The account allows less than our setting says: whoever is told to wait waits, for every contact."""
    with SandboxProcess(rate="2/s") as narrow:
        desk = Desk(store_process, narrow.url, tmp_path, rate="50/s")
        events = [desk.send({"tag": "a", "status": "b"}, phone=f"+7900000010{n}") for n in range(3)]
        desk.work_until_quiet()
        desk.close()
        calls = narrow.calls()
        refused = [n for n, call in enumerate(calls) if call["status"] == 429]
        assert refused
        for n in refused:
            assert calls[n + 1]["monotonic_ms"] - calls[n]["monotonic_ms"] >= 900
        assert [(c["tags"], c["statuses"]) for c in narrow.contacts()] == [(["a"], ["b"])] * 3
        assert {story_of(store, event).row.state for event in events} == {"done"}


def test_a_contact_without_wishes_is_not_in_line(desk: Desk, watbot: SandboxProcess) -> None:
    event = desk.send({"nothing": "matches"})
    assert not desk.reconciler.step()
    assert watbot.calls() == []
    assert desk.story(event).row.state == "ignored"
    assert desk.state(KEY).wanted == {}
