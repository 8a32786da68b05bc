"""What a delivery of Ecwid says, alone and with what its API told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Item, Order, Page, Payment, Utm
from tests.harness import deliveries_thin as thin
from tests.sources.thin import AT, ECWID, read, wants


def test_an_order_of_ecwid_is_believed_only_as_fetched() -> None:
    """`data` is not signed."""
    body = thin.ecwid_hook("order.updated")
    assert wants(body, ECWID) == ("order:1003/XJ12H",)
    (bare,) = read(body, ECWID)
    assert (bare.event, bare.thin, bare.order) == ("order.updated", True, Order(id="XJ12H", number="XJ12H"))
    assert "data" not in bare.raw
    (event,) = read(body, ECWID, **{"order_1003/XJ12H": thin.ecwid_order()})
    assert (event.thin, event.occurred_at) == (None, AT)
    assert event.customer == Customer(
        id="55",
        name="Анна Примерова",
        first_name="Анна",
        last_name="Примерова",
        phone="+79000000001",
        email="anna@example.com",
        address="ул. Примерная, 1",
        city="Казань",
    )
    assert event.order == Order(
        id="XJ12H",
        number="XJ12H",
        status="PAID",
        total=Decimal(5400),
        paid=True,
        coupon="OSEN",
        comment="Позвоните",
        items=(Item(name="Чайник", sku="TEA-1", quantity=Decimal(2), price=Decimal(2700)),),
    )
    assert event.payment == Payment(id="tx-1", method="Картой")
    assert event.utm == Utm(source="yandex", medium="cpc")
    assert event.page == Page(referrer="https://shop.example/?utm_source=yandex&utm_medium=cpc")


ECWID_ODD: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"event": "order.deleted"}, "order.deleted", ()),
    ({"event": "order.created", "data": {}}, "order.created", ("order:1003/103878161",)),
    ({"event": "unfinished_order.created", "entityId": -1, "data": {}}, "unfinished_order.created", ()),
    ({"event": "unfinished_order.created", "data": {"cartId": "C-1"}}, "unfinished_order.created", ("cart:1003/C-1",)),
    (
        {"event": "customer.created", "data": {"customerEmail": "a@example.com"}},
        "customer.created",
        ("customer:1003/103878161",),
    ),
    ({"event": "product.updated"}, "product.updated", ()),
]


@pytest.mark.parametrize(("told", "event", "wanted"), ECWID_ODD)
def test_ecwids_other_events_keep_their_names(told: dict[str, Any], event: str, wanted: tuple[str, ...]) -> None:
    """What was deleted and what has no id is not asked for."""
    body = thin.ecwid_hook(**told)
    assert wants(body, ECWID) == wanted
    (only,) = read(body, ECWID)
    assert (only.event, only.thin, only.customer.email) == (event, True, None)


@pytest.mark.parametrize(("status", "event"), [("CANCELLED", "order.cancelled"), ("REFUNDED", "order.refunded")])
def test_an_update_that_ends_an_order_of_ecwid_says_so(status: str, event: str) -> None:
    """As the API told, not the delivery."""
    (only,) = read(
        thin.ecwid_hook("order.updated"), ECWID, **{"order_1003/XJ12H": thin.ecwid_order(paymentStatus=status)}
    )
    assert only.event == event
