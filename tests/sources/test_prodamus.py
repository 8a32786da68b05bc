"""What a notification of Prodamus says, and how it is signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, Order, Payment, Utm
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.prodamus_sign import signed_messages
from tests.harness.deliveries import multipart
from tests.harness.deliveries_payments import prodamus_fields, prodamus_request
from tests.harness.deliveries_shops import JSON
from tests.sources.asking import code, event, inbound, key, refusal

SECRET = "prodamus-secret"
PAGE = Source("page", "prodamus", secrets=(SECRET, "old-secret"))
PROVEN_BYTES_MAX = 256 * 1024


def read(**more: Any) -> Event:
    """The event of a signed notification."""
    return event(inbound(*prodamus_request(prodamus_fields(**more), SECRET)), PAGE)


def test_a_payment_is_read_whole() -> None:
    """Everything that the vocabulary has a place for."""
    assert read() == Event(
        source="page",
        event="payment.succeeded",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(phone="+79000000001", email="anna@example.com", vk_id="12345"),
        order=Order(
            id="1042",
            number="1042",
            total=Decimal("5400.00"),
            paid=True,
            comment="Позвоните/напишите",
            items=(Item(name='Курс "Чай" 1/2', quantity=Decimal(1), price=Decimal("5400.00")),),
        ),
        payment=Payment(
            id="300155",
            status="success",
            amount=Decimal("5400.00"),
            method="Пластиковая карта Visa, MasterCard, МИР",
        ),
        utm=Utm(source="yandex"),
        raw=prodamus_fields(),
    )


TYPES: list[tuple[str, Any, str]] = [
    ("success", {}, "payment.succeeded"),
    ("Success", {}, "payment.succeeded"),
    ("order_canceled", {}, "payment.failed"),
    ("order_denied", {}, "payment.failed"),
    ("refund", {}, "payment.refunded"),
    ("order_refunded", {}, "payment.refunded"),
    ("order_approved", {}, "payment.order_approved"),
    ("", {"type": "action", "action_code": "auto_payment"}, "payment.succeeded"),
    ("", {"type": "notification", "action_code": "auto_payment", "error_code": "insufficient_funds"}, "payment.failed"),
    ("", {"type": "notification", "notification_code": "auto_payment_reminder"}, "subscription.auto_payment_reminder"),
    ("", {"type": "action", "action_code": "deactivation"}, "subscription.deactivation"),
    ("", {}, "unknown"),
    ("", "5", "unknown"),
]


@pytest.mark.parametrize(("status", "subscription", "type_"), TYPES)
def test_the_status_or_the_subscription_tells_the_type(status: str, subscription: Any, type_: str) -> None:
    """An unknown word is told as it is."""
    assert read(payment_status=status, subscription=subscription).event == type_


def test_the_order_is_the_shops_number_when_there_is_one() -> None:
    """Else Prodamus' own; names come from messengers when nothing else tells them."""
    one = read(order_num="", customer_phone="", vk_user_name="Анна Примерова", tg_user_id="77")
    assert one.order is not None
    assert (one.order.number, one.customer.name, one.customer.telegram_id) == ("300155", "Анна Примерова", "77")


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("secret", [SECRET, "old-secret"])
def test_a_signature_is_right_however_php_wrote_the_letters(secret: str, escaped: bool) -> None:
    """Both ways are proven by the secret."""
    body, headers = prodamus_request(prodamus_fields(), secret, escaped=escaped)
    assert code(inbound(body, headers), PAGE) == "proven"
    assert code(inbound(body, {**headers, "sign": headers["sign"].upper()}), PAGE) == "proven"


def test_the_signature_may_be_a_field() -> None:
    """It is no part of what it signs, nor of what is told."""
    signature = prodamus_request({"order_id": "5"}, SECRET)[1]["sign"]
    with_field, own = multipart([("order_id", "5"), ("Sign", signature)])
    assert code(inbound(with_field, own), PAGE) == "proven"
    assert event(inbound(with_field, own), PAGE).raw == {"order_id": "5"}


