"""What a delivery of pretix says, alone and with what its API told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processor.domain.event import Customer, Item, Order
from tests.harness import deliveries_thin as thin
from tests.sources.thin import PRETIX, read, wants

PRETIX_TYPES = [
    ("pretix.event.order.placed", "order.created"),
    ("pretix.event.order.placed.require_approval", "pretix.event.order.placed.require_approval"),
    ("pretix.event.order.paid", "order.paid"),
    ("pretix.event.order.canceled", "order.cancelled"),
    ("pretix.event.order.refund.created.externally", "order.refunded"),
    ("pretix.event.order.refund.failed", "pretix.event.order.refund.failed"),
    ("pretix.event.order.modified", "order.updated"),
    ("pretix.event.order.contact.changed", "order.updated"),
    ("pretix.event.order.changed.item", "order.updated"),
    ("pretix.event.order.expired", "pretix.event.order.expired"),
    ("pretix.event.checkin", "pretix.event.checkin"),
]


@pytest.mark.parametrize(("theirs", "ours"), PRETIX_TYPES)
def test_pretix_actions_have_our_types(theirs: str, ours: str) -> None:
    """Thin, with the order's code."""
    (event,) = read(thin.pretix_hook(theirs), PRETIX)
    assert (event.event, event.thin, event.order) == (ours, True, Order(id="ABC23", number="ABC23"))


def test_an_order_of_pretix_is_read_whole() -> None:
    """Organizer, event and code lead to it; a test order says so in its type."""
    assert wants(thin.pretix_hook(), PRETIX) == ("order:primer/vesna/ABC23",)
    assert wants(thin.pretix_hook(organizer="a/b"), PRETIX) == ()
    named = {"order_primer/vesna/ABC23": thin.pretix_order()}
    (event,) = read(thin.pretix_hook(), PRETIX, **named)
    assert event.thin is None
    assert event.customer == Customer(
        name="Анна Примерова",
        phone="+79000000001",
        email="anna@example.com",
        address="ул. Примерная, 1",
        city="Казань",
    )
    assert event.order == Order(
        id="ABC23",
        number="ABC23",
        status="n",
        total=Decimal("46.00"),
        paid=False,
        items=(Item(sku="1345", quantity=Decimal(1), price=Decimal("23.00")),) * 2,
    )
    (test,) = read(thin.pretix_hook(), PRETIX, **{name: told | {"testmode": True} for name, told in named.items()})
    assert test.event == "test.order.created"
