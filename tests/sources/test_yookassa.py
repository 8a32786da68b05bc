"""What YooKassa's notification says, and from where it may come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.delivery import Inbound
from processor.domain.event import Customer, Event, Order, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.errors import ProofRefused, Unreadable
from processor.intake import Admitted, admit
from processor.sources.registry import PRESETS
from tests.harness.deliveries_payments import yookassa_body
from tests.sources.asking import NOW_MS, code, event, inbound, key

NETWORKS = SENDERS["yookassa"].addresses
KASSA = Source("kassa", "yookassa", addresses=NETWORKS)
BY_TOKEN = Source("kassa", "yookassa", tokens=("kassa-token",))


def read(name: str = "payment.succeeded", **more: Any) -> Event:
    """The event of a notification."""
    return event(inbound(yookassa_body(name, **more)), KASSA)


def test_a_payment_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    assert read(merchant_customer_id="u7") == Event(
        source="kassa",
        event="payment.succeeded",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(id="u7", name="Анна", phone="+79000000001", email="anna@example.com"),
        order=Order(id="1042", number="1042", paid=True),
        payment=Payment(
            id="2d0f-0001", status="succeeded", amount=Decimal("5400.00"), currency="RUB", method="Bank card *4444"
        ),
        utm=Utm(source="yandex"),
        raw=json.loads(yookassa_body(merchant_customer_id="u7")),
    )


TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("payment.succeeded", {}, "payment.succeeded"),
    ("payment.canceled", {}, "payment.failed"),
    ("payment.waiting_for_capture", {}, "payment.waiting_for_capture"),
    ("refund.succeeded", {}, "payment.refunded"),
    ("payout.succeeded", {}, "payout.succeeded"),
    ("deal.closed", {}, "deal.closed"),
    ("payment.succeeded", {"test": True}, "test.payment.succeeded"),
    ("payment.canceled", {"test": True}, "test.payment.failed"),
]


@pytest.mark.parametrize(("name", "changed", "type_"), TYPES)
def test_each_event_has_its_type(name: str, changed: dict[str, Any], type_: str) -> None:
    """A payment of a test shop has one of its own."""
    assert read(name, **changed).event == type_


METADATA: list[tuple[Any, str, Any]] = [
    ({"phone": "8 900 000 00 05"}, "customer.phone", "+79000000005"),
    ({"customerPhone": "79000000005"}, "customer.phone", "+79000000005"),
    ({"buyer_phone": "79000000005"}, "customer.phone", "+79000000005"),
    ({"user-phone": "79000000005"}, "customer.phone", "+79000000005"),
    ({"Телефон": "79000000005"}, "customer.phone", "+79000000005"),
    ({"clientEmail": "b@example.com"}, "customer.email", "b@example.com"),
    ({"user_email": "b@example.com"}, "customer.email", "b@example.com"),
    ({"customer_name": "Борис"}, "customer.name", "Борис"),
    ({"firstName": "Борис", "lastName": "Образцов"}, "customer.name", "Борис Образцов"),
    ({"orderId": "5"}, "order.number", "5"),
    ({"ORDER-NUMBER": 5}, "order.number", "5"),
    ({"order_id": " ", "invoice_id": "6"}, "order.number", "6"),
    ({"UTM_Source": "vk", "utm_campaign": "%D0%B0"}, "utm", {"source": "vk", "campaign": "а"}),
    ({"utmSource": "vk"}, "utm", {"source": "vk"}),
    ({"telegram_id": "77"}, "customer.telegram_id", "77"),
    ({"cms_name": "x", "module_version": "1"}, "order", None),
    ({}, "customer.phone", None),
    ([], "customer.phone", None),
    ("phone", "customer.phone", None),
    ({"phone": None, "order": []}, "order", None),
]


@pytest.mark.parametrize(("metadata", "path", "expected"), METADATA)
def test_metadata_tells_under_any_usual_name(metadata: Any, path: str, expected: Any) -> None:
    """YooKassa itself says nothing of who paid."""
    found = look_up(as_mapping(read(metadata=metadata)), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_only_a_moment_of_its_own_is_when_it_occurred() -> None:
    """The time of a payment's creation would make its cancellation look old."""
    assert read("payment.canceled").occurred_at is None
    assert read("refund.succeeded").occurred_at == datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def test_a_refund_names_the_payment() -> None:
    """And nobody."""
    refund = read("refund.succeeded")
    assert refund.payment is not None
    assert (refund.payment.id, refund.customer, refund.order) == ("2d0f-0001", Customer(), None)


