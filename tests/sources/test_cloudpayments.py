"""What CloudPayments' notification says, what it must hear, and who is let in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus, urlencode

import pytest

from processor.domain.delivery import Inbound
from processor.domain.event import Customer, Event, Order, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.registry import PRESETS
from tests.harness.deliveries_payments import base64_hmac, cloudpayments_fields, cloudpayments_form
from tests.harness.deliveries_shops import JSON
from tests.sources.asking import code, event, inbound, key, refusal

SECRET = "cp-api-secret"
KASSA = Source("kassa", "cloudpayments", secrets=(SECRET, "old-secret"))


def read(kind: str = "pay", **more: Any) -> Event:
    """The event of a form."""
    return event(inbound(cloudpayments_form(**more), query=f"event={kind}" if kind else ""), KASSA)


def test_a_payment_is_read_whole() -> None:
    """As a form, as JSON and as the query of a GET."""
    fields = cloudpayments_fields()
    expected = Event(
        source="kassa",
        event="payment.succeeded",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(id="user_7", name="Анна", first_name="Анна", phone="+79000000001", email="anna@example.com"),
        order=Order(id="1042", number="1042", paid=True),
        payment=Payment(id="504", status="Completed", amount=Decimal("5400.00"), currency="RUB", method="Visa"),
        utm=Utm(source="yandex"),
        raw=fields | {"Data": json.loads(fields["Data"])},
    )
    assert read() == expected
    assert event(inbound(json.dumps(fields).encode(), JSON, "event=pay"), KASSA) == expected
    assert event(inbound(query=f"event=pay&{urlencode(fields)}", method="GET"), KASSA) == expected


TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("pay", {}, "payment.succeeded"),
    ("PAY", {}, "payment.succeeded"),
    ("pay", {"Status": "Authorized"}, "payment.authorized"),
    ("confirm", {}, "payment.succeeded"),
    ("fail", {"Status": "Declined"}, "payment.failed"),
    ("refund", {}, "payment.refunded"),
    ("cancel", {}, "payment.cancelled"),
    ("check", {}, "check"),
    ("recurrent", {}, "recurrent"),
    ("kkt-receipt", {}, "kkt-receipt"),
    ("pay", {"TestMode": "1"}, "test.payment.succeeded"),
    ("pay", {"TestMode": "True"}, "test.payment.succeeded"),
    ("fail", {"TestMode": "1"}, "test.payment.failed"),
]


@pytest.mark.parametrize(("kind", "changed", "type_"), TYPES)
def test_the_kind_of_the_address_is_the_type(kind: str, changed: dict[str, Any], type_: str) -> None:
    """One payment succeeds once: when it is paid, or when what was held is confirmed."""
    assert read(kind, **changed).event == type_


SHAPES: list[tuple[dict[str, Any], str]] = [
    ({"TransactionId": "1", "Status": "Completed", "AuthCode": "A1"}, "payment.succeeded"),
    ({"TransactionId": "1", "Status": "Authorized", "GatewayName": "A"}, "payment.authorized"),
    ({"TransactionId": "1", "Status": "Completed", "AuthCode": ""}, "check"),
    ({"TransactionId": "1", "Status": "Declined", "ReasonCode": 5051}, "payment.failed"),
    ({"TransactionId": "1", "Reason": "InsufficientFunds", "ReasonCode": 5051}, "payment.failed"),
    ({"TransactionId": "2", "PaymentTransactionId": "1", "OperationType": "Refund"}, "payment.refunded"),
    ({"TransactionId": "1", "Amount": "5"}, "payment.cancelled"),
    ({"Id": "sc_1", "Interval": "Month", "Status": "Active"}, "recurrent"),
    ({"a": 1}, "unknown"),
    ({}, "unknown"),
]


@pytest.mark.parametrize(("fields", "type_"), SHAPES)
def test_without_a_kind_the_shape_tells(fields: dict[str, Any], type_: str) -> None:
    """What does not show a bank's answer is no payment yet."""
    assert event(inbound(json.dumps(fields).encode(), JSON), KASSA).event == type_


RECEIPT = {"phone": "+79000000008", "email": "r@example.com", "Items": [{"label": "Чай", "price": 5, "quantity": 2}]}
PARTS: list[tuple[dict[str, Any], str, Any]] = [
    ({"Data": ""}, "customer.phone", None),
    ({"Data": "{"}, "customer.phone", None),
    ({"Data": "[1]"}, "customer.phone", None),
    (
        {"Data": json.dumps({"Phone": "нет", "cloudPayments": {"customerReceipt": RECEIPT}})},
        "customer.phone",
        "+79000000008",
    ),
    (
        {"Data": json.dumps({"CloudPayments": {"CustomerReceipt": RECEIPT}}), "Email": ""},
        "customer.email",
        "r@example.com",
    ),
    (
        {"Data": json.dumps({"cloudPayments": {"customerReceipt": RECEIPT}})},
        "order.items",
        ({"name": "Чай", "quantity": Decimal(2), "price": Decimal(5)},),
    ),
    ({"Data": json.dumps({"cloudPayments": 5})}, "order.items", None),
    ({"Data": "", "JsonData": json.dumps({"phone": "+79000000008"})}, "customer.phone", "+79000000008"),
    ({"Email": "", "AccountId": "a@example.com"}, "customer.email", "a@example.com"),
    ({"InvoiceId": "", "Data": json.dumps({"order_id": 5})}, "order.number", "5"),
    ({"InvoiceId": "", "Data": ""}, "order", None),
    ({"Amount": "", "PaymentAmount": "7.5"}, "payment.amount", Decimal("7.5")),
    ({"PaymentTransactionId": "503"}, "payment.id", "503"),
    ({"Data": ""}, "customer.name", None),
]


