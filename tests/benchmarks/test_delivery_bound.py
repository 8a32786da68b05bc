"""The fewest calls: on small days that a reader can count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.delivery_bound import clairvoyant_calls, fewest_calls, stabs
from benchmarks.delivery_record import DayRecord
from tests.harness.simulated_watbot import Change, WatbotCall
from tests.harness.simulated_world import Wished

KEY = "1:whatsapp:+79000000001"
UPSERT, STATUS, VARIABLE, ATTACH = (
    "createOrUpdateContact",
    "setYsellStatus",
    "setContactVariable",
    "attachTagToContact",
)


def wish(at_ms: int, element: str, value: Any) -> Wished:
    """A wish stamped with the moment at which it came."""
    return Wished(at_ms, f"e{at_ms}", KEY, element, value, f"{at_ms:027}")


def call(began_ms: int, method: str, *changes: Change) -> WatbotCall:
    """A call that made these changes."""
    return WatbotCall(began_ms, began_ms + 40, began_ms + 100, method, KEY, {}, 200, changes)


def day(wishes: list[Wished], calls: list[WatbotCall], *, synced: bool = True) -> DayRecord:
    """A day of one contact, who had a tag before."""
    known = frozenset({KEY}) if synced else frozenset[str]()
    return DayRecord(wishes, calls, {KEY: {"tag:Бот": True}}, {}, known, {})


@pytest.mark.parametrize(
    ("intervals", "fewest"),
    [
        ([], 0),
        ([(0, 5), (1, 4), (3, 9)], 1),
        ([(0, 2), (2, 3)], 2),
        ([(0, 10), (1, 2), (3, 4), (3, 10)], 2),
    ],
)
def test_the_fewest_moments_of_which_each_interval_has_one(intervals: list[tuple[float, float]], fewest: int) -> None:
    assert stabs(intervals) == fewest


def test_one_upsert_carries_fields_marks_and_tags_that_were_known_by_then() -> None:
    wishes = [wish(1, "field:name", "Анна"), wish(2, "tag:а", True), wish(3, "utm:last", {"source": "vk"})]
    calls = [
        call(10, UPSERT, ("field:name", "Анна")),
        call(20, ATTACH, ("tag:а", True)),
        call(30, UPSERT, ("utm:source", "vk")),
    ]
    assert fewest_calls(day(wishes, calls), "add") == 1


def test_what_came_after_the_first_call_needs_another() -> None:
    wishes = [wish(1, "field:name", "Анна"), wish(15, "tag:а", True)]
    calls = [call(10, UPSERT, ("field:name", "Анна")), call(20, ATTACH, ("tag:а", True))]
    assert fewest_calls(day(wishes, calls), "add") == 2


def test_each_change_of_a_variable_takes_a_call_and_a_repetition_none() -> None:
    wishes = [wish(1, "variable:Сумма", "1"), wish(15, "variable:Сумма", "2")]
    calls = [
        call(10, VARIABLE, ("variable:Сумма", "1")),
        call(12, VARIABLE),
        call(20, VARIABLE, ("variable:Сумма", "2")),
    ]
    assert fewest_calls(day(wishes, calls), "add") == 2


def test_a_status_counts_when_a_newer_wish_had_come() -> None:
    late = Wished(25, "e", KEY, "status", "Старый", f"{2:027}")
    wishes = [wish(1, "status", "Новый"), wish(11, "status", "Новый"), late]
    sent = ("status", "Новый")
    calls = [call(10, STATUS, sent), call(20, STATUS, sent), call(30, STATUS, sent)]
    assert fewest_calls(day(wishes, calls), "add") == 2


def test_an_unknown_id_must_be_learnt_before_anything_else() -> None:
    wishes = [wish(1, "status", "Новый")]
    calls = [call(10, UPSERT), call(20, STATUS, ("status", "Новый"))]
    assert fewest_calls(day(wishes, calls, synced=False), "add") == 2
    assert fewest_calls(day(wishes, calls), "add") == 1


@pytest.mark.parametrize(("tags", "fields"), [(1, 0), (3, 0), (1, 1), (3, 1)])
def test_where_no_list_may_go_each_tag_takes_a_call(tags: int, fields: int) -> None:
    wishes = [wish(1, f"tag:{n}", True) for n in range(tags)] + [wish(2, "field:name", "Анна")] * fields
    calls = [call(10, UPSERT, *[("field:name", "Анна")] * fields)]
    calls += [call(600 + n, ATTACH, (f"tag:{n}", True)) for n in range(tags)]
    assert fewest_calls(day(wishes, calls), "attach") == tags + fields
    assert clairvoyant_calls(day(wishes, calls), "attach", "store") == tags + fields


def test_the_clairvoyant_makes_one_visit_with_the_newest_of_everything() -> None:
    wishes = [
        wish(1, "status", "Новый"),
        wish(1, "variable:Сумма", "1"),
        wish(1, "tag:Бот", True),
        wish(9, "status", "Оплачен"),
        wish(9, "variable:Сумма", "2"),
    ]
    assert clairvoyant_calls(day(wishes, []), "add", "store") == 2
    marked = [*wishes, wish(10, "utm:last", {"source": "vk", "medium": "cpc"})]
    assert clairvoyant_calls(day(marked, []), "add", "store") == 3
    assert clairvoyant_calls(day(marked, []), "add", "ignore") == 4