def admitted(client: str, source: Source = KASSA, query: str = "") -> str:
    """The code of the refusal, or "proven"."""
    request = Inbound("POST", {}, query, yookassa_body(), client)
    try:
        return "proven" if isinstance(admit(request, source, PRESETS["yookassa"], NOW_MS), Admitted) else "answered"
    except ProofRefused as refused:
        return refused.code


CLIENTS = [
    ("185.71.76.1", "proven"),
    ("185.71.77.31", "proven"),
    ("77.75.153.10", "proven"),
    ("77.75.154.200", "proven"),
    ("77.75.156.11", "proven"),
    ("77.75.156.35", "proven"),
    ("::ffff:77.75.156.35", "proven"),
    ("2a02:5180:0:1509::1", "proven"),
    ("2a02:5180:0:2655::1", "proven"),
    ("2a02:5180:0:1533::1", "proven"),
    ("2a02:5180:0:2669::1", "proven"),
    ("185.71.76.32", "address_unknown"),
    ("77.75.156.12", "address_unknown"),
    ("2a02:5181::1", "address_unknown"),
    ("127.0.0.1", "address_unknown"),
    ("", "address_unknown"),
]


@pytest.mark.parametrize(("client", "told"), CLIENTS)
def test_its_addresses_prove_it(client: str, told: str) -> None:
    """Those that it documents, nothing else."""
    assert admitted(client) == told


def test_a_token_proves_it_alone_or_beside_the_addresses() -> None:
    """Where both are set, both are asked for."""
    both = Source("kassa", "yookassa", tokens=("kassa-token",), addresses=NETWORKS)
    assert admitted("10.0.0.1", BY_TOKEN, "token=kassa-token") == "proven"
    assert admitted("10.0.0.1", BY_TOKEN, "token=x") == "token_mismatch"
    assert admitted("185.71.76.1", both, "token=kassa-token") == "proven"
    assert admitted("185.71.76.1", both) == "token_missing"
    assert admitted("10.0.0.1", both, "token=kassa-token") == "address_unknown"
    assert code(inbound(yookassa_body()), Source("s", "yookassa")) == "proof_not_configured"


def test_what_happens_once_has_one_key() -> None:
    """However the object was told the second time; another event, object or status has another."""
    bodies = [
        yookassa_body(),
        yookassa_body(refunded_amount={"value": "1.00", "currency": "RUB"}),
        yookassa_body("payment.waiting_for_capture"),
        yookassa_body(id="2d0f-0002"),
        yookassa_body(status="other"),
        b'{"event":"payment.succeeded"}',
        b'{"event":"payment.succeeded","object":{"id":5}}',
        b"{",
    ]
    keys = [key(inbound(body), KASSA) for body in bodies]
    assert keys[0] == keys[1]
    assert len(set(keys)) == len(bodies) - 1
    assert keys[0].startswith("payment.succeeded:2d0f-0001:succeeded:")


@pytest.mark.parametrize("body", [b"", b"[]x", b"5", b"[1]"])
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    """Proven or not."""
    with pytest.raises(Unreadable):
        event(inbound(body), KASSA)


@pytest.mark.parametrize(
    "body", [b"{}", b'{"event":5,"object":[]}', b'{"object":{"metadata":{"a":{"b":1}},"amount":5}}']
)
def test_crooked_parts_are_absent(body: bytes) -> None:
    """Nothing is raised."""
    assert event(inbound(body), KASSA).customer == Customer()
