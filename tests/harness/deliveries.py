"""What senders post, written by us in their shapes with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

PHONE = "+7 900 000-00-01"
COOKIE_MARKS = "utm_source=yandex|||utm_medium=cpc|||utm_campaign=osen|||"


WOO_ITEMS = [
    {"id": 1, "name": "Чайник", "product_id": 93, "quantity": 1, "total": "3000.00", "sku": "TEA-1", "price": 3000},
    {"id": 2, "name": "Чашка", "product_id": 94, "quantity": 4, "total": "2400.00", "sku": None, "price": 600.5},
]


def woo_order(
    *,
    number: str | int = "1001",
    phone: str = PHONE,
    email: str = "anna@example.com",
    first_name: str = "Анна",
    last_name: str = "Примерова",
    status: str = "processing",
    total: str = "5400.00",
    created: str = "2025-03-01T09:00:00",
    modified: str = "2025-03-01T09:05:00",
    paid: str | None = "2025-03-01T09:05:00",
    utm: Mapping[str, str] | None = None,
    **more: Any,
) -> bytes:
    """The body of an order as WooCommerce posts it; `more` overrides any field at the top."""
    marks = {"source": "yandex", "medium": "cpc", "campaign": "vesna"} if utm is None else utm
    place = {"first_name": first_name, "last_name": last_name, "company": "", "address_1": "ул. Примерная, 1"}
    place |= {"address_2": "кв. 2", "city": "Казань", "state": "", "country": "RU", "phone": phone}
    order: dict[str, Any] = {
        "id": int(number) if str(number).isdecimal() else 1001,
        "status": status,
        "currency": "RUB",
        "date_created": created,
        "date_modified": modified,
        "discount_total": "600.00",
        "total": total,
        "customer_id": 7,
        "order_key": "wc_order_example",
        "billing": {**place, "email": email},
        "shipping": place,
        "payment_method": "yookassa_epl",
        "payment_method_title": "ЮKassa",
        "transaction_id": "2d0f-0001" if paid else "",
        "customer_note": "Позвоните за час",
        "date_paid": paid,
        "number": str(number),
        "meta_data": _woo_meta(marks),
        "line_items": WOO_ITEMS,
        "coupon_lines": [{"id": 5, "code": "vesna10", "discount": "600.00"}],
        "date_created_gmt": created,
        "date_modified_gmt": modified,
        "date_paid_gmt": paid,
    }
    return json.dumps(order | more, ensure_ascii=False).encode()


def woo_customer(**more: Any) -> bytes:
    """The body of a customer as WooCommerce posts it; `more` overrides any field at the top."""
    customer: dict[str, Any] = {
        "id": 25,
        "date_created_gmt": "2025-03-01T09:00:00",
        "date_modified_gmt": "2025-03-01T09:05:00",
        "email": "anna@example.com",
        "first_name": "Анна",
        "last_name": "Примерова",
        "role": "customer",
        "username": "anna",
        "billing": {"first_name": "", "last_name": "", "city": "Казань", "phone": PHONE, "email": ""},
        "shipping": {"first_name": "", "last_name": "", "city": ""},
        "is_paying_customer": False,
        "meta_data": [],
    }
    return json.dumps(customer | more, ensure_ascii=False).encode()


def woo_headers(body: bytes, secret: str, topic: str = "order.created") -> dict[str, str]:
    """WooCommerce's headers, signed; names in lower case."""
    resource, _, event = topic.partition(".")
    return {
        "content-type": "application/json",
        "user-agent": "WooCommerce/9.4.2 Hookshot (WordPress/6.7)",
        "x-wc-webhook-source": "https://shop.example.com/",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        "x-wc-webhook-signature": base64.b64encode(_hmac(secret.encode(), body)).decode(),
        "x-wc-webhook-id": "3",
        "x-wc-webhook-delivery-id": "a8f2c1",
    }


