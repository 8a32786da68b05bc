"""What payment services post (YooKassa, CloudPayments, Prodamus, Stripe), written by us with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.harness.deliveries import multipart, php_pairs

PHONE = "+7 900 000-00-01"


def yookassa_body(event: str = "payment.succeeded", *, metadata: Any = None, **more: Any) -> bytes:
    """A notification of YooKassa; `more` overrides fields of its object."""
    kind, _, status = event.partition(".")
    known = {"order_id": "1042", "phone": PHONE, "email": "anna@example.com", "name": "Анна", "utm_source": "yandex"}
    thing: dict[str, Any] = {
        "id": "2d0f-0001",
        "status": status,
        "amount": {"value": "5400.00", "currency": "RUB"},
        "created_at": "2025-03-01T09:00:00.000Z",
        "metadata": known if metadata is None else metadata,
    }
    if kind == "payment":
        thing |= {"paid": status != "canceled", "test": False, "refundable": True, "description": "Заказ 1042"}
        thing |= {"payment_method": {"type": "bank_card", "id": "2d0f-0001", "title": "Bank card *4444"}}
        thing |= {"captured_at": "2025-03-01T09:05:00.000Z"} if status == "succeeded" else {}
    if kind == "refund":
        thing |= {"id": "r-0001", "payment_id": "2d0f-0001"}
        thing.pop("metadata")
    return json.dumps({"type": "notification", "event": event, "object": thing | more}, ensure_ascii=False).encode()


def cloudpayments_fields(**more: Any) -> dict[str, Any]:
    """A payment's notification of CloudPayments; `more` overrides any field."""
    data = {"phone": PHONE, "utm_source": "yandex", "firstName": "Анна"}
    fields: dict[str, Any] = {
        "TransactionId": "504",
        "Amount": "5400.00",
        "Currency": "RUB",
        "PaymentAmount": "5400.00",
        "PaymentCurrency": "RUB",
        "DateTime": "2025-03-01 09:05:00",
        "CardType": "Visa",
        "Status": "Completed",
        "OperationType": "Payment",
        "InvoiceId": "1042",
        "AccountId": "user_7",
        "Name": "ANNA EXAMPLE",
        "Email": "anna@example.com",
        "TestMode": "0",
        "GatewayName": "Test Bank",
        "AuthCode": "A1B2C3",
        "Data": json.dumps(data, ensure_ascii=False),
    }
    return fields | more


def cloudpayments_form(**more: Any) -> bytes:
    """A form as CloudPayments writes it: percents in lower case, blanks as +."""
    form = urlencode(cloudpayments_fields(**more))
    return re.sub("%[0-9A-F]{2}", lambda percent: percent[0].lower(), form).encode()


def base64_hmac(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def prodamus_fields(**more: Any) -> dict[str, Any]:
    """A payment's notification of Prodamus; `more` overrides any field."""
    fields: dict[str, Any] = {
        "date": "2025-03-01T12:05:00+03:00",
        "order_id": "300155",
        "order_num": "1042",
        "domain": "example.payform.ru",
        "sum": "5400.00",
        "customer_phone": "+79000000001",
        "customer_email": "anna@example.com",
        "customer_extra": "Позвоните/напишите",
        "payment_type": "Пластиковая карта Visa, MasterCard, МИР",
        "commission": "3.5",
        "attempt": "1",
        "sys": "example",
        "vk_user_id": "12345",
        "_param_utm_source": "yandex",
        "products": [{"name": 'Курс "Чай" 1/2', "price": "5400.00", "quantity": "1", "sum": "5400.00"}],
        "payment_status": "success",
        "payment_status_description": "Успешная оплата",
    }
    return fields | more


def prodamus_request(fields: Mapping[str, Any], secret: str, *, escaped: bool = False) -> tuple[bytes, dict[str, str]]:
    """A signed notification: body and headers; `escaped` signs Cyrillic letters as \\uXXXX."""
    pairs = [pair for name, value in fields.items() for pair in php_pairs(name, value)]
    body, headers = multipart(pairs)
    message = json.dumps(fields, ensure_ascii=escaped, sort_keys=True, separators=(",", ":")).replace("/", "\\/")
    return body, headers | {"sign": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()}


def stripe_event(type_: str, thing: Mapping[str, Any], **more: Any) -> bytes:
    """An event of Stripe around an object; `more` overrides fields of the event."""
    event: dict[str, Any] = {
        "id": "evt_0001",
        "object": "event",
        "api_version": "2024-06-20",
        "created": 1_740_819_900,
        "livemode": True,
        "type": type_,
        "data": {"object": thing},
    }
    return json.dumps(event | more, ensure_ascii=False).encode()


def stripe_session(**more: Any) -> dict[str, Any]:
    """A session of Stripe Checkout; `more` overrides any field."""
    session: dict[str, Any] = {
        "id": "cs_live_0001",
        "object": "checkout.session",
        "amount_total": 540000,
        "currency": "rub",
        "client_reference_id": "1042",
        "customer": "cus_0001",
        "customer_details": {
            "name": "Анна Примерова",
            "phone": "+79000000001",
            "email": "anna@example.com",
            "address": {"city": "Казань", "line1": "ул. Примерная, 1", "country": "RU"},
        },
        "metadata": {"utm_source": "yandex"},
        "payment_intent": "pi_0001",
        "payment_method_types": ["card"],
        "payment_status": "paid",
        "status": "complete",
    }
    return session | more


def stripe_headers(body: bytes, secret: str, ts: int) -> dict[str, str]:
    """Stripe's signature at a moment (Unix seconds)."""
    signature = hmac.new(secret.encode(), f"{ts}.".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json; charset=utf-8", "stripe-signature": f"t={ts},v1={signature},v0=0"}
