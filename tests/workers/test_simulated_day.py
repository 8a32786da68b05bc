"""The generated day of a shop: the same for the same seed, and with everything in it that makes delivering hard."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.harness.simulated import MIDNIGHT_MS
from tests.harness.simulated_day import DAY_MS, HOUR_MS, SALE_HOUR, Arrival, Day, shop_day

ORDERS = 600


@pytest.fixture(scope="module")
def day() -> Day:
    """A middling day."""
    return shop_day(ORDERS, 1)


def body(arrival: Arrival) -> dict[str, Any]:
    """A webhook's body."""
    read: dict[str, Any] = json.loads(arrival.body)
    return read


def distinct(day: Day) -> list[Arrival]:
    """Without repetitions."""
    return list({arrival.id: arrival for arrival in reversed(day.arrivals)}.values())[::-1]


def test_a_day_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert shop_day(50, 1) == shop_day(50, 1)
    assert shop_day(50, 1) != shop_day(50, 2)


def test_webhooks_come_in_their_order_and_begin_within_the_day(day: Day) -> None:
    at_ms = [arrival.at_ms for arrival in day.arrivals]
    assert at_ms == sorted(at_ms)
    created = [arrival for arrival in distinct(day) if body(arrival)["event"] == "order.created"]
    assert len(created) == ORDERS
    assert all(MIDNIGHT_MS <= arrival.at_ms < MIDNIGHT_MS + DAY_MS + HOUR_MS for arrival in created)


def test_the_shares_of_stages_forms_repetitions_and_doubles_are_about_as_promised(day: Day) -> None:
    counts = Counter(body(arrival)["event"] for arrival in distinct(day))
    assert 0.75 < counts["order.paid"] / ORDERS < 0.85
    assert 0.05 < counts["order.cancelled"] / ORDERS < 0.12
    assert counts["order.shipped"] == counts["order.delivered"] > 0.6 * ORDERS
    assert counts["form.submitted"] == pytest.approx(0.15 * ORDERS, abs=2)
    events = len(distinct(day))
    assert 0.03 < (len(day.arrivals) - events) / events < 0.07
    assert 0.015 < counts["order.updated"] / events < 0.05
    marked = sum("utm" in body(arrival) for arrival in distinct(day))
    assert 0.5 < marked / events < 0.7


def test_some_webhooks_overtake_others_and_tell_truly_when_they_happened(day: Day) -> None:
    by_order: dict[int, list[float]] = {}
    for arrival in distinct(day):
        if "order" in (read := body(arrival)):
            occurred_s = datetime.fromisoformat(read["occurred_at"]).timestamp()
            assert occurred_s * 1_000 < arrival.at_ms
            by_order.setdefault(read["order"]["id"], []).append(occurred_s)
    overtaken = sum(moments != sorted(moments) for moments in by_order.values())
    assert 0.02 < overtaken / ORDERS < 0.2


def test_people_come_back_and_those_who_fill_in_a_form_order_later(day: Day) -> None:
    created = Counter(body(a)["customer"]["phone"] for a in distinct(day) if body(a)["event"] == "order.created")
    forms = {body(a)["customer"]["phone"] for a in distinct(day) if body(a)["event"] == "form.submitted"}
    assert 0.05 < sum(count - 1 for count in created.values()) / ORDERS < 0.2
    assert 0.25 < len(forms & created.keys()) / len(forms) < 0.45
    assert 0.6 < sum(customer.known for customer in day.customers) / len(day.customers) < 0.8
    assert len({customer.phone for customer in day.customers}) == len(day.customers)


def test_the_sale_takes_the_share_that_was_asked() -> None:
    day = shop_day(400, 1, sale_share=0.5)
    orders = [read for arrival in distinct(day) if (read := body(arrival))["event"] == "order.created"]
    in_sale = [datetime.fromisoformat(order["occurred_at"]).hour == SALE_HOUR for order in orders]
    assert 0.45 < sum(in_sale) / 400 < 0.65
