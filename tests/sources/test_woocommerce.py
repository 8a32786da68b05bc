"""What a WooCommerce delivery says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, Order, Page, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries import woo_customer, woo_headers, woo_order
from tests.sources.asking import event, inbound, kept, key

SECRET = "shop-secret"
SHOP = Source("shop", "woocommerce", secrets=(SECRET,))


def read(body: bytes, topic: str = "order.updated") -> Event:
    """The event of a signed delivery."""
    return event(inbound(body, woo_headers(body, SECRET, topic)), SHOP)


def billing(**place: Any) -> dict[str, Any]:
    """An order with these two addresses."""
    return {"billing": place.get("billing"), "shipping": place.get("shipping")}


def meta(**values: Any) -> list[dict[str, Any]]:
    """`meta_data` of WooCommerce's attribution."""
    return [{"id": 1, "key": f"_wc_order_attribution_{name}", "value": value} for name, value in values.items()]


def test_an_order_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    body = woo_order()
    assert read(body, "order.created") == Event(
        source="shop",
        event="order.created",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(
            id="7",
            name="Анна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
            address="ул. Примерная, 1, кв. 2",
            city="Казань",
        ),
        order=Order(
            id="1001",
            number="1001",
            status="processing",
            total=Decimal("5400.00"),
            currency="RUB",
            paid=True,
            coupon="vesna10",
            comment="Позвоните за час",
            items=(
                Item(name="Чайник", sku="TEA-1", quantity=Decimal(1), price=Decimal(3000)),
                Item(name="Чашка", quantity=Decimal(4), price=Decimal("600.5")),
            ),
        ),
        payment=Payment(id="2d0f-0001", method="ЮKassa"),
        utm=Utm(source="yandex", medium="cpc", campaign="vesna"),
        page=Page(url="https://shop.example.com/?utm_source=entry", referrer="https://ya.ru/"),
        raw=json.loads(body),
    )


TYPES = [
    ("order.created", "pending", "order.created"),
    ("order.created", "cancelled", "order.created"),
    ("order.updated", "processing", "order.updated"),
    ("order.updated", "cancelled", "order.cancelled"),
    ("order.updated", "refunded", "order.refunded"),
    ("order.updated", "failed", "order.updated"),
    ("order.restored", "processing", "order.restored"),
    ("order.deleted", "", "order.deleted"),
    ("product.updated", "", "product.updated"),
    ("action.my_hook", "", "action.my_hook"),
]


@pytest.mark.parametrize(("topic", "status", "type_"), TYPES)
def test_the_topic_is_the_type_but_for_two_ends_of_an_order(topic: str, status: str, type_: str) -> None:
    """An update to cancelled or refunded has a type of its own."""
    assert read(woo_order(status=status), topic).event == type_


SHAPES: list[tuple[bytes, str]] = [
    (woo_order(), "order.updated"),
    (woo_order(created="2025-03-01T09:05:00"), "order.created"),
    (woo_order(status="cancelled"), "order.cancelled"),
    (woo_customer(), "customer.updated"),
    (b'{"action":"my_hook","arg":5}', "action.my_hook"),
    (b'{"id":5,"sku":"A"}', "product.updated"),
    (b'{"id":5,"code":"A","discount_type":"percent"}', "coupon.updated"),
    (b'{"id":5}', "unknown"),
]


@pytest.mark.parametrize(("body", "type_"), SHAPES)
def test_without_a_topic_the_shape_tells_the_type(body: bytes, type_: str) -> None:
    """Somebody forwards the bodies without their headers."""
    assert event(inbound(body), SHOP).event == type_


