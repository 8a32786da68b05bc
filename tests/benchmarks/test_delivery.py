"""The figures of the delivery benchmark: how they are counted, and that small days come out right."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.delivery import Wanted, measure, simulate, table
from benchmarks.delivery_ages import ages, disagreeing
from benchmarks.delivery_bound import clairvoyant_calls, fewest_calls
from benchmarks.delivery_naive import naive
from benchmarks.delivery_record import DayRecord, Wait, ages_ms, drained_ms, percentile
from processor.sandbox.contact import TagsReading, UtmReading
from tests.benchmarks.test_delivery_bound import KEY, STATUS, UPSERT, VARIABLE, call, wish
from tests.harness.simulated_day import RULES, shop_day
from tests.harness.simulated_world import Wished


def day(wishes: list[Wished], calls: list[Any], **other: Any) -> DayRecord:
    """A day of one contact about whom nothing was known."""
    came = {wish.event: wish.at_ms for wish in wishes}
    return DayRecord(wishes, calls, other.get("before", {}), other.get("after", {}), frozenset(), came)


def test_the_usual_integration_makes_every_call_of_every_event_one_after_the_other() -> None:
    event = [wish(1_000, "tag:а", True), wish(1_000, "status", "б"), wish(1_000, "variable:в", "г")]
    found = naive(day([*event, wish(1_100, "tag:а", True)], []))
    assert found.calls == 4
    assert ages_ms(found.urgent) == [543, 1_443]
    assert ages_ms(found.other) == [1_043, 1_443]


def test_a_wish_waits_until_watbot_shows_it_or_a_newer_one() -> None:
    wishes = [
        wish(1_000, "variable:а", "1"),
        wish(2_000, "variable:а", "2"),
        wish(2_000, "tag:б", True),
        wish(9_000, "tag:б", True),
        wish(9_500, "field:name", "Анна"),
    ]
    calls = [call(3_000, VARIABLE, ("variable:а", "2")), call(5_000, UPSERT, ("tag:б", True))]
    found = ages(day(wishes, calls))
    assert sorted(ages_ms(found.other)) == [1_040, 2_040]
    assert sorted(ages_ms(found.urgent)) == [0, 3_040]
    assert [lost.element for lost in found.never] == ["field:name"]


def test_a_status_waits_for_a_call_that_began_after_it_came() -> None:
    sent = ("status", "Новый")
    wishes = [wish(1_000, "status", "Новый"), wish(2_010, "status", "Новый")]
    calls = [call(2_000, STATUS, sent), call(3_000, STATUS, sent)]
    assert ages_ms(ages(day(wishes, calls)).urgent) == [1_040, 1_030]


def test_what_is_wrong_at_the_end_of_the_day_is_named() -> None:
    wishes = [wish(1, "status", "а"), wish(2, "status", "б"), wish(2, "tag:в", True), wish(3, "tag:в", False)]
    before = {KEY: {"tag:Бот": True}}
    assert disagreeing(day(wishes, [], before=before, after={KEY: {"status": "б", "tag:Бот": True}})) == []
    wrong = disagreeing(day(wishes, [], before=before, after={KEY: {"status": "а", "tag:в": True}}))
    assert wrong == [f"{KEY} status", f"{KEY} tag:в", f"{KEY} tag:Бот is gone"]


def test_percentiles_and_the_end_of_the_line() -> None:
    assert [percentile(range(1, 101), share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    waits = [Wait(0, 50), Wait(40, 60), Wait(105, 3), Wait(300, 900)]
    assert drained_ms(waits, from_ms=20, patience_ms=10) == 80


@pytest.mark.parametrize(
    ("tags", "utm", "first_sync", "declared"),
    [("add", "store", True, True), ("replace", "ignore", False, False)],
)
def test_on_a_small_day_everything_is_right_and_no_call_could_be_spared(
    tags: TagsReading, utm: UtmReading, first_sync: bool, declared: bool
) -> None:
    wanted = Wanted(40, 7, tags, utm, first_sync, "none", RULES, declared)
    record, world = simulate(wanted, shop_day(40, 7))
    waited = ages(record)
    assert disagreeing(record) == []
    assert waited.never == []
    assert world.watbot.throttled == 0
    ours, bound = len(record.calls), fewest_calls(record, wanted.tags_known)
    assert clairvoyant_calls(record, wanted.tags_known, utm) <= bound <= ours <= bound * 1.05
    assert ours < naive(record).calls


def test_the_same_seed_gives_the_same_figures() -> None:
    wanted = Wanted(15, 3, "add", "store", True, "none", RULES, True)
    first, second = measure(wanted), measure(wanted)
    first.pop("simulated within, s")
    second.pop("simulated within, s")
    assert first == second
    assert table([first, second]).splitlines()[0].split() == ["orders", "15", "15"]