def test_a_wrong_signature_is_refused_with_the_cause() -> None:
    """The test mode of the page among them."""
    fields = prodamus_fields()
    body, headers = prodamus_request(fields, SECRET)
    other, _ = prodamus_request(fields | {"sum": "1.00"}, SECRET)
    assert code(inbound(other, headers), PAGE) == "signature_mismatch"
    assert code(inbound(*prodamus_request(fields, "another")), PAGE) == "signature_mismatch"
    assert code(inbound(body, {k: v for k, v in headers.items() if k != "sign"}), PAGE) == "signature_missing"
    assert code(inbound(body, {**headers, "content-type": "multipart/form-data"}), PAGE) == "signature_mismatch"
    assert code(inbound(b"a=" + b"b" * PROVEN_BYTES_MAX, headers), PAGE) == "signature_mismatch"
    assert code(inbound(body, headers), Source("s", "prodamus")) == "proof_not_configured"
    refused = refusal(inbound(*prodamus_request(fields, f"{SECRET}demo")), PAGE)
    assert refused is not None
    assert (refused.code, "test mode" in str(refused)) == ("signature_demo", True)


# Written by PHP 8.2: ksort at every level, strval of every value, json_encode with and without
# JSON_UNESCAPED_UNICODE.
PHP: list[tuple[dict[str, Any], str, str]] = [
    ({"b": "1", "a": "2"}, '{"a":"2","b":"1"}', '{"a":"2","b":"1"}'),
    ({"a": "я/\u2028"}, '{"a":"я\\/\\u2028"}', '{"a":"\\u044f\\/\\u2028"}'),
    ({"a": '"\\\n\t\x01'}, '{"a":"\\"\\\\\\n\\t\\u0001"}', '{"a":"\\"\\\\\\n\\t\\u0001"}'),
    ({"p": [{"b": "1", "a": "2"}]}, '{"p":[{"a":"2","b":"1"}]}', '{"p":[{"a":"2","b":"1"}]}'),
    ({"10": "a", "9": "b", "Z": "c"}, '{"9":"b","10":"a","Z":"c"}', '{"9":"b","10":"a","Z":"c"}'),
    ({"p": {"1": "x", "0": "y"}}, '{"p":["y","x"]}', '{"p":["y","x"]}'),
    (
        {"a": None, "b": True, "c": 5, "d": 1.5, "e": 100.0},
        '{"a":"","b":"1","c":"5","d":"1.5","e":"100"}',
        '{"a":"","b":"1","c":"5","d":"1.5","e":"100"}',
    ),
]


@pytest.mark.parametrize(("tree", "plain", "escaped"), PHP)
def test_what_is_signed_is_what_php_writes(tree: dict[str, Any], plain: str, escaped: str) -> None:
    """Sorted, texts only, slashes escaped."""
    assert [message.decode() for message in signed_messages(tree)] == [plain, escaped]


def test_eleven_products_keep_their_order() -> None:
    """Names that are numbers are sorted as numbers."""
    fields = {"order_id": "5", "products": [{"name": str(at)} for at in range(11)]}
    request = inbound(*prodamus_request(fields, SECRET))
    assert code(request, PAGE) == "proven"
    read = event(request, PAGE)
    assert read.order is not None
    assert [item.name for item in read.order.items] == [str(at) for at in range(11)]


def test_a_repetition_differs_by_its_attempt_alone() -> None:
    """Another status or another charge of a subscription is another delivery."""

    def of(**more: Any) -> str:
        return key(inbound(*prodamus_request(prodamus_fields(**more), SECRET)), PAGE)

    assert of() == of(attempt="2")
    different = [
        of(),
        of(payment_status="order_denied"),
        of(order_id="300156"),
        of(subscription={"autopayments_num": "1"}),
        of(subscription={"autopayments_num": "2"}),
        key(inbound(b"a=1"), PAGE),
        key(inbound(b"a=2"), PAGE),
    ]
    assert len(set(different)) == len(different)
    assert of().startswith("1042:success:")


def test_json_is_read_too() -> None:
    """Should Prodamus ever send it."""
    assert event(inbound(json.dumps(prodamus_fields()).encode(), JSON), PAGE).event == "payment.succeeded"
    with pytest.raises(Unreadable):
        event(inbound(b"[1]", JSON), PAGE)
