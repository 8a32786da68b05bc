"""What a trigger of RetailCRM says, by the recipe or in its own way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.delivery import Inbound
from processor.domain.event import Customer, Event, Item, Order, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_shops import JSON, as_json, retailcrm_fields
from tests.sources.asking import code, event, inbound, kept, key

TOKEN = "crm-token"
CRM = Source("crm", "retailcrm", tokens=(TOKEN,))


def sent(way: str, **more: str) -> Inbound:
    """The recipe's request as a query, a form, or JSON."""
    fields = retailcrm_fields(**more)
    form = urlencode(fields)
    if way == "get":
        return inbound(b"", query=f"{form}&token={TOKEN}", method="GET")
    if way == "query":
        return inbound(b"", query=f"{form}&token={TOKEN}")
    body = as_json(fields) if way == "json" else form.encode()
    return inbound(body, JSON if way == "json" else {}, f"token={TOKEN}")


def api(**order: Any) -> Event:
    """The event of an order posted whole, in the names of RetailCRM's API."""
    tree = {
        "event": "order_create",
        "order": {
            "id": 77,
            "number": "77C",
            "firstName": "Анна",
            "lastName": "Примерова",
            "phone": "8 900 000 00 01",
            "email": "anna@example.com",
            "totalSumm": 5400.5,
            "status": "new",
            "customerComment": "Позвоните",
            "customer": {"id": 12},
            "delivery": {"address": {"city": "Казань", "text": "ул. Примерная, 1"}},
            "items": [{"offer": {"name": "Чайник", "article": "TEA-1"}, "quantity": 1, "initialPrice": 3000}],
            "source": {"source": "yandex", "medium": "cpc", "campaign": "vesna", "keyword": "чай", "content": None},
        }
        | order,
    }
    return event(inbound(as_json(tree), JSON, f"token={TOKEN}"), CRM)


@pytest.mark.parametrize("way", ["get", "query", "form", "json"])
def test_the_recipe_is_read_however_it_is_sent(way: str) -> None:
    """With GET and POST, and the token is in none of it."""
    request = sent(way)
    assert code(request, CRM) == "proven"
    assert TOKEN not in repr(kept(request, CRM))
    assert event(request, CRM) == Event(
        source="crm",
        event="order.updated",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        customer=Customer(
            name="Анна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
        ),
        order=Order(id="77", number="77C", status="assembling", total=Decimal("5400.5")),
        utm=Utm(source="yandex", medium="cpc"),
        raw=retailcrm_fields(),
    )


def test_the_names_of_the_api_are_known_too() -> None:
    """An order posted whole."""
    read = api()
    assert (read.event, read.utm) == (
        "order.created",
        Utm(source="yandex", medium="cpc", campaign="vesna", term="чай"),
    )
    assert read.customer == Customer(
        id="12",
        name="Анна Примерова",
        first_name="Анна",
        last_name="Примерова",
        phone="+79000000001",
        email="anna@example.com",
        city="Казань",
        address="ул. Примерная, 1",
    )
    assert read.order == Order(
        id="77",
        number="77C",
        status="new",
        total=Decimal("5400.5"),
        comment="Позвоните",
        items=(Item(name="Чайник", sku="TEA-1", quantity=Decimal(1), price=Decimal(3000)),),
    )


WORDS = [
    ("order.created", "order.created"),
    ("order-create", "order.created"),
    ("Order_Status", "order.updated"),
    ("order.paid", "order.paid"),
    ("order cancel", "order.cancelled"),
    ("customer.create", "customer.created"),
    ("cart.abandoned", "cart.abandoned"),
    ("моё событие", "моё событие"),
    ("", "order.updated"),
    ("{{ event }}", "order.updated"),
]


@pytest.mark.parametrize(("word", "type_"), WORDS)
def test_usual_words_become_our_types(word: str, type_: str) -> None:
    """Others stay as they are."""
    assert event(sent("form", event=word), CRM).event == type_


