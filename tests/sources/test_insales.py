"""What an InSales delivery says, in JSON and in XML."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, Order, Page, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_shops import JSON, as_json, as_rails_xml, insales_client, insales_order
from tests.sources.asking import code, event, inbound, kept, key

TOKEN = "insales-token"
SHOP = Source("shop", "insales", tokens=(TOKEN, "old-token"))
XML = {"content-type": "application/xml"}


def ask(body: bytes, topic: str = "orders/create", headers: dict[str, str] | None = None) -> Event:
    """The event of a delivery to an address with a topic."""
    query = f"topic={topic}&token={TOKEN}" if topic else f"token={TOKEN}"
    return event(inbound(body, headers or JSON, query), SHOP)


def test_an_order_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    tree = insales_order()
    assert ask(as_json(tree)) == Event(
        source="shop",
        event="order.created",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(
            id="5501",
            name="Анна Игоревна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
            address="г Казань, ул. Примерная, 1",
            city="Казань",
        ),
        order=Order(
            id="710001",
            number="1042",
            status="novyy",
            total=Decimal("5400.0"),
            currency="RUR",
            paid=False,
            comment="Позвоните за час",
            items=(
                Item(name="Чайник", sku="TEA-1", quantity=Decimal(1), price=Decimal("3000.0")),
                Item(name="Чашка", quantity=Decimal(4), price=Decimal("525.0")),
            ),
        ),
        payment=Payment(method="Картой на сайте"),
        utm=Utm(source="yandex", medium="cpc", campaign="vesna"),
        page=Page(referrer="https://ya.ru/"),
        raw=tree,
    )


def test_xml_says_the_same_as_json() -> None:
    """XML is InSales' old default."""
    tree = insales_order(order_changes=[{"action": "x", "value_is": "<&>"}])
    from_json, from_xml = ask(as_json(tree)), ask(as_rails_xml("order", tree), headers=XML)
    whole, again = (as_mapping(one) for one in (from_json, from_xml))
    assert again.pop("raw")["order_changes"] == whole.pop("raw")["order_changes"]
    assert again == whole


TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("orders/create", {}, "order.created"),
    ("order/create", {}, "order.created"),
    ("Orders/Create", {}, "order.created"),
    ("orders/update", {}, "order.updated"),
    ("orders/update", {"fulfillment_status": "declined"}, "order.cancelled"),
    ("orders/create", {"fulfillment_status": "declined"}, "order.created"),
    ("orders/destroy", {}, "orders/destroy"),
    ("client/update", {}, "customer.updated"),
    ("clients/create", {}, "customer.created"),
    ("products/update", {}, "products/update"),
    ("", {}, "order.updated"),
    ("", {"updated_at": "2025-03-01T12:00:00.000+03:00"}, "order.created"),
]


@pytest.mark.parametrize(("topic", "changed", "type_"), TYPES)
def test_the_topic_of_the_address_is_the_type(topic: str, changed: dict[str, Any], type_: str) -> None:
    """Without one the shape tells."""
    assert ask(as_json(insales_order(**changed)), topic).event == type_


PAID = {"action": "financial_status_changed", "value_was": "pending", "value_is": "paid"}
CHANGES: list[tuple[list[Any], str]] = [
    ([], "order.updated"),
    ([PAID], "order.paid"),
    ([{**PAID, "value_is": "pending"}], "order.updated"),
    ([{"action": "comment_changed", "value_is": "paid"}], "order.updated"),
    (
        [{**PAID, "created_at": "2025-03-01T12:00:00"}, {"action": "a", "created_at": "2025-03-01T12:05:00"}],
        "order.updated",
    ),
    (
        [{"action": "a", "created_at": "2025-03-01T12:00:00"}, {**PAID, "created_at": "2025-03-01T12:05:00"}],
        "order.paid",
    ),
    ([5, PAID, None], "order.paid"),
]


@pytest.mark.parametrize(("changes", "type_"), CHANGES)
def test_only_the_newest_changes_make_an_order_paid(changes: list[Any], type_: str) -> None:
    """A later change of a paid order is no second payment."""
    assert ask(as_json(insales_order(order_changes=changes, financial_status="paid")), "orders/update").event == type_


