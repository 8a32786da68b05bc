"""What an event of Stripe says, and who is let in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, Order, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_payments import stripe_event, stripe_headers, stripe_session
from tests.sources.asking import NOW_MS, NOW_S, code, event, inbound, key, refusal

SECRET = "whsec_c3RyaXBlLXNlY3JldC1leGFtcGxl"
STRIPE = Source("stripe", "stripe", secrets=(SECRET, "whsec_old"))

INTENT = {
    "id": "pi_0001",
    "object": "payment_intent",
    "amount": 540000,
    "amount_received": 540000,
    "currency": "rub",
    "receipt_email": "anna@example.com",
    "shipping": {"name": "Анна Примерова", "phone": "+79000000001", "address": {"city": "Казань"}},
    "metadata": {"order_id": "1042"},
    "status": "succeeded",
}
CHARGE = {
    "id": "ch_0001",
    "object": "charge",
    "amount": 540000,
    "amount_refunded": 100000,
    "currency": "rub",
    "billing_details": {"name": "Анна", "email": "anna@example.com", "phone": None},
    "payment_intent": "pi_0001",
    "payment_method_details": {"type": "card"},
    "metadata": {},
    "status": "succeeded",
}


def read(type_: str = "checkout.session.completed", thing: dict[str, Any] | None = None, **more: Any) -> Event:
    """The event of a delivery."""
    return event(inbound(stripe_event(type_, stripe_session() if thing is None else thing, **more)), STRIPE)


def test_a_session_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    lines = {"data": [{"description": "Чайник", "quantity": 2, "price": {"unit_amount": 270000, "currency": "rub"}}]}
    session = stripe_session(line_items=lines)
    assert read(thing=session) == Event(
        source="stripe",
        event="order.paid",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(
            id="cus_0001",
            name="Анна Примерова",
            phone="+79000000001",
            email="anna@example.com",
            address="ул. Примерная, 1",
            city="Казань",
        ),
        order=Order(
            id="1042",
            number="1042",
            status="complete",
            total=Decimal(5400),
            currency="RUB",
            paid=True,
            items=(Item(name="Чайник", quantity=Decimal(2), price=Decimal(2700)),),
        ),
        payment=Payment(id="pi_0001", status="paid", amount=Decimal(5400), currency="RUB", method="card"),
        utm=Utm(source="yandex"),
        raw=json.loads(stripe_event("checkout.session.completed", session)),
    )


TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("checkout.session.completed", stripe_session(), "order.paid"),
    ("checkout.session.completed", stripe_session(payment_status="no_payment_required"), "order.paid"),
    ("checkout.session.completed", stripe_session(payment_status="unpaid"), "order.created"),
    ("checkout.session.async_payment_succeeded", stripe_session(), "order.paid"),
    ("checkout.session.async_payment_failed", stripe_session(), "checkout.session.async_payment_failed"),
    ("checkout.session.expired", stripe_session(), "cart.abandoned"),
    ("payment_intent.succeeded", INTENT, "payment.succeeded"),
    ("payment_intent.payment_failed", INTENT, "payment.failed"),
    ("charge.succeeded", CHARGE, "charge.succeeded"),
    ("charge.refunded", CHARGE, "payment.refunded"),
    ("refund.created", {"id": "re_1"}, "refund.created"),
    ("invoice.paid", {"id": "in_1"}, "invoice.paid"),
    ("customer.created", {"id": "cus_1"}, "customer.created"),
]


@pytest.mark.parametrize(("name", "thing", "type_"), TYPES)
def test_each_event_of_one_purchase_has_a_type_of_its_own(name: str, thing: dict[str, Any], type_: str) -> None:
    """So that a rule that names one counts a purchase once; a test has yet another."""
    assert read(name, thing).event == type_
    assert read(name, thing, livemode=False).event == f"test.{type_}"


def test_a_thin_event_is_marked() -> None:
    """It says only what changed."""
    body = b'{"id":"evt_2","object":"v2.core.event","type":"v1.billing.meter.error","related_object":{"id":"m"}}'
    thin = event(inbound(body), STRIPE)
    assert (thin.event, thin.thin) == ("v1.billing.meter.error", True)
    assert read().thin is None


AMOUNTS: list[tuple[Any, str, Decimal | None]] = [
    (540000, "rub", Decimal(5400)),
    (5405, "usd", Decimal("54.05")),
    (5400, "jpy", Decimal(5400)),
    (5400, "KRW", Decimal(5400)),
    (54000, "kwd", Decimal(54)),
    (500, "ugx", Decimal(5)),
    (500, "isk", Decimal(5)),
    (0, "usd", Decimal(0)),
    ("500", "usd", None),
    (None, "usd", None),
    (500, "", None),
]


@pytest.mark.parametrize(("minor", "currency", "amount"), AMOUNTS)
def test_amounts_are_in_the_currency_itself(minor: Any, currency: str, amount: Decimal | None) -> None:
    """Whatever its smallest unit is."""
    payment = read(
        "payment_intent.succeeded", INTENT | {"amount_received": minor, "amount": None, "currency": currency}
    ).payment
    assert (payment.amount if payment else None) == amount


PARTS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("payment_intent.succeeded", INTENT, "customer.phone", "+79000000001"),
    ("payment_intent.succeeded", INTENT, "customer.email", "anna@example.com"),
    ("payment_intent.succeeded", INTENT, "order.number", "1042"),
    ("payment_intent.succeeded", INTENT | {"metadata": {}}, "order", None),
    (
        "payment_intent.succeeded",
        INTENT | {"shipping": None, "metadata": {"phone": "89000000009"}},
        "customer.phone",
        "+79000000009",
    ),
    ("payment_intent.succeeded", {**INTENT, "shipping": None, "charges": {"data": [CHARGE]}}, "customer.name", "Анна"),
    ("charge.refunded", CHARGE, "payment.amount", Decimal(1000)),
    ("charge.refunded", CHARGE, "payment.id", "pi_0001"),
    ("charge.succeeded", CHARGE, "payment.method", "card"),
    ("charge.succeeded", CHARGE, "payment.amount", Decimal(5400)),
    (
        "invoice.paid",
        {"currency": "usd", "amount_paid": 500, "customer_email": "i@example.com"},
        "customer.email",
        "i@example.com",
    ),
    (
        "invoice.paid",
        {"currency": "usd", "amount_paid": 500, "customer_phone": "+79000000007"},
        "customer.phone",
        "+79000000007",
    ),
    ("customer.updated", {"id": "cus_1", "name": "Анна", "phone": "+79000000001"}, "customer.phone", "+79000000001"),
    ("customer.updated", {"id": "cus_1", "name": "Анна", "currency": "usd"}, "payment", None),
    (
        "customer.subscription.updated",
        {"id": "sub_1", "object": "subscription", "customer": "cus_1"},
        "customer.id",
        "cus_1",
    ),
    ("checkout.session.completed", stripe_session(client_reference_id=None), "order.number", "cs_live_0001"),
    ("checkout.session.completed", stripe_session(customer_details=None), "customer.phone", None),
    ("checkout.session.completed", stripe_session(payment_intent={"id": "pi_9"}), "payment.id", "pi_9"),
    ("checkout.session.completed", {"currency": 5, "metadata": [], "line_items": [1]}, "payment.amount", None),
]


@pytest.mark.parametrize(("name", "thing", "path", "expected"), PARTS)
def test_every_part_has_its_fallback(name: str, thing: dict[str, Any], path: str, expected: Any) -> None:
    """What is not there, or is of a wrong type, is absent or found elsewhere."""
    found = look_up(as_mapping(read(name, thing)), split_path(path))
    assert (None if found is MISSING else found) == expected


BODY = stripe_event("payment_intent.succeeded", INTENT)
SIGNED = stripe_headers(BODY, SECRET, NOW_S)["stripe-signature"]
HEX = SIGNED.split("v1=")[1].split(",")[0]

PROOFS: list[tuple[str, str]] = [
    (SIGNED, "proven"),
    (f"t={NOW_S},v1=00,v1={HEX}", "proven"),
    (f"t={NOW_S}, v1={HEX}", "proven"),
    (stripe_headers(BODY, "whsec_old", NOW_S)["stripe-signature"], "proven"),
    (stripe_headers(BODY, SECRET, NOW_S - 300)["stripe-signature"], "proven"),
    (stripe_headers(BODY, SECRET, NOW_S - 301)["stripe-signature"], "timestamp_old"),
    (stripe_headers(BODY, SECRET, NOW_S + 301)["stripe-signature"], "timestamp_ahead"),
    (stripe_headers(BODY, "whsec_another", NOW_S)["stripe-signature"], "signature_mismatch"),
    (stripe_headers(BODY + b" ", SECRET, NOW_S)["stripe-signature"], "signature_mismatch"),
    (f"t={NOW_S - 1},v1={HEX}", "signature_mismatch"),
    (f"t={NOW_S},v0={HEX}", "signature_unsupported"),
    (f"t={NOW_S}", "signature_unsupported"),
    (f"v1={HEX}", "timestamp_malformed"),
    (f"t=now,v1={HEX}", "timestamp_malformed"),
    (f"t={'9' * 400},v1={HEX}", "timestamp_malformed"),
    ("", "signature_missing"),
    (",,=,", "timestamp_malformed"),
]


@pytest.mark.parametrize(("given", "told"), PROOFS)
def test_the_signature_is_of_the_time_and_the_raw_body(given: str, told: str) -> None:
    """By the secret as it stands, not more than five minutes ago."""
    assert code(inbound(BODY, {"stripe-signature": given}), STRIPE) == told


def test_what_openssl_signs_is_proven() -> None:
    """`printf '1740000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_c3Ry...`, the secret not decoded."""
    given = "t=1740000000,v1=0c9445070222d0bded4dbaaf1149a0b2f3acfb8345082a8891a5f9ff8b02c044"
    assert code(inbound(b'{"id":"evt_1"}', {"stripe-signature": given}), STRIPE) == "proven"


def test_a_slip_is_named() -> None:
    """And a source without a secret proves nothing."""
    request = inbound(BODY, {"stripe-signature": SIGNED})
    refused = refusal(request, Source("s", "stripe", secrets=(f'"{SECRET}"',)))
    assert refused is not None
    assert "quotes around our secret" in str(refused)
    assert code(request, Source("s", "stripe"), NOW_MS) == "proof_not_configured"


def test_the_id_of_an_event_is_its_key() -> None:
    """A repetition has the same one."""
    same = key(inbound(BODY), STRIPE)
    assert same == key(inbound(stripe_event("payment_intent.succeeded", INTENT, pending_webhooks=2)), STRIPE)
    assert same.startswith("payment_intent.succeeded:evt_0001:")
    others = [
        key(inbound(stripe_event("a", INTENT, id="evt_2")), STRIPE),
        key(inbound(b"{}"), STRIPE),
        key(inbound(b"["), STRIPE),
    ]
    assert len({same, *others}) == 4


@pytest.mark.parametrize("body", [b"", b"5", b"[1]"])
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    """Proven or not."""
    with pytest.raises(Unreadable):
        event(inbound(body), STRIPE)
