"""What is counted: the calls that the usual integration would have made, those made, and why others were spared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from processor.store.counts import DayCounts, RuleCounts, counts
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
  - name: Заказ
    when: {raw.order: {exists: true}}
    then: {tags: Покупатель, status: Новый, variables: {Заказ: "{{ raw.order }}"}}
  - name: Подарок
    when: {raw.gift: {exists: true}}
    then: {tags: Подарок, variables: {Подарок: "{{ raw.gift }}"}}
"""


@pytest.fixture(scope="module")
def watbot() -> Iterator[SandboxProcess]:
    """The sandbox."""
    with SandboxProcess(tags="add", utm="store", token="right-token") as process:
        yield process


@pytest.fixture
def desk(watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path) -> Iterator[Desk]:
    """A desk with these rules."""
    watbot.reset()
    made = Desk(store_process, watbot.url, tmp_path, rules=RULES)
    yield made
    made.close()


def _today(desk: Desk) -> DayCounts:
    (today,) = counts(desk.client, days=1)
    return today


def test_a_lone_event_takes_the_usual_calls(desk: Desk) -> None:
    desk.send({"order": 1})
    desk.work_until_quiet()
    assert _today(desk).rules == {"Заказ": RuleCounts(asked=3, made=3)}
    assert _today(desk).outcomes == {"ok": 3}


def test_what_merged_and_what_was_so_already_is_told_apart(desk: Desk) -> None:
    for order in (1, 2, 3):
        desk.send({"order": order})
    desk.work_until_quiet()
    found = _today(desk).rules["Заказ"]
    assert (found.asked, found.made, found.already_so, found.merged) == (9, 3, 0, 6)

    desk.send({"order": 3})
    desk.work_until_quiet()
    found = _today(desk).rules["Заказ"]
    assert (found.asked, found.made, found.already_so, found.merged) == (12, 4, 2, 6), "a status is always sent"


def test_two_rules_of_one_event_share_an_upsert(desk: Desk) -> None:
    desk.send({"order": 1, "gift": "Кружка"})
    desk.work_until_quiet()
    assert _today(desk).rules == {"Заказ": RuleCounts(asked=3, made=3), "Подарок": RuleCounts(asked=1, made=1)}


def test_a_call_that_failed_counts_as_made(desk: Desk, watbot: SandboxProcess) -> None:
    watbot.fault(status=500)
    desk.send({"order": 1})
    desk.work_until_quiet()
    found = _today(desk)
    assert found.rules["Заказ"].made == 4
    assert found.outcomes == {"ok": 3, "unavailable": 1}
    assert found.calls == 4


def test_every_day_has_its_own_counts(desk: Desk) -> None:
    desk.send({"order": 1})
    desk.work_until_quiet()
    today, yesterday = counts(desk.client, days=2)
    assert yesterday == DayCounts(today.day - 1)


def test_each_event_that_a_rule_matched_is_counted_also_where_nothing_was_to_do(desk: Desk) -> None:
    for order in (1, 1):
        desk.send({"order": order, "gift": "Кружка"})
    desk.send({"order": 2})
    desk.send({"other": 3})
    desk.work_until_quiet()
    assert _today(desk).matched == {"Заказ": 3, "Подарок": 2}
