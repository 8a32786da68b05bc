"""4. A burst of events of one customer costs few calls."""

from __future__ import annotations

import random

from tests.harness.line import Line
from tests.story.senders import Shop

PHONE = "+7 900 000-04-01"


def test_twenty_orders_of_one_customer_merge_and_the_last_status_wins(line: Line, shop: Shop) -> None:
    """Orders arrive in any order; the shop's own clock says which is the last."""
    line.wait_until_quiet()
    before = len(line.calls())
    orders = list(range(20))
    random.Random(4).shuffle(orders)
    for n in orders:
        moment = f"2025-03-01T09:{n:02}:00"
        shop.sends(number=4000 + n, phone=PHONE, total=f"{6000 + n}.00", created=moment, modified=moment)

    line.wait_until_quiet()
    buyer = line.contacts()["79000000401"]
    assert {f"Заказ {4000 + n}" for n in orders} <= set(buyer["tags"])
    assert buyer["status"] == "Новый заказ на 6019.00"
    assert len(line.calls()) - before < len(orders) / 2


def test_what_is_already_so_costs_no_call(line: Line, shop: Shop) -> None:
    """The order is changed in the shop, but nothing of it concerns the contact."""
    shop.sends(number=4000, phone=PHONE, total="6000.00", topic="order.updated", utm={})
    line.wait_until_quiet()
    before = len(line.calls())
    shop.sends(number=4000, phone=PHONE, total="6000.00", topic="order.updated", utm={}, customer_note="Спасибо")
    line.wait_until_quiet()
    assert len(line.calls()) == before
