"""What Taplink says, as far as it is known, and how it proves itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Form, Item, Order, Page, Payment, Utm
from processor.domain.source import Source
from tests.harness.deliveries_forms import FORM, JSON, PHONE, as_json, taplink, taplink_headers, taplink_payment
from tests.sources.asking import code, event, inbound, key, refusal

SECRET = "taplink-phrase"
SOURCE = Source("page", "taplink", secrets=(SECRET, "old-phrase"))
WHO = Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com")
FIELDS = {"Имя": "Анна Примерова", "Телефон": PHONE, "E-mail": "anna@example.com", "Размер": "M"}


def read(body: bytes, headers: dict[str, str] = JSON) -> Event:
    """The event of a delivery."""
    return event(inbound(body, headers), SOURCE)


def test_a_lead_is_read_whole() -> None:
    """Its time names no zone, so it is left out."""
    seen = read(taplink())
    assert seen == Event(
        source="page",
        event="lead.created",
        received_at=seen.received_at,
        customer=WHO,
        form=Form(fields=FIELDS),
        utm=Utm(source="link"),
        page=Page(url="https://taplink.cc/anna-shop?utm_source=link"),
        raw=seen.raw,
    )


def test_a_payment_is_read_whole() -> None:
    """With what was bought and where it goes."""
    seen = read(taplink_payment())
    assert seen.event == "order.paid"
    assert seen.customer == Customer(
        name=WHO.name, phone=WHO.phone, email=WHO.email, city="Казань", address="ул. Примерная, 1"
    )
    assert seen.order == Order(
        id="100",
        number="50",
        status="2",
        total=Decimal("1000.00"),
        currency="RUB",
        paid=True,
        comment="Чай",
        items=(Item(name="Чай", quantity=Decimal(2), price=Decimal(500)),),
    )
    assert seen.payment == Payment(status="2", amount=Decimal("1000.00"), currency="RUB")


TYPES: list[tuple[bytes, str]] = [
    (taplink("leads.updated"), "lead.updated"),
    (taplink("orders.created"), "order.created"),
    (taplink_payment(3), "payment.failed"),
    (taplink_payment(1), "payments.created"),
    (taplink_payment(None), "payments.created"),
    (taplink("bookings.created"), "bookings.created"),
    (as_json({"data": {"phone": PHONE}}), "form.submitted"),
    (as_json({"phone": PHONE}), "form.submitted"),
]


@pytest.mark.parametrize(("body", "type_"), TYPES)
def test_the_action_tells_the_type(body: bytes, type_: str) -> None:
    """A payment's by its state; an action that we do not know keeps its own word."""
    assert read(body).event == type_


SHAPES: list[bytes] = [
    taplink(records=None, records_extended=[{"name": "phone", "type": "1", "value": PHONE}], name="Анна"),
    taplink(records=[], name="Анна", phone=PHONE),
    taplink(records=None, name="Анна", phone=PHONE),
    taplink(records={"Имя": "Анна", "Телефон": PHONE}),
    as_json({"name": "Анна", "phone": PHONE}),
    as_json({"data": {"fields": [{"label": "Имя", "value": "Анна"}, {"label": "Телефон", "value": PHONE}]}}),
    as_json({"data": '{"name": "Анна", "phone": "+79000000001"}'}),
]


@pytest.mark.parametrize("body", SHAPES)
def test_contacts_are_found_in_every_shape_that_there_may_be(body: bytes) -> None:
    """Among the form's records, beside them, in a JSON text."""
    assert read(body).customer == Customer(name="Анна", phone="+79000000001")


def test_a_form_is_read_as_well() -> None:
    """Whatever Taplink calls it."""
    assert read(b"name=%D0%90&phone=89000000001", FORM).customer == Customer(name="А", phone="+79000000001")


def test_what_the_form_says_goes_before_what_stands_beside_it() -> None:
    """Whose contacts those are is not certain."""
    assert read(taplink(name="Владелец", phone="89000000002")).customer == WHO


def test_marks_may_stand_beside_the_records_or_in_a_part() -> None:
    """The page's own address is the last place."""
    assert read(taplink(utm_source="vk")).utm == Utm(source="vk")
    assert read(taplink(utm={"source": "vk"})).utm == Utm(source="vk")
    moment = read(taplink(tms_modify="2025-03-01T12:05:00+03:00")).occurred_at
    assert moment == datetime(2025, 3, 1, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("more", [{"records": "x"}, {"offers": ["a", 5]}, {"shipping": []}, {"utm": []}])
def test_a_part_of_another_shape_costs_only_itself(more: dict[str, Any]) -> None:
    """The event comes all the same."""
    assert read(taplink(**more)).event == "lead.created"


def test_the_signature_is_sha1_in_hex() -> None:
    """Over the raw body, with either of two phrases; refused with the likely cause."""
    body = taplink()
    signed = taplink_headers(body, SECRET)
    capitals = {"taplink-signature": signed["taplink-signature"].upper()}
    assert code(inbound(body, signed), SOURCE) == "proven"
    assert code(inbound(body, capitals), SOURCE) == "proven"
    assert code(inbound(body, taplink_headers(body, "old-phrase")), SOURCE) == "proven"
    assert code(inbound(body, taplink_headers(body, "another")), SOURCE) == "signature_mismatch"
    assert code(inbound(body + b" ", signed), SOURCE) == "signature_mismatch"
    assert code(inbound(body), SOURCE) == "signature_missing"
    digest = hmac.new(SECRET.encode(), body, hashlib.sha1).digest()
    refused = refusal(inbound(body, {"taplink-signature": base64.b64encode(digest).decode()}), SOURCE)
    assert refused is not None
    assert "base64; hex" in str(refused)
    strong = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert code(inbound(body, {"taplink-signature": strong}), SOURCE) == "signature_mismatch"


def test_the_body_is_the_key() -> None:
    """No id is known that names one delivery."""
    assert key(inbound(taplink()), SOURCE) == key(inbound(taplink()), SOURCE)
    assert key(inbound(taplink()), SOURCE) != key(inbound(taplink(status_id=2)), SOURCE)
