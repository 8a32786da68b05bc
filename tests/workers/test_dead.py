"""Dead letters all the way: set aside by a worker, mended by a person, delivered; nobody waits behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from processor.domain.edit import Edit
from processor.domain.lane import RETRY
from processor.store.contacts import PARK_FAILURES_MIN
from processor.store.dead import DeadLetter, Search, dead_letters
from processor.store.keys import name_of
from processor.store.revive import drop, revive
from processor.store.sweep import sweep
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.workers.desk import KEY, PHONE, Desk

REFUSAL = '{"message":"The given data was invalid.","errors":{"email":["Неверный адрес."]}}'
BROKEN = "<html>Вход</html>"


@pytest.fixture(scope="module")
def watbot_process() -> Iterator[SandboxProcess]:
    """The sandbox."""
    with SandboxProcess(token="right-token") as process:
        yield process


@pytest.fixture
def watbot(watbot_process: SandboxProcess) -> SandboxProcess:
    """The same, empty."""
    watbot_process.reset()
    return watbot_process


@pytest.fixture
def desk(watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path) -> Iterator[Desk]:
    """A desk that parks without waiting an hour."""
    made = Desk(store_process, watbot.url, tmp_path)
    made.reconciler.park_after_ms = 0
    yield made
    made.close()


def _letters(desk: Desk) -> list[DeadLetter]:
    return dead_letters(desk.client, Search())


def _park(desk: Desk, watbot: SandboxProcess) -> DeadLetter:
    """The first contact's status always gets nonsense, while others come and are served."""
    watbot.fault(body=BROKEN, path="setYsellStatus", calls=1_000)
    desk.send({"status": "Новый"})
    for number in range(3 * PARK_FAILURES_MIN):
        desk.work()
        if found := _letters(desk):
            return found[0]
        desk.send({"tag": "a"}, phone=f"+790000001{number:02}")
        desk.work()
        desk.client.zadd(name_of("due"), {KEY: 0}, xx=True)
        sweep(desk.client, worker="desk")
    raise AssertionError("it was not parked")


def test_a_refused_email_is_mended_by_a_person_and_delivered(desk: Desk, watbot: SandboxProcess) -> None:
    watbot.fault(status=422, body=REFUSAL, path="createOrUpdateContact")
    customer = {"phone": PHONE, "name": "Анна", "email": "ann@example.com"}
    event = desk.send({"tag": "Покупатель", "customer": customer})
    desk.work_until_quiet()
    (letter,) = _letters(desk)
    assert (letter.element, letter.reason, letter.parked) == ("field:email", "refused", False)
    assert letter.said is not None
    assert "email: Неверный адрес." in letter.said.ru
    assert desk.story(event).row.state == "refused"

    edit = Edit("field:email", "field:email", "anna@example.com")
    revive(desk.client, [letter], lane=RETRY, by="anna", journal_days=30, edit=edit)
    before = len(watbot.calls())
    desk.work_until_quiet()
    assert len(watbot.calls()) - before == 1
    assert watbot.contacts()[0]["email"] == "anna@example.com"
    assert desk.story(event).row.state == "done"
    assert [entry["what"] for entry in desk.story(event).entries][-3:] == ["edited", "retried", "call"]
    assert _letters(desk) == []


def test_a_contact_that_always_gets_nonsense_is_parked_while_others_go_on(desk: Desk, watbot: SandboxProcess) -> None:
    letter = _park(desk, watbot)
    assert (letter.contact, letter.reason, letter.failing) == (KEY, "nonsense_html", ("status",))
    others = [contact for contact in watbot.contacts() if contact["phone"] != PHONE.removeprefix("+")]
    assert len(others) >= PARK_FAILURES_MIN
    assert all(contact["tags"] == ["a"] for contact in others)

    before = len(watbot.calls())
    folded = desk.send({"tag": "Позже"})
    desk.work_until_quiet()
    assert len(watbot.calls()) == before, "a parked contact costs nothing"
    assert desk.story(folded).entries[-1]["what"] == "parked"

    watbot.clear_faults()
    revive(desk.client, _letters(desk), lane=RETRY, by="anna", journal_days=30)
    desk.work_until_quiet()
    (anna,) = [contact for contact in watbot.contacts() if contact["phone"] == PHONE.removeprefix("+")]
    assert (anna["tags"], anna["status"]) == (["Позже"], "Новый")
    assert desk.story(folded).row.state == "done"
    assert _letters(desk) == []


def test_a_newer_value_lets_a_parked_contact_go_on_by_itself(desk: Desk, watbot: SandboxProcess) -> None:
    _park(desk, watbot)
    watbot.clear_faults()
    event = desk.send({"status": "Оплачен"})
    desk.work_until_quiet()
    (anna,) = [contact for contact in watbot.contacts() if contact["phone"] == PHONE.removeprefix("+")]
    assert anna["statuses"] == ["Оплачен"]
    assert desk.story(event).row.state == "done"


def test_a_dropped_wish_is_never_sent(desk: Desk, watbot: SandboxProcess) -> None:
    letter = _park(desk, watbot)
    watbot.clear_faults()
    assert drop(desk.client, [letter], by="anna", journal_days=30, contact_days=400) == 1
    before = len(watbot.calls())
    desk.work_until_quiet()
    assert len(watbot.calls()) == before
    assert desk.story(letter.wishes[0].event).row.state == "refused"


def test_while_watbot_is_down_nobody_is_parked(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "a"})
    desk.work_until_quiet()
    watbot.fault(status=503, calls=1_000)
    event = desk.send({"status": "Новый"})
    for _ in range(2 * PARK_FAILURES_MIN):
        desk.client.delete(name_of("block"))
        desk.client.zadd(name_of("due"), {KEY: 0}, xx=True)
        sweep(desk.client, worker="desk")
        desk.work()
    assert len(watbot.calls()) > PARK_FAILURES_MIN
    assert _letters(desk) == []
    watbot.clear_faults()
    desk.client.delete(name_of("block"))
    desk.client.zadd(name_of("due"), {KEY: 0}, xx=True)
    desk.work_until_quiet()
    assert desk.story(event).row.state == "done"