def tilda_form(
    fields: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    key_name: str = "api-key",
    tranid: str | None = "467251:8442970",
    as_json: bool = False,
) -> tuple[bytes, dict[str, str]]:
    """A filled form of Tilda: body and headers; `key` travels as a field. Nested values get PHP's brackets."""
    sent: dict[str, Any] = {"Name": "Анна Примерова", "Phone": PHONE, "Email": "anna@example.com"}
    sent |= {"formid": "form171", "formname": "Заявка"} | dict(fields or {})
    if tranid:
        sent.setdefault("tranid", tranid)
    if key is not None:
        sent[key_name] = key
    if as_json:
        return json.dumps(sent, ensure_ascii=False).encode(), {"content-type": "application/json"}
    pairs = [pair for name, value in sent.items() for pair in php_pairs(name, value)]
    return urlencode(pairs).encode(), {"content-type": "application/x-www-form-urlencoded"}


def tilda_payment(*, order: str = "1482190531", systranid: str = "0", **more: Any) -> dict[str, Any]:
    """The field `payment` of a Tilda cart."""
    products = [
        {"name": "Футболка", "quantity": 2, "amount": 3000, "price": "1500", "sku": "TS-1"},
        {"name": "Кепка", "quantity": "1", "amount": "700,50", "price": "700,50", "externalid": "x9"},
    ]
    payment: dict[str, Any] = {"sys": "yookassa", "systranid": systranid, "orderid": order, "products": products}
    payment |= {"amount": "3 700,50", "subtotal": "3700.5", "delivery": "Курьер", "promocode": "OSEN"}
    payment |= {"delivery_fio": "Примерова Анна", "delivery_address": "Казань, ул. Примерная, 1"}
    return payment | more


def tilda_cookies(marks: str = COOKIE_MARKS, *, encoded: int = 1) -> str:
    """The field COOKIES with Tilda's own cookie in it, percent-encoded `encoded` times."""
    for _ in range(encoded):
        marks = quote(marks, safe="")
    return f"_ga=GA1.2.1.1; TILDAUTM={marks}; tildauid=1700000000000.1"


def php_pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """A nested value as PHP's names with brackets."""
    if isinstance(value, Mapping):
        return [pair for inner, part in value.items() for pair in php_pairs(f"{name}[{inner}]", part)]
    if isinstance(value, list | tuple):
        return [pair for at, part in enumerate(value) for pair in php_pairs(f"{name}[{at}]", part)]
    return [(name, str(value))]


def standard_webhook_headers(body: bytes, secret: str, id: str = "msg_1", ts: int = 1_740_000_000) -> dict[str, str]:
    """Standard Webhooks' headers; `ts` in Unix seconds, `secret` either `whsec_` and base64 or plain text."""
    prefixed = secret.startswith("whsec_")
    key = base64.b64decode(secret.removeprefix("whsec_")) if prefixed else secret.encode()
    signature = base64.b64encode(_hmac(key, f"{id}.{ts}.".encode() + body)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(ts),
        "webhook-signature": f"v1,{signature}",
    }


def multipart(
    fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes]] = ()
) -> tuple[bytes, dict[str, str]]:
    """A multipart form: body and headers."""
    border = "example-border"
    opening = f"--{border}\r\nContent-Disposition: form-data"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    parts += [
        f'{opening}; name="{name}"; filename="a.bin"\r\n'.encode()
        + b"Content-Type: application/octet-stream\r\n\r\n"
        + content
        + b"\r\n"
        for name, content in files
    ]
    return b"".join(parts) + f"--{border}--\r\n".encode(), {"content-type": f"multipart/form-data; boundary={border}"}


def _woo_meta(marks: Mapping[str, str]) -> list[dict[str, Any]]:
    prefix = "_wc_order_attribution_"
    own = {f"{prefix}source_type": "utm", f"{prefix}referrer": "https://ya.ru/"}
    own[f"{prefix}session_entry"] = "https://shop.example.com/?utm_source=entry"
    own |= {f"{prefix}utm_{mark}": value for mark, value in marks.items()}
    return [{"id": at, "key": key, "value": value} for at, (key, value) in enumerate(own.items(), 100)]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