def test_without_anything_of_an_order_it_is_a_customer() -> None:
    """A trigger on customers."""
    read = event(inbound(b"phone=89000000001&firstName=%D0%90", query=f"token={TOKEN}"), CRM)
    assert (read.event, read.customer.phone, read.order) == ("customer.updated", "+79000000001", None)


PARTS: list[tuple[dict[str, str], str, Any]] = [
    ({"phone": "{{ order.getPhone() }}"}, "customer.phone", None),
    ({"phone": "", "additional_phone": "+79000000003"}, "customer.phone", "+79000000003"),
    ({"total": "5 400,50 ₽"}, "order.total", Decimal("5400.50")),
    ({"total": "", "totalSumm": "10"}, "order.total", Decimal(10)),
    ({"paid": "1"}, "order.paid", True),
    ({"items": "Чайник\nЧашка"}, "order.items", ({"name": "Чайник"}, {"name": "Чашка"})),
    (
        {"items": json.dumps([{"productName": "Чай", "price": 5}])},
        "order.items",
        ({"name": "Чай", "price": Decimal(5)},),
    ),
    ({"items": "[{"}, "order.items", None),
    ({"utm_source": "", "utm_medium": "", "utm_keyword": "чай"}, "utm", {"term": "чай"}),
    ({"utm_source": "{{ x }}", "utm_medium": "", "url": "https://a.example/?utm_source=q"}, "utm", {"source": "q"}),
    ({"at": "2025-03-01 12:05:00"}, "occurred_at", datetime(2025, 3, 1, 9, 5, tzinfo=UTC)),
    ({"at": "1740819900"}, "occurred_at", datetime(2025, 3, 1, 9, 5, tzinfo=UTC)),
    ({"customer_id": "12"}, "customer.id", "12"),
    ({"name": "Анна П."}, "customer.name", "Анна П."),
]


@pytest.mark.parametrize(("changed", "path", "expected"), PARTS)
def test_every_part_is_read_as_people_write_it(changed: dict[str, str], path: str, expected: Any) -> None:
    """A template that was not filled in is as good as empty."""
    found = look_up(as_mapping(event(sent("form", **changed), CRM)), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_a_status_may_be_an_entry_of_a_dictionary() -> None:
    """{code, name}."""
    read = api(status={"code": "new", "name": "Новый"}, delivery=None, source="vk", items=5)
    assert read.order is not None
    assert (read.order.status, read.order.items, read.utm) == ("new", (), None)


def test_a_request_without_anything_is_unreadable() -> None:
    """It says what to do."""
    with pytest.raises(Unreadable, match="trigger"):
        event(inbound(b"", query=f"token={TOKEN}"), CRM)


def test_equal_requests_are_one_delivery() -> None:
    """A moment, another status or another method makes them two; a rotated token does not."""
    both = Source("crm", "retailcrm", tokens=(TOKEN, "new-token"))
    form = urlencode(retailcrm_fields()).encode()
    keys = [
        key(inbound(form, query=f"token={TOKEN}"), both),
        key(inbound(form, query="token=new-token"), both),
        key(inbound(form + b"&at=1", query=f"token={TOKEN}"), both),
        key(sent("form", status="new"), both),
        key(sent("get"), both),
        key(sent("query"), both),
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5
    assert code(inbound(form), CRM) == "token_missing"
    assert code(inbound(b"[1]"), CRM) == "token_missing"
    assert code(inbound(form, query="token=other"), CRM) == "token_mismatch"


def test_the_token_may_be_one_of_the_parameters() -> None:
    """It is masked in what is shown; in a body without end it is not looked for."""
    for body, headers in (
        (urlencode(retailcrm_fields(token=TOKEN)).encode(), {}),
        (as_json(retailcrm_fields(token=TOKEN)), JSON),
    ):
        assert code(inbound(body, headers), CRM) == "proven"
        assert TOKEN not in repr(event(inbound(body, headers), CRM))
    assert code(inbound(b"token=other"), CRM) == "token_mismatch"
    assert code(inbound(b"a=" + b"b" * 256 * 1024 + b"&token=" + TOKEN.encode()), CRM) == "token_missing"
