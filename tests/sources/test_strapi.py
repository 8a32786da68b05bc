"""Strapi: forms and orders kept as entries of somebody's own making."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Form, Item, Order, Utm
from processor.domain.source import Source
from tests.harness.deliveries import PHONE
from tests.harness.deliveries_generic import ENTRY, ORDER_ENTRY, STRAPI_TOKEN, strapi, strapi_headers
from tests.sources.asking import code, event, inbound, kept, key

CMS = Source("cms", "strapi", tokens=("older-token", STRAPI_TOKEN))
ANNA = "+79000000001"


def mapped(**more: Any) -> Source:
    """A source with settings of its own."""
    return Source("cms", "strapi", tokens=(STRAPI_TOKEN,), **more)


def test_an_entry_is_a_filled_form() -> None:
    """Its fields by their labels, the customer among them; the model is the form's name."""
    got = event(inbound(strapi(), strapi_headers()), CMS)
    assert got.event == "entry.create"
    assert got.occurred_at == datetime(2025, 3, 1, 9, 0, 0, 123_000, tzinfo=UTC)
    assert got.customer == Customer(name="Анна Примерова", phone=ANNA, email="anna@example.com", city="Казань")
    assert got.utm == Utm(source="vk")
    assert got.form == Form(
        id="hgv1vny5cebq2l3czil1rpb3",
        name="feedback",
        fields={
            "name": "Анна Примерова",
            "phone": PHONE,
            "email": "anna@example.com",
            "city": "Казань",
            "utm_source": "vk",
        },
    )
    assert got.order is None


@pytest.mark.parametrize("model", ["order", "shop-order", "zakaz", "Заказ"])
def test_an_entry_of_a_model_of_orders_is_an_order(model: str) -> None:
    """With the customer of a related entry."""
    got = event(inbound(strapi("entry.update", model=model, entry=ORDER_ENTRY), strapi_headers("entry.update")), CMS)
    assert got.event == "entry.update"
    assert got.customer == Customer(name="Анна Примерова", phone=ANNA, email="anna@example.com", id="7")
    assert got.order == Order(
        id="31",
        number="A-31",
        status="new",
        total=Decimal("5400.50"),
        currency="RUB",
        paid=False,
        comment="Позвоните за час",
        items=(
            Item(name="Чайник", quantity=Decimal(1), price=Decimal(3000)),
            Item(name="Чашка", quantity=Decimal(4), price=Decimal("600.125")),
        ),
    )
    assert got.form is None


TYPES: list[tuple[bytes, dict[str, str], dict[str, Any], str]] = [
    (strapi("entry.publish"), strapi_headers("entry.publish"), {}, "entry.publish"),
    (strapi("entry.publish"), {}, {}, "entry.publish"),
    (strapi("entry.delete"), strapi_headers("entry.delete"), {}, "entry.delete"),
    (strapi("trigger-test", entry=None), strapi_headers("trigger-test"), {}, "trigger-test"),
    (strapi("media.create", entry=None, media={"id": 1}), strapi_headers("media.create"), {}, "media.create"),
    (b"{}", {}, {}, "unknown"),
    (
        strapi(),
        strapi_headers(),
        {"event_types": {"entry.create": "form.submitted"}},
        "form.submitted",
    ),
    (
        strapi(model="order", entry=ORDER_ENTRY),
        strapi_headers(),
        {"event_field": "{{ model }} {{ event }}", "event_types": {"order entry.create": "order.created"}},
        "order.created",
    ),
]


@pytest.mark.parametrize(("body", "headers", "settings", "type_"), TYPES)
def test_the_type_is_strapis_own_word_or_what_the_source_makes_of_it(
    body: bytes, headers: dict[str, str], settings: dict[str, Any], type_: str
) -> None:
    """The button's test arrives under its own name, so that people see it."""
    assert event(inbound(body, headers), mapped(**settings)).event == type_


