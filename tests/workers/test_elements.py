"""What else a rule may wish, all the way to Watbot: variables, every status of a row, urgent before calm, settling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from processor.domain.lane import CALM, URGENT, lane_of
from processor.store.keys import name_of
from processor.store.sweep import sweep
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.workers.desk import Desk

RULES = """\
version: 1
bot: 1
tags_as: add
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: Переменная
    when: {raw.total: {exists: true}}
    then: {variables: {Сумма: "{{ raw.total }}"}}
  - name: Убрать переменную
    when: {raw.gone: {exists: true}}
    then: {remove_variables: [Сумма]}
  - name: Ход заказа
    when: {raw.step: {exists: true}}
    then: {status: {value: "{{ raw.step }}", each: true}}
  - name: Тег
    when: {raw.tag: {exists: true}}
    then: {tags: "{{ raw.tag }}"}
  - name: Тег не к спеху
    urgent: false
    when: {raw.calm: {exists: true}}
    then: {tags: "{{ raw.calm }}"}
  - name: Подождать
    settle: 30s
    when: {raw.slow: {exists: true}}
    then: {tags: "{{ raw.slow }}"}
"""
SECOND = "+79000000002"


@pytest.fixture(scope="module")
def watbot_process() -> Iterator[SandboxProcess]:
    """The sandbox."""
    with SandboxProcess(tags="add", utm="store", token="right-token") as process:
        yield process


@pytest.fixture
def watbot(watbot_process: SandboxProcess) -> SandboxProcess:
    """The same, empty."""
    watbot_process.reset()
    return watbot_process


@pytest.fixture
def desk(watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path) -> Iterator[Desk]:
    """A desk with these rules."""
    made = Desk(store_process, watbot.url, tmp_path, rules=RULES)
    yield made
    made.close()


def _methods(watbot: SandboxProcess) -> list[str]:
    return [call["path"].rpartition("/")[2] for call in watbot.calls()]


def _variables(watbot: SandboxProcess) -> dict[str, Any]:
    return {variable["name"]: variable["value"] for variable in watbot.contacts()[0]["variables"]}


def _lanes(store: redis.Redis) -> dict[str, int]:
    rows: Any = store.zrange(name_of("ready"), 0, -1, withscores=True)
    return {key.decode(): lane_of(place) for key, place in rows}


def test_a_variable_is_set_once_and_only_what_changed_is_sent_again(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"total": "100"})
    desk.work_until_quiet()
    assert _variables(watbot) == {"Сумма": "100"}
    before = len(watbot.calls())
    desk.send({"total": "100"})
    desk.work_until_quiet()
    assert len(watbot.calls()) == before, "it is so already"
    desk.send({"total": "250"})
    desk.work_until_quiet()
    assert _methods(watbot)[before:] == ["setContactVariable"]
    assert _variables(watbot) == {"Сумма": "250"}


def test_a_variable_is_deleted_and_set_again(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"total": "100"})
    desk.work_until_quiet()
    event = desk.send({"gone": "1"})
    desk.work_until_quiet()
    assert _variables(watbot) == {}
    assert desk.story(event).row.state == "done"
    desk.send({"total": "100"})
    desk.work_until_quiet()
    assert _variables(watbot) == {"Сумма": "100"}


def test_set_and_deleted_before_a_slot_comes_is_no_call_for_it(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"gone": "1"})
    desk.work_until_quiet()
    before = len(watbot.calls())
    desk.send({"total": "100"})
    desk.send({"gone": "1"})
    desk.work_until_quiet()
    assert len(watbot.calls()) == before


def test_every_status_of_a_row_is_sent_in_its_order(desk: Desk, watbot: SandboxProcess) -> None:
    events = [desk.send({"step": step}) for step in ("Новый", "Оплачен", "Отправлен")]
    desk.work_until_quiet()
    statuses = [call["body"]["status"] for call in watbot.calls() if call["path"].endswith("setYsellStatus")]
    assert statuses == ["Новый", "Оплачен", "Отправлен"]
    assert {desk.story(event).row.state for event in events} == {"done"}


def test_urgent_changes_of_all_contacts_go_before_calm_ones(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"tag": "A", "total": "1"})
    desk.send({"tag": "B", "total": "2"}, phone=SECOND)
    desk.work_until_quiet()
    methods = _methods(watbot)
    assert methods.index("setContactVariable") > max(n for n, m in enumerate(methods) if m == "createOrUpdateContact")


def test_a_rule_may_say_that_its_changes_are_not_urgent(desk: Desk, store: redis.Redis) -> None:
    desk.send({"calm": "A"})
    desk.send({"tag": "B"}, phone=SECOND)
    assert _lanes(store) == {"1:whatsapp:+79000000001": CALM, f"1:whatsapp:{SECOND}": URGENT}


def test_a_calm_contact_moves_up_when_something_urgent_is_wished(desk: Desk, store: redis.Redis) -> None:
    desk.send({"total": "1"})
    desk.send({"tag": "A"})
    assert list(_lanes(store).values()) == [URGENT]


def test_a_contact_that_settles_waits_and_then_all_its_changes_go_together(
    desk: Desk, watbot: SandboxProcess, store: redis.Redis
) -> None:
    desk.send({"slow": "A"})
    desk.send({"slow": "B"})
    desk.work()
    assert watbot.calls() == []
    assert store.zcard(name_of("due")) == 1
    store.zadd(name_of("due"), {"1:whatsapp:+79000000001": 1})
    sweep(store, worker="w")
    desk.work()
    assert _methods(watbot) == ["createOrUpdateContact"]
    assert set(watbot.contacts()[0]["tags"]) == {"A", "B"}


def test_settling_never_lasts_longer_than_a_minute_after_the_first_change(desk: Desk, store: redis.Redis) -> None:
    desk.send({"slow": "A"})
    held: Any = store.hget(name_of("contact", "1:whatsapp:+79000000001"), "settling")
    first = int(held)
    store.hset(name_of("contact", "1:whatsapp:+79000000001"), "settling", str(first - 45_000))
    desk.send({"slow": "B"})
    assert store.zscore(name_of("due"), "1:whatsapp:+79000000001") == first + 15_000


def test_an_impatient_change_takes_a_settling_contact_along(desk: Desk, watbot: SandboxProcess) -> None:
    desk.send({"slow": "A"})
    desk.send({"tag": "B"})
    desk.work()
    assert set(watbot.contacts()[0]["tags"]) == {"A", "B"}


def test_a_receiver_whose_clock_ran_ahead_does_not_outdate_what_comes_later(desk: Desk, store: redis.Redis) -> None:
    desk.clock.ahead_ms = 3_600_000
    desk.send({"tag": "A", "total": "1"})
    desk.clock.ahead_ms = 0
    desk.send({"total": "2"})
    assert desk.state().wanted["variable:Сумма"].value == "2"


def test_a_store_clock_set_back_does_not_outdate_what_comes_later(desk: Desk, store: redis.Redis) -> None:
    desk.send({"total": "1"})
    ahead = desk.state().wanted["variable:Сумма"].since_ms + 3_600_000
    store.set(name_of("clock"), ahead)
    desk.send({"total": "2"})
    store.set(name_of("clock"), ahead)  # the clock has gone back: it shows less than what was given out
    desk.send({"total": "3"})
    assert desk.state().wanted["variable:Сумма"].value == "3"
