"""Every test of `when:`, value by value."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Form, Item, Order, Utm
from processor.domain.explain import explain
from processor.domain.match import match
from tests.harness.rules import ruleset
from tests.rules.mistakes import rule

EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 1, 2, tzinfo=UTC),
    customer=Customer(name="Анна Петрова", phone="+79000000001", city="  Москва "),
    order=Order(
        number="007",
        total=Decimal("5000.00"),
        paid=False,
        comment="",
        items=(
            Item(name="Футболка белая", quantity=Decimal(2), price=Decimal("1500")),
            Item(name="Кружка", price=Decimal("2000")),
        ),
    ),
    form=Form(fields={"Сумма": "5 000,50", "Код": "007", "Ваш телефон": "8 900 000-00-01", "Пусто": "  "}),
    utm=Utm(source="Yandex"),
    raw={
        "n": 5,
        "f": 1.5,
        "t": True,
        "list": ["a", "B", 3],
        "none": None,
        "deep": [{"x": [1, 2]}, {"y": 1}, 7],
        "e": [],
    },
)

TABLE: list[tuple[str, bool]] = [
    ("{}", True),
    ("{event: order.created}", True),
    ("{event: ' ORDER.Created '}", True),
    ("{event: order.paid}", False),
    ("{event: [order.paid, order.created]}", True),
    ("{source: shop, order.paid: false}", True),
    ("{source: shop, order.paid: true}", False),
    # text
    ("{utm.source: yandex}", True),
    ("{customer.city: москва}", True),
    ("{customer.city: {not: москва}}", False),
    ("{customer.city: {not: [тверь, тула]}}", True),
    ("{customer.city: {in: [тверь, МОСКВА]}}", True),
    ("{customer.city: {not_in: [тверь]}}", True),
    ("{customer.name: {contains: ПЕТРО}}", True),
    ("{customer.name: {starts_with: анна}}", True),
    ("{customer.name: {ends_with: [ова, ев]}}", True),
    ("{customer.name: {contains: иван}}", False),
    ("{customer.phone: +79000000001}", True),
    ("{customer.phone: {starts_with: +7900}}", True),
    # what reads as a number is text where the vocabulary has text
    ("{order.number: 007}", True),
    ("{order.number: 7}", False),
    ("{order.number: '007'}", True),
    # numbers
    ("{order.total: 5000}", True),
    ("{order.total: '5 000,00'}", True),
    ("{order.total: {is: 5000.0}}", True),
    ("{order.total: {at_least: 5000}}", True),
    ("{order.total: {more_than: 5000}}", False),
    ("{order.total: {at_most: '5 000,00'}}", True),
    ("{order.total: {less_than: 5000.01}}", True),
    ("{order.total: {between: [4999, 5001]}}", True),
    ("{order.total: {between: [1, 2]}}", False),
    ("{order.total: {at_least: 100, less_than: 5000}}", False),
    ("{order.total: {not: 5000}}", False),
    # a filled form holds text only
    ("{form.fields.Сумма: {at_least: 5000}}", True),
    ("{form.fields.Сумма: 5000.5}", True),
    ("{form.fields.Сумма: '5000.5'}", False),
    ("{form.fields.Код: 7}", False),
    ("{form.fields.Код: 007}", True),
    ("""{'form.fields."Ваш телефон"': {contains: 900}}""", True),
    # lists hold if any element does
    ("{order.items.name: кружка}", True),
    ("{order.items.name: {contains: футболка}}", True),
    ("{order.items.name: {not: кружка}}", False),
    ("{order.items.name: [шапка, кружка]}", True),
    ("{order.items.price: {at_least: 2000}}", True),
    ("{order.items.price: {more_than: 2000}}", False),
    ("{order.items.0.name: кружка}", False),
    ("{'order.items[1].name': кружка}", True),
    ("{order.items.quantity: 2}", True),
    # the delivery as it came
    ("{raw.n: 5}", True),
    ("{raw.n: '5'}", False),
    ("{raw.f: 1.5}", True),
    ("{raw.t: true}", True),
    ("{raw.t: 'true'}", False),
    ("{raw.t: 1}", False),
    ("{raw.list: b}", True),
    ("{raw.list: 3}", True),
    ("{raw.list: {at_least: 3}}", True),
    ("{raw.deep.x: 2}", True),
    ("{raw.deep.y: 1}", True),
    ("{raw.none: {exists: false}}", True),
    ("{raw.n.m: 5}", False),
    # there or not
    ("{order.coupon: {exists: false}}", True),
    ("{order.coupon: {exists: true}}", False),
    ("{order.comment: {exists: true}}", True),
    ("{order.comment: {empty: true}}", True),
    ("{order.coupon: {empty: true}}", True),
    ("{order.coupon: {empty: false}}", False),
    ("{form.fields.Пусто: {empty: true}}", True),
    ("{order.items: {empty: false}}", True),
    ("{order: {exists: true}, payment: {exists: false}}", True),
    ("{received_at: {exists: true}, occurred_at: {exists: false}}", True),
    ("{raw.e: {empty: true, exists: true}}", True),
    # a missing field fails every other test
    ("{order.coupon: x}", False),
    ("{order.coupon: [x]}", False),
    ("{order.coupon: {contains: x}}", False),
    ("{payment.amount: {at_most: 5}}", False),
    ("{payment.amount: {between: [0, 5]}}", False),
    ("{order.coupon: {not: x}}", True),
    ("{order.coupon: {not_in: [x]}}", True),
    # groups
    ("{any: [{event: order.paid}, {source: shop}]}", True),
    ("{any: {event: order.paid, source: shop}}", True),
    ("{any: [{event: order.paid, source: shop}, {source: crm}]}", False),
    ("{all: [{event: order.created}, {source: shop}]}", True),
    ("{not: {event: order.paid}}", True),
    ("{not: {event: order.created, order.paid: true}}", True),
    ("{not: [{event: order.created}, {order.paid: true}]}", False),
    ("{source: shop, not: {any: [{utm.source: vk}, {utm.source: yandex}]}}", False),
]


@pytest.mark.parametrize(("when", "holds"), TABLE, ids=[when for when, _ in TABLE])
def test_a_condition_holds_or_not(when: str, holds: bool) -> None:
    """And `explain` says the same."""
    rules = ruleset(rule(when).replace("sources:", "sources:\n  crm: {preset: generic, token: t}"))
    assert bool(match(rules, EVENT)) is holds
    assert [story.outcome for story in explain(rules, EVENT)] == ["matched" if holds else "not matched"]


UNMEASURED = (
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("1E+999999"),
    float("nan"),
    10**5000,
    "9" * 99,
)


@pytest.mark.parametrize("value", UNMEASURED, ids=range(len(UNMEASURED)))
def test_a_number_without_measure_is_none(value: Any) -> None:
    """It fails every comparison, quickly, and is no failure of ours."""
    raw = Event(source="shop", event="order.created", received_at=EVENT.received_at, raw={"n": value})
    assert not match(ruleset(rule("{raw.n: {at_least: 1}}")), raw)
    assert not match(ruleset(rule("{raw.n: 5}")), raw)
    assert not match(ruleset(rule("{raw.n: {contains: z}}")), raw)
    assert explain(ruleset(rule("{raw.n: 5}")), raw)
    if isinstance(value, Decimal):
        order = Event(source="shop", event="order.created", received_at=EVENT.received_at, order=Order(total=value))
        assert not match(ruleset(rule("{order.total: {at_least: 1}}")), order)
        assert explain(ruleset(rule("{order.total: {at_least: 1}}")), order)[0].checks[0].actual is None