def test_a_mapping_reads_paths_within_the_entry() -> None:
    """And what is mapped is not guessed besides."""
    entry = {"id": 5, "contact": {"tel": PHONE}, "fio": "Анна", "rows": [{"t": "Чай", "n": 2}, {"t": "Кофе"}]}
    source = mapped(
        fields={
            "customer.phone": "contact.tel",
            "customer.name": "entry.fio",
            "order.items.name": "rows[*].t",
            "order.items.quantity": "rows[*].n",
            "order.number": "{{ model }}-{{ id }}",
        }
    )
    got = event(inbound(strapi(model="order", entry=entry), strapi_headers()), source)
    assert got.customer == Customer(phone=ANNA, name="Анна")
    assert got.order == Order(number="order-5", items=(Item(name="Чай", quantity=Decimal(2)), Item(name="Кофе")))


def test_older_versions_write_their_names_otherwise() -> None:
    """Version 3 has created_at and no uid."""
    body = strapi(created_at="2020-01-10T08:47:36.264Z", createdAt=None, entry={**ENTRY, "updated_at": "x"})
    got = event(inbound(body, strapi_headers()), CMS)
    assert got.occurred_at == datetime(2020, 1, 10, 8, 47, 36, 264_000, tzinfo=UTC)


PROVEN = [
    {"authorization": f"Bearer {STRAPI_TOKEN}"},
    {"authorization": STRAPI_TOKEN},
    {"authorization": "Bearer older-token"},
    {"authorization": "Basic " + b64encode(f"x:{STRAPI_TOKEN}".encode()).decode()},
    *({name: STRAPI_TOKEN} for name in ("x-token", "x-api-key", "x-webhook-secret", "x-auth-token", "token", "secret")),
]


@pytest.mark.parametrize("headers", PROVEN)
def test_a_header_of_its_owners_choice_proves_it(headers: dict[str, str]) -> None:
    """Under any of the usual names, or in the address."""
    assert code(inbound(strapi(), headers), CMS) == "proven"


def test_another_name_is_given_in_the_rules() -> None:
    """And then no other counts."""
    named = mapped(key_name="X-Strapi-Proof")
    assert code(inbound(strapi(), {"x-strapi-proof": STRAPI_TOKEN}), named) == "proven"
    assert code(inbound(strapi(), {"api-key": STRAPI_TOKEN}), named) == "token_missing"
    assert code(inbound(strapi(), {}, f"token={STRAPI_TOKEN}"), CMS) == "proven"
    assert code(inbound(strapi(), strapi_headers(token="wrong")), CMS) == "token_mismatch"
    assert code(inbound(strapi(), strapi_headers(token=None)), CMS) == "token_missing"


def test_a_repetition_has_the_same_bytes_and_anything_else_another_key() -> None:
    """The moment of the event is in the body, so publishing twice is two deliveries."""
    headers = strapi_headers("entry.publish")
    first = key(inbound(strapi("entry.publish"), headers), CMS)
    assert first == key(inbound(strapi("entry.publish"), headers), CMS)
    assert first.startswith("entry.publish:feedback:12:2025-03-01T09_00_00.000Z:")
    later = strapi("entry.publish", created="2025-03-01T09:00:00.124Z")
    others = [
        inbound(later, headers),
        inbound(strapi("entry.unpublish"), strapi_headers("entry.unpublish")),
        inbound(strapi("entry.publish", model="other"), headers),
        inbound(strapi("entry.publish", entry=ENTRY | {"phone": "+7 900 000-00-02"}), headers),
        inbound(b"no json", headers),
    ]
    assert first not in [key(other, CMS) for other in others]


def test_the_token_is_not_kept() -> None:
    """Neither of the headers nor of the query nor in the body."""
    request = inbound(strapi(entry={"note": f"<{STRAPI_TOKEN}>"}), strapi_headers(), f"a=1&token={STRAPI_TOKEN}")
    assert kept(request, CMS).query == "a=1"
    assert STRAPI_TOKEN not in repr(kept(request, CMS).headers)
    assert STRAPI_TOKEN not in repr(event(request, CMS))
