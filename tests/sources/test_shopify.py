"""What a Shopify delivery says, and who is let in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, Order, Page, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_shops import as_json, shopify_headers, shopify_order
from tests.sources.asking import code, event, inbound, key, refusal

SECRET = "shpss_example"
SHOP = Source("shop", "shopify", secrets=(SECRET, "shpss_old"), region="KZ")
NAMED = Source("shop", "shopify", secrets=(SECRET,), accounts=("example.myshopify.com",))


def read(topic: str = "orders/create", prefix: str = "x-", **more: Any) -> Event:
    """The event of a signed order."""
    body = as_json(shopify_order(**more))
    return event(inbound(body, shopify_headers(body, SECRET, topic, prefix=prefix)), SHOP)


def test_an_order_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    assert read() == Event(
        source="shop",
        event="order.created",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 7, 5, tzinfo=UTC),
        customer=Customer(
            id="207119551",
            name="Anna",
            first_name="Anna",
            phone="+77000000001",
            email="anna@example.com",
            address="Example St 1, Apt 2",
            city="Almaty",
        ),
        order=Order(
            id="820982911946154508",
            number="1001",
            status="paid",
            total=Decimal("5400.00"),
            currency="KZT",
            paid=True,
            coupon="SPRING10",
            comment="Call before",
            items=(
                Item(name="Teapot - Red", sku="TEA-1", quantity=Decimal(1), price=Decimal("3000.00")),
                Item(name="Cup", quantity=Decimal(4), price=Decimal("600.50")),
            ),
        ),
        payment=Payment(method="visa, bogus"),
        utm=Utm(source="google", medium="cpc"),
        page=Page(
            url="https://example.myshopify.com/collections/all?utm_source=google&utm_medium=cpc",
            referrer="https://www.google.com/",
        ),
        raw=shopify_order(),
    )


TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("orders/create", {}, "order.created"),
    ("orders/updated", {}, "order.updated"),
    ("orders/edited", {}, "order.updated"),
    ("orders/updated", {"financial_status": "refunded"}, "order.refunded"),
    ("orders/paid", {}, "order.paid"),
    ("orders/cancelled", {"cancelled_at": "2025-03-01T12:05:00+05:00"}, "order.cancelled"),
    ("orders/fulfilled", {}, "orders/fulfilled"),
    ("checkouts/update", {}, "checkouts/update"),
    ("orders/create", {"test": True}, "test.order.created"),
    ("customers/create", {}, "customer.created"),
    ("products/update", {}, "products/update"),
]


@pytest.mark.parametrize(("topic", "changed", "type_"), TYPES)
@pytest.mark.parametrize("prefix", ["x-", ""])
def test_the_topic_is_the_type_under_either_name(prefix: str, topic: str, changed: dict[str, Any], type_: str) -> None:
    """Tests have types of their own, so that no rule for real orders runs."""
    assert read(topic, prefix, **changed).event == type_


def test_a_test_of_the_notification_is_a_test() -> None:
    """The header says so."""
    body = as_json(shopify_order())
    headers = shopify_headers(body, SECRET) | {"x-shopify-test": "true"}
    assert event(inbound(body, headers), SHOP).event == "test.order.created"


def test_without_a_topic_the_shape_tells_the_type() -> None:
    """Somebody forwards the bodies without their headers."""
    assert event(inbound(as_json(shopify_order())), SHOP).event == "order.updated"
    fresh = shopify_order(updated_at="2025-03-01T12:00:00+05:00")
    assert event(inbound(as_json(fresh)), SHOP).event == "order.created"
    assert event(inbound(b'{"id":1,"orders_count":2}'), SHOP).event == "customer.updated"
    assert event(inbound(b'{"id":1}'), SHOP).event == "unknown"


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact"])
def test_topics_of_privacy_are_kept_under_their_own_names(topic: str) -> None:
    """They must be answered, and people must see them."""
    body = as_json({"shop_id": 1, "customer": {"id": 7, "email": "anna@example.com", "phone": "+77000000001"}})
    request = inbound(body, shopify_headers(body, SECRET, topic))
    assert code(request, SHOP) == "proven"
    read = event(request, SHOP)
    assert (read.event, read.customer.id, read.customer.email) == (topic, "7", "anna@example.com")


PARTS: list[tuple[dict[str, Any], str, Any]] = [
    ({"phone": "+7 700 000 00 09"}, "customer.phone", "+77000000009"),
    ({"phone": "555-555-BILL", "customer": {"phone": "8 700 000 00 08"}}, "customer.phone", "+77000000008"),
    ({"shipping_address": None, "billing_address": {"phone": "555-555-BILL"}}, "customer.phone", None),
    ({"customer": None}, "customer.name", "Anna Example"),
    ({"customer": [], "shipping_address": {"name": "A. Example"}, "billing_address": 5}, "customer.name", "A. Example"),
    ({"email": "", "contact_email": "b@example.com"}, "customer.email", "b@example.com"),
    ({"financial_status": "pending"}, "order.paid", False),
    ({"financial_status": None}, "order.paid", None),
    ({"cancelled_at": "2025-03-01T12:05:00+05:00"}, "order.status", "cancelled"),
    ({"order_number": None}, "order.number", "#1001"),
    ({"discount_codes": []}, "order.coupon", None),
    ({"line_items": 5}, "order.items", None),
    ({"landing_site": "/wallets/checkouts.json"}, "page.url", None),
    ({"landing_site": "https://a.example/?utm_source=full"}, "utm", {"source": "full"}),
    ({"landing_site": "https://a.example/"}, "page.url", "https://a.example/"),
    ({"landing_site": None, "note_attributes": [{"name": "utm_source", "value": "note"}]}, "utm", {"source": "note"}),
    ({"landing_site": None, "note_attributes": [5, {"name": 5}, {"name": []}]}, "utm", None),
    (
        {"landing_site": "/wallets/checkouts.json", "referring_site": "https://b.example/?utm_term=x"},
        "utm",
        {"term": "x"},
    ),
]


@pytest.mark.parametrize(("changed", "path", "expected"), PARTS)
def test_every_part_has_its_fallback(changed: dict[str, Any], path: str, expected: Any) -> None:
    """What is not there, or is of a wrong type, is absent or found elsewhere."""
    found = look_up(as_mapping(read(**changed)), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_a_proof_is_the_signature_of_the_raw_body() -> None:
    """By either secret, under either name of the header, from the shop that is named."""
    body = as_json(shopify_order())
    for prefix in ("x-", ""):
        signed = shopify_headers(body, SECRET, prefix=prefix)
        name = f"{prefix}shopify-hmac-sha256"
        assert code(inbound(body, signed), SHOP) == "proven"
        assert code(inbound(body, shopify_headers(body, "shpss_old", prefix=prefix)), SHOP) == "proven"
        assert code(inbound(body, shopify_headers(body, "another", prefix=prefix)), SHOP) == "signature_mismatch"
        assert code(inbound(body + b" ", signed), SHOP) == "signature_mismatch"
        assert code(inbound(body, {**signed, name: ""}), SHOP) == "signature_missing"
        assert code(inbound(body, signed), NAMED) == "proven"
        other = shopify_headers(body, SECRET, shop="other.myshopify.com", prefix=prefix)
        refused = refusal(inbound(body, other), NAMED)
        assert refused is not None
        assert refused.code == "account_unknown"
        assert "other.myshopify.com" in str(refused)
    assert code(inbound(body, shopify_headers(body, SECRET)), Source("s", "shopify")) == "proof_not_configured"


def test_what_openssl_signs_is_proven() -> None:
    """`printf '{"id":1}' | openssl dgst -sha256 -hmac shpss_example -binary | base64`."""
    headers = {"x-shopify-hmac-sha256": "QvBzlTPo5RYh0lGvEXvN6nLJRmU2XrsL6x7vnfUCHCs="}
    assert code(inbound(b'{"id":1}', headers), SHOP) == "proven"


def test_the_id_of_a_delivery_is_its_key() -> None:
    """A repetition has the same one; without it topic and body tell."""
    body, other = as_json(shopify_order()), as_json(shopify_order(note="b"))
    same = key(inbound(body, shopify_headers(body, SECRET)), SHOP)
    assert same == key(inbound(body, shopify_headers(body, SECRET, prefix="")), SHOP)
    assert same != key(inbound(body, shopify_headers(body, SECRET, id="b54557e4-0002")), SHOP)
    assert same.startswith("orders_create:b54557e4-0001:")
    bare = [key(inbound(body), SHOP), key(inbound(other), SHOP), key(inbound(body, {"shopify-topic": "a"}), SHOP)]
    assert len(set(bare)) == 3


def test_what_is_no_object_is_unreadable() -> None:
    """Proven or not."""
    with pytest.raises(Unreadable):
        event(inbound(b"[1]"), SHOP)