PARTS: list[tuple[dict[str, Any], str, Any]] = [
    ({"client": {"phone": ""}}, "customer.phone", "+79000000002"),
    ({"client": {"phone": "позже"}}, "customer.phone", "+79000000002"),
    ({"client": {}}, "customer.name", "Анна"),
    ({"client": {"name": "Анна Примерова", "surname": ""}}, "customer.first_name", None),
    ({"client": None, "shipping_address": None}, "customer.phone", None),
    ({"shipping_address": {"location": {"city": "Пермь"}}}, "customer.city", "Пермь"),
    ({"financial_status": "paid"}, "order.paid", True),
    ({"financial_status": None}, "order.paid", None),
    ({"custom_status": None}, "order.status", "new"),
    ({"number": None}, "order.number", "710001"),
    ({"order_lines": {"a": 1}}, "order.items", None),
    ({"first_current_location": "/wallets"}, "utm", {"source": "later"}),
    (
        {"first_current_location": None, "current_location": 5, "referer": "https://a.example/?utm_term=x"},
        "utm",
        {"term": "x"},
    ),
    ({"first_current_location": "", "current_location": "", "cookies": {"utm_source": "vk"}}, "utm", {"source": "vk"}),
    ({"first_current_location": "", "current_location": "", "cookies": "a=1; utm_source=vk"}, "utm", {"source": "vk"}),
    ({"fields_values": [{"handle": "utm_source", "value": "field"}]}, "utm", {"source": "field"}),
    ({"fields_values": [{"name": "UTM_Source", "value": "field"}]}, "utm", {"source": "field"}),
    ({"updated_at": None}, "occurred_at", None),
]


@pytest.mark.parametrize(("changed", "path", "expected"), PARTS)
def test_every_part_has_its_fallback(changed: dict[str, Any], path: str, expected: Any) -> None:
    """What is not there, or is of a wrong type, is absent or found elsewhere."""
    found = look_up(as_mapping(ask(as_json(insales_order(**changed)))), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_a_client_is_a_customer() -> None:
    """In JSON, in XML and in an envelope."""
    for body, headers in (
        (as_json(insales_client()), JSON),
        (as_json({"client": insales_client()}), JSON),
        (as_rails_xml("client", insales_client()), XML),
    ):
        read = ask(body, "client/update", headers)
        assert (read.event, read.customer.id, read.customer.phone) == ("customer.updated", "5501", "+79000000001")
        assert ask(body, "", headers).event == "customer.updated"


UNREADABLE = [
    (b"<order><id>1</order>", "line 1"),
    (b"<order>", "not XML"),
    (b'<!DOCTYPE o [<!ENTITY a "b">]><order><id>&a;</id></order>', "JSON format"),
    (b'<!DOCTYPE o SYSTEM "file:///etc/passwd"><order/>', "JSON format"),
    (b"<order>&a;</order>", "not XML"),
    (b"<a>" * 100 + b"</a>" * 100, "deeper than 64"),
    (b"<o>" + b"<a/>" * 30_000 + b"</o>", "20000 elements"),
    (b'<?xml version="1.0" encoding="no-such"?><order/>', "not XML"),
    (b"[1]", "JSON object"),
]


@pytest.mark.parametrize(("body", "said"), UNREADABLE)
def test_what_is_neither_says_where(body: bytes, said: str) -> None:
    """Entities are refused before anything is made of them."""
    with pytest.raises(Unreadable, match=said):
        ask(body)


def test_xml_in_cp1251_is_read() -> None:
    """It declares its own encoding."""
    body = '<?xml version="1.0" encoding="windows-1251"?><client><name>Анна</name></client>'.encode("cp1251")
    assert ask(body, "client/update").customer.name == "Анна"


def test_the_token_proves_and_is_not_kept() -> None:
    """In the address or a header; the topic stays."""
    body = as_json(insales_order())
    assert code(inbound(body, JSON, f"topic=orders/create&token={TOKEN}"), SHOP) == "proven"
    assert code(inbound(body, {**JSON, "x-token": "old-token"}), SHOP) == "proven"
    assert code(inbound(body, JSON, "topic=orders/create"), SHOP) == "token_missing"
    assert code(inbound(body, JSON, "token=another"), SHOP) == "token_mismatch"
    assert kept(inbound(body, JSON, f"topic=orders/create&token={TOKEN}"), SHOP).query == "topic=orders/create"


def test_a_change_within_a_second_has_a_key_of_its_own() -> None:
    """And so has another topic; a repetition has the same, whatever token it brings."""
    first, second = as_json(insales_order()), as_json(insales_order(comment="Другой"))
    keys = [
        key(inbound(body, JSON, f"topic={topic}&token={token}"), SHOP)
        for body, topic, token in (
            (first, "orders/create", TOKEN),
            (first, "orders/create", "old-token"),
            (first, "orders/update", TOKEN),
            (second, "orders/create", TOKEN),
        )
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert keys[0].startswith("orders_create:710001:2025-03-01T12_05_00.000+03_00:")