PARTS: list[tuple[dict[str, Any], str, Any]] = [
    ({"customer_id": 0}, "customer.id", None),
    (billing(billing={"phone": " "}, shipping={"phone": "8 900 000-00-02"}), "customer.phone", "+79000000002"),
    (billing(billing={"last_name": ""}, shipping={"first_name": "Борис"}), "customer.name", "Борис"),
    (billing(billing={"city": ""}, shipping={"city": "Пермь"}), "customer.city", "Пермь"),
    (billing(billing={"address_1": "А", "address_2": ""}), "customer.address", "А"),
    (billing(billing="", shipping=[]), "customer.name", None),
    (billing(billing={"email": "нет"}), "customer.email", None),
    ({"number": ""}, "order.number", "1001"),
    ({"number": "A-17"}, "order.number", "A-17"),
    ({"total": "1e400"}, "order.total", None),
    ({"total": 12.5}, "order.total", Decimal("12.5")),
    ({"coupon_lines": [{"code": "a"}, 5, {"code": "b"}]}, "order.coupon", "a, b"),
    ({"coupon_lines": "a"}, "order.coupon", None),
    ({"status": "pending", "date_paid": None, "date_paid_gmt": None}, "order.paid", False),
    ({"status": "refunded"}, "order.paid", True),
    ({"status": "completed", "date_paid": None, "date_paid_gmt": None}, "order.paid", True),
    ({"line_items": {"0": {"name": "А"}}}, "order.items", ({"name": "А"},)),
    ({"line_items": 5}, "order.items", None),
    ({"date_modified_gmt": None}, "occurred_at", datetime(2025, 3, 1, 9, 0, tzinfo=UTC)),
    ({"date_modified_gmt": "вчера", "date_created_gmt": 5}, "occurred_at", None),
    ({"meta_data": []}, "utm", None),
    ({"meta_data": {"utm_source": "vk"}}, "utm", None),
    ({"meta_data": meta(utm_source="(direct)", utm_medium="(none)")}, "utm", None),
    ({"meta_data": meta(utm_source="(direct)", session_entry="https://a.example/?utm_term=x")}, "utm", {"term": "x"}),
    ({"meta_data": [{"key": "_utm_source", "value": "vk"}]}, "utm", {"source": "vk"}),
    ({"meta_data": [5, {"key": 5}, {"key": "utm_term", "value": "x"}]}, "utm", {"term": "x"}),
]


@pytest.mark.parametrize(("changed", "path", "expected"), PARTS)
def test_every_part_has_its_fallback(changed: dict[str, Any], path: str, expected: Any) -> None:
    """What is not there, or is of a wrong type, is absent or found elsewhere."""
    found = look_up(as_mapping(read(woo_order(**changed))), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_a_customer_is_read() -> None:
    """Names and e-mail stand at the top while the addresses are still empty."""
    read_customer = read(woo_customer(), "customer.created")
    assert read_customer.event == "customer.created"
    assert read_customer.order is None
    assert read_customer.customer == Customer(
        id="25",
        name="Анна Примерова",
        first_name="Анна",
        last_name="Примерова",
        phone="+79000000001",
        email="anna@example.com",
        city="Казань",
    )


def test_a_deleted_order_is_an_id_alone() -> None:
    """WooCommerce sends nothing else."""
    deleted = read(b'{"id":1001}', "order.deleted")
    assert deleted.order == Order(id="1001", number="1001")
    assert deleted.customer == Customer()
    assert deleted.payment is None


@pytest.mark.parametrize("body", [b"", b"[]x", b"5", b"webhook_id=3", b'"text"', b"[1]", b"{", b"\x98\xff"])
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    """A signature proves who wrote it, not that it makes sense."""
    with pytest.raises(Unreadable):
        read(body)


def test_a_repetition_has_the_same_key_and_anything_else_another() -> None:
    """Two changes within one second are two deliveries; a try of its own id is the same."""
    body = woo_order()
    headers = woo_headers(body, SECRET, "order.updated")
    first = key(inbound(body, headers), SHOP)
    assert first.startswith("order.updated:1001:2025-03-01T09_05_00:")
    assert key(inbound(body, {**headers, "x-wc-webhook-delivery-id": "another"}), SHOP) == first
    same_second = woo_order(status="completed")
    others = [
        key(inbound(same_second, woo_headers(same_second, SECRET, "order.updated")), SHOP),
        key(inbound(body, woo_headers(body, SECRET, "order.created")), SHOP),
        key(inbound(body), SHOP),
        key(inbound(b"{"), SHOP),
    ]
    assert len({first, *others}) == 5


def test_the_proof_is_not_kept() -> None:
    """The journal sees the topic, not the signature; the query loses the secret."""
    body = woo_order()
    delivery = kept(inbound(body, woo_headers(body, SECRET), query=f"a=1&anything={SECRET}&b=2"), SHOP)
    assert set(delivery.headers) == {"content-type", "x-wc-webhook-topic", "x-wc-webhook-source"}
    assert delivery.query == "a=1&b=2"