@pytest.mark.parametrize(("changed", "path", "expected"), PARTS)
def test_every_part_has_its_fallback(changed: dict[str, Any], path: str, expected: Any) -> None:
    """The cardholder's name is not the customer's."""
    found = look_up(as_mapping(read(**changed)), split_path(path))
    assert (None if found is MISSING else found) == expected


def test_it_hears_zero_whatever_became_of_it() -> None:
    """Anything else refuses the payment."""
    for status in ("queued", "duplicate"):
        answer = PRESETS["cloudpayments"].answer(status, inbound())
        assert answer is not None
        assert (answer.status, json.loads(answer.body)) == (200, {"code": 0})


def signed(message: bytes, *, header: str = "content-hmac", secret: str = SECRET, **request: Any) -> Inbound:
    """A request with the signature of `message`."""
    return inbound(headers={header: base64_hmac(secret, message)}, **request)


FORM = cloudpayments_form()
DECODED = unquote_plus(FORM.decode()).encode()
QUERY = FORM.decode()

PROVEN = [
    signed(FORM, body=FORM),
    signed(FORM, body=FORM, secret="old-secret"),
    signed(FORM, body=FORM, header="x-content-hmac"),
    signed(DECODED, body=FORM, header="x-content-hmac"),
    inbound(FORM, {"content-hmac": "wrong", "x-content-hmac": base64_hmac(SECRET, DECODED)}),
    signed(QUERY.encode(), query=QUERY, method="GET"),
    signed(QUERY.encode(), query=f"event=pay&{QUERY}", method="GET"),
    signed(f"event=pay&{QUERY}".encode(), query=f"event=pay&{QUERY}", method="GET"),
    signed(QUERY.encode(), query=f"{QUERY}&event=pay", method="GET"),
    signed(DECODED, query=QUERY, method="GET", header="x-content-hmac"),
    signed(b'{"a":"%20+"}', body=b'{"a":"%20+"}'),
    # printf 'TransactionId=504&Data=%%d0%%90+1' | openssl dgst -sha256 -hmac cp-api-secret -binary | base64
    inbound(b"TransactionId=504&Data=%d0%90+1", {"content-hmac": "abb/fPSQLcV0RcAvIXhIfInfbkOXYJVF0Qy2Vc+Yc8Y="}),
    # printf 'TransactionId=504&Data=А 1' | openssl ...
    inbound(b"TransactionId=504&Data=%d0%90+1", {"x-content-hmac": "pLuUy+jDtR76+4meqmVsaSzEjZLsHdB3AT42bf3/8Q8="}),
]
REFUSED = [
    (signed(FORM, body=FORM, secret="another"), "signature_mismatch"),
    (signed(FORM, body=FORM + b"&a=1"), "signature_mismatch"),
    (signed(FORM.upper(), body=FORM), "signature_mismatch"),
    (signed(b"", body=FORM), "signature_mismatch"),
    (signed(QUERY.encode(), query=QUERY + "&Amount=1", method="GET"), "signature_mismatch"),
    (inbound(FORM), "signature_missing"),
    (inbound(FORM, {"content-hmac": " "}), "signature_missing"),
]


@pytest.mark.parametrize("request_", PROVEN)
def test_either_signature_proves_it(request_: Inbound) -> None:
    """Of the message as it came, or decoded; a GET is signed by its query."""
    assert code(request_, KASSA) == "proven"


@pytest.mark.parametrize(("request_", "told"), REFUSED)
def test_a_wrong_signature_is_refused(request_: Inbound, told: str) -> None:
    """With the cause."""
    assert code(request_, KASSA) == told


def test_a_slip_is_named() -> None:
    """And a source without a secret proves nothing."""
    refused = refusal(signed(FORM, body=FORM), Source("s", "cloudpayments", secrets=(f" {SECRET}\n",)))
    assert refused is not None
    assert "quotes around our secret" in str(refused)
    assert code(signed(FORM, body=FORM), Source("s", "cloudpayments")) == "proof_not_configured"
    assert code(signed(b"", secret="x"), Source("s", "cloudpayments", secrets=("",))) == "proof_not_configured"


def test_what_happens_once_has_one_key() -> None:
    """The check before a payment, its success and its confirmation are three."""

    def of(kind: str, **more: Any) -> str:
        return key(inbound(cloudpayments_form(**more), query=f"event={kind}"), KASSA)

    assert of("pay") == of("pay", IpAddress="127.0.0.1")
    different = [
        of("pay"),
        of("check"),
        of("pay", TransactionId="505"),
        of("pay", Status="Authorized"),
        of("confirm"),
        of("recurrent", TransactionId="", Id="sc_1", Status="Active"),
        of("recurrent", TransactionId="", Id="sc_1", Status="PastDue"),
        key(inbound(b"%ff%98=", query="event=pay"), KASSA),
    ]
    assert len(set(different)) == len(different)
    assert different[0].startswith("pay:504:Completed:")


def test_what_is_no_form_is_unreadable() -> None:
    """Proven or not."""
    with pytest.raises(Unreadable):
        event(inbound(b"[1]"), KASSA)
