"""What conditions ask of a contact's other events, and what a delayed rule comes to when it is due."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from processor.domain.condition import fold
from processor.domain.earlier import Asked, Earlier, Past, Unless, cancelled_by, entry_of, moved
from processor.domain.event import Event, Order
from processor.domain.explain import explain
from processor.domain.later import Verdict, due
from processor.domain.plan import Later, plan
from processor.domain.wish import stamp_of
from tests.domain.test_plan import event
from tests.harness.rules import ruleset

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NOW_MS = 1_800_000_000_000
STAMP = stamp_of(NOW_MS, NOW_MS, 700)
OWN = Earlier("order.created", "shop", NOW_MS, "15", "own", 700)
TOP = "version: 1\nbot: 1\nsources:\n  shop: {preset: generic, token: t}\n  pay: {preset: generic, token: t}\nrules:\n"


def came(ago_ms: int = DAY_MS, **parts: Any) -> Earlier:
    """Another event of the contact, so long before the own one (or after it, below zero)."""
    made = Earlier("order.created", "shop", NOW_MS - ago_ms, None, "other", 5)
    return msgspec.structs.replace(made, **parts)


def count(entries: list[Earlier], **asked: Any) -> int:
    """How many of them came before, as a condition reads it."""
    return Past(OWN, entries)[Asked(**asked).part]


COUNTED: dict[str, tuple[list[Earlier], dict[str, Any], int]] = {
    "nothing came before": ([], {}, 0),
    "of the own type, without being named": ([came(), came(event="order.paid")], {}, 1),
    "a type that is named, whatever its case": ([came(event="Order.Paid")], {"events": ("order.paid",)}, 1),
    "any of two types": ([came(), came(event="order.paid")], {"events": ("order.created", "order.paid")}, 2),
    "of one source only": ([came(), came(source="Pay")], {"sources": ("pay",)}, 1),
    "within a day, both ends included": ([came(DAY_MS), came(DAY_MS + 1)], {"within_ms": DAY_MS}, 1),
    "what came after does not count": ([came(-1)], {}, 0),
    "in the same millisecond the journal's number decides": ([came(0, number=699), came(0, number=701)], {}, 1),
    "the event itself never counts, even where it was read as older": ([came(id="own", number=700)], {}, 0),
    "another event of the same delivery does": ([came(0, id="own", number=699)], {}, 1),
}


@pytest.mark.parametrize("name", COUNTED)
def test_a_condition_counts_what_came_before(name: str) -> None:
    entries, asked, expected = COUNTED[name]
    assert count(entries, **asked) == expected


def test_without_a_history_nothing_came_before() -> None:
    assert Past()[Asked(events=("order.created",)).part] == 0
    assert Past().get("no question") is None


def test_an_event_is_remembered_by_its_stamp_and_its_orders_number() -> None:
    assert entry_of(event(), stamp=STAMP, event_id="own") == OWN
    nameless = entry_of(event(order=Order(id=" 7 ")), stamp=STAMP, event_id="own")
    assert (nameless.order, nameless.place) == ("7", (NOW_MS, 700))
    assert entry_of(event(order=None), stamp=STAMP, event_id="own").order is None


def test_a_stamp_is_moved_in_time_and_keeps_its_number() -> None:
    assert moved(STAMP, NOW_MS + HOUR_MS) == stamp_of(NOW_MS + HOUR_MS, 10**14, 700)


PAID = Unless(frozenset({"order.paid"}))
CANCELLED: dict[str, tuple[Unless, Earlier, bool]] = {
    "paid meanwhile": (PAID, came(-1, event="order.paid"), True),
    "paid before": (PAID, came(1, event="order.paid"), False),
    "paid at the last moment": (PAID, came(-HOUR_MS, event="order.paid"), True),
    "paid too late": (PAID, came(-HOUR_MS - 1, event="order.paid"), False),
    "something else": (PAID, came(-1), False),
    "this order": (PAID, came(-1, event="order.paid", order="15"), True),
    "another order": (PAID, came(-1, event="order.paid", order="16"), False),
    "another order, where the contact decides": (
        Unless(frozenset({"order.paid"}), same="contact"),
        came(-1, event="order.paid", order="16"),
        True,
    ),
    "no order, where the order decides": (
        Unless(frozenset({"order.paid"}), same="order"),
        came(-1, event="order.paid"),
        False,
    ),
    "of the source": (Unless(frozenset({"order.paid"}), frozenset({"pay"})), came(-1, event="order.paid"), False),
    "the event itself": (Unless(frozenset({"order.created"})), came(-1, id="own", number=700), False),
}


@pytest.mark.parametrize("name", CANCELLED)
def test_a_delayed_rule_is_needless_when_such_an_event_came_meanwhile(name: str) -> None:
    unless, other, expected = CANCELLED[name]
    assert (cancelled_by(unless, OWN, [other], NOW_MS + HOUR_MS) is not None) == expected


def test_the_first_of_several_is_named() -> None:
    entries = [came(-20, event="order.paid", id="b"), came(-10, event="order.paid", id="a")]
    found = cancelled_by(PAID, OWN, entries, NOW_MS + HOUR_MS)
    assert found
    assert found.id == "a"


THIRD = TOP + "  - name: Третий\n    when: {event: order.created, earlier: {count: 2}}\n    then: {tags: Постоянный}\n"


@pytest.mark.parametrize(("before", "matches"), [(1, False), (2, True), (3, False)])
def test_the_third_order(before: int, matches: bool) -> None:
    entries = [came(n * HOUR_MS, number=n) for n in range(1, before + 1)]
    made = plan(ruleset(THIRD), event(), stamp=STAMP, event_id="own", earlier=entries)
    assert bool(made.contacts) == matches
    (story,) = explain(ruleset(THIRD), event(), Past(OWN, entries))
    check = story.checks[-1]
    assert (check.test, check.expected, check.actual, check.held) == ("is", "2", str(before), matches)


BACK = TOP + (
    "  - name: Вернулся\n    when:\n      event: order.created\n      earlier:\n"
    "        - {event: [order.created, order.paid]}\n        - {within: 90d, count: 0}\n    then: {tags: Вернулся}\n"
)


@pytest.mark.parametrize(("ago_days", "matches"), [([], False), ([91], True), ([200, 90], False), ([200, 91], True)])
def test_no_order_for_ninety_days(ago_days: list[int], matches: bool) -> None:
    entries = [came(days * DAY_MS, number=days) for days in ago_days]
    assert bool(plan(ruleset(BACK), event(), stamp=STAMP, event_id="own", earlier=entries).contacts) == matches


def test_earlier_stands_inside_any_and_not() -> None:
    text = TOP + (
        "  - name: Новый\n    when: {not: {earlier: {event: order.created}}, any: [{order.total: 1}, "
        "{earlier: {event: form.submitted, count: {at_least: 2}}}]}\n    then: {tags: Новый}\n"
    )
    forms = [came(n, event="form.submitted", number=n) for n in (1, 2)]
    rules = ruleset(text)
    assert plan(rules, event(), stamp=STAMP, event_id="own", earlier=forms).contacts
    assert not plan(rules, event(), stamp=STAMP, event_id="own", earlier=forms[:1]).contacts
    assert not plan(rules, event(), stamp=STAMP, event_id="own", earlier=[*forms, came()]).contacts


LEFT = TOP + (
    "  - name: Сразу\n    when: {event: order.created}\n    then: {tags: Покупатель}\n"
    "  - name: Бросил\n    when: {event: order.created}\n    after: 1h\n    unless: {event: order.paid}\n"
    "    then: {tags: Не оплатил, status: Брошен}\n"
    "  - name: Тоже\n    when: {event: order.created, order.total: {at_least: 1}}\n    after: 60m\n"
    "    then: {status: Позвонить}\n"
)
DUE_MS = NOW_MS + HOUR_MS


def fates(text: str, *entries: Earlier, happened: Event | None = None) -> list[tuple[str, str]]:
    """Rule and fate of what falls due of LEFT, under the rules of `text`."""
    verdicts, _ = due(
        ruleset(text),
        happened or event(),
        ["Бросил", "Тоже"],
        stamp=STAMP,
        due_ms=DUE_MS,
        event_id="own",
        earlier=entries,
    )
    return [(one.rule, one.fate) for one in verdicts]


def test_a_delayed_rule_wishes_nothing_yet() -> None:
    made = plan(ruleset(LEFT), event(), stamp=STAMP, event_id="own")
    assert made.later == (Later("Бросил", DUE_MS), Later("Тоже", DUE_MS))
    assert {wish.rule for contact in made.contacts for wish in contact.wishes} == {"Сразу"}
    assert made.matched == ("Сразу", "Бросил", "Тоже")


def test_when_it_is_due_it_wishes_as_if_the_event_had_happened_then() -> None:
    """The later rule of the file wins, as always; what the event told of the customer stays as old as the event."""
    customer = msgspec.structs.replace(event().customer, name="Анна")
    verdicts, made = due(ruleset(LEFT), event(customer), ["Тоже", "Бросил"], stamp=STAMP, due_ms=DUE_MS, event_id="own")
    assert verdicts == (Verdict("Тоже", "acts"), Verdict("Бросил", "acts"))
    (contact,) = made.contacts
    late = moved(STAMP, DUE_MS)
    assert {wish.element: (wish.value, wish.stamp) for wish in contact.wishes} == {
        "field:name": ("Анна", STAMP),
        "tag:Не оплатил": (True, late),
        "status": ("Позвонить", late),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LEFT, ["acts", "acts"]),
        (LEFT.replace("name: Тоже", "name: Иначе"), ["acts", "gone"]),
        (LEFT.replace("after: 60m", "after: 60m\n    enabled: false"), ["acts", "disabled"]),
        (LEFT.replace("{at_least: 1}", "{at_least: 99999}"), ["acts", "unmatched"]),
        (LEFT.replace("    after: 60m\n", ""), ["acts", "acts"]),
    ],
)
def test_the_rules_in_force_then_decide(text: str, expected: list[str]) -> None:
    assert [fate for _, fate in fates(text)] == expected


def test_what_came_meanwhile_cancels_only_what_says_so() -> None:
    paid = came(-60_000, event="order.paid", order="15", id="paid")
    assert fates(LEFT, paid) == [("Бросил", "cancelled"), ("Тоже", "acts")]


def test_the_set_knows_for_which_events_the_past_must_be_read() -> None:
    assert ruleset(LEFT).asks_earlier == frozenset()
    assert ruleset(THIRD).asks_earlier == frozenset({fold("order.created")})
    assert ruleset(THIRD.replace("event: order.created, ", "")).asks_earlier is None
