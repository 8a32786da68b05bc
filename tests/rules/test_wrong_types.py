"""What YAML would make of phones, dates, yes and no is understood as it was written."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processor.domain.event import Customer, Event, Form, Order
from processor.domain.match import match
from tests.harness.rules import ruleset
from tests.rules.mistakes import rule

EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 11, 24, tzinfo=UTC),
    customer=Customer(phone="+79000000001"),
    order=Order(number="007", paid=True, coupon="yes", comment="2026-11-24"),
    form=Form(
        fields={"Телефон": "89000000001", "Код": "007", "Согласие": "Да", "Сумма": "5 000 ₽", "Дата": "24.11.2026"}
    ),
    raw={"on": True, "word": "off", "price": "1,234.50"},
)

HOLDS = [
    # phones stay text, and the customer's are compared as events have them
    ("{customer.phone: +79000000001}", True),
    ("{customer.phone: 89000000001}", True),
    ("{customer.phone: 8 (900) 000-00-01}", True),
    ("{customer.phone: [79000000001, +79000000002]}", True),
    ("{customer.phone: {not: 89000000001}}", False),
    ("{form.fields.Телефон: 89000000001}", True),
    ("{form.fields.Телефон: +79000000001}", False),
    # numbers that are names
    ("{order.number: 007}", True),
    ("{order.number: 7}", False),
    ("{form.fields.Код: 007}", True),
    ("{form.fields.Код: 07}", False),
    ("{form.fields.Код: 7}", False),
    # yes and no
    ("{order.paid: yes}", True),
    ("{order.paid: Да}", True),
    ("{order.paid: on}", True),
    ("{order.paid: 'true'}", True),
    ("{order.paid: нет}", False),
    ("{order.paid: {not: off}}", True),
    ("{order.coupon: yes}", True),
    ("{form.fields.Согласие: да}", True),
    ("{raw.on: yes}", True),
    ("{raw.on: 'yes'}", False),
    ("{raw.word: off}", True),
    ("{order.paid: {exists: yes}, payment: {exists: no}}", True),
    # dates stay text where the vocabulary has text
    ("{order.comment: 2026-11-24}", True),
    ("{form.fields.Дата: 24.11.2026}", True),
    # sums with their currency, in the rule and in the event
    ("{form.fields.Сумма: 5000}", True),
    ("{form.fields.Сумма: {at_least: 5 000 руб.}}", True),
    ("{form.fields.Сумма: {between: [4 999, '5 000,50']}}", True),
    ("{form.fields.Сумма: {more_than: 5000₽}}", False),
    ("{raw.price: {at_least: '1234,50'}}", True),
]


@pytest.mark.parametrize(("when", "holds"), HOLDS, ids=[when for when, _ in HOLDS])
def test_a_value_means_what_was_written(when: str, holds: bool) -> None:
    """Without quotes, as people type it."""
    assert bool(match(ruleset(rule(when)), EVENT)) is holds


def test_an_event_of_a_phone_that_was_a_number_still_matches() -> None:
    """007 in a rule is not the number 7 of an event."""
    happened = msgspec.structs.replace(EVENT, raw={"code": "7", "n": 7})
    assert not match(ruleset(rule("{any: [{raw.code: 007}, {raw.n: 007}]}")), happened)


@pytest.mark.parametrize(
    ("tags", "texts"),
    [
        ("[001, 1.10, yes]", ["001", "1.10", "yes"]),
        ("[+79000000001, 1e3, 0x1F]", ["+79000000001", "1e3", "0x1F"]),
        ("[2026-11-24, 22:00, off]", ["2026-11-24", "22:00", "off"]),
        ("[1_000, .5, 5.0]", ["1_000", ".5", "5.0"]),
        ("no", ["no"]),
    ],
)
def test_tags_are_the_text_that_was_written(tags: str, texts: list[str]) -> None:
    """No zero is lost, no yes turned into true."""
    assert [tag.source for tag in ruleset(rule(then=f"{{tags: {tags}}}")).rules[0].then.tags] == texts


@pytest.mark.parametrize(
    ("written", "flag"), [("yes", True), ("да", True), ("On", True), ("no", False), ("нет", False), ("'off'", False)]
)
def test_a_flag_of_a_rule_may_be_yes_or_no(written: str, flag: Any) -> None:
    """In either language."""
    assert ruleset(rule(more=f"    enabled: {written}\n")).rules[0].enabled is flag
