"""What shops post (InSales, Shopify, RetailCRM), written by us in their shapes with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

PHONE = "8 (900) 000-00-01"
JSON = {"content-type": "application/json"}


def insales_order(**more: Any) -> dict[str, Any]:
    """An order of InSales; `more` overrides any field at the top."""
    order: dict[str, Any] = {
        "id": 710001,
        "number": 1042,
        "key": "a1b2c3",
        "total_price": 5400.0,
        "items_price": 5100.0,
        "currency_code": "RUR",
        "financial_status": "pending",
        "fulfillment_status": "new",
        "custom_status": {"permalink": "novyy", "title": "Новый"},
        "comment": "Позвоните за час",
        "payment_title": "Картой на сайте",
        "client": {
            "id": 5501,
            "name": "Анна",
            "surname": "Примерова",
            "middlename": "Игоревна",
            "email": "anna@example.com",
            "phone": PHONE,
        },
        "shipping_address": {
            "name": "Анна",
            "phone": "+79000000002",
            "city": "Казань",
            "full_delivery_address": "г Казань, ул. Примерная, 1",
        },
        "order_lines": [
            {"id": 1, "title": "Чайник", "quantity": 1, "sale_price": 3000.0, "sku": "TEA-1", "product_id": 93},
            {"id": 2, "title": "Чашка", "quantity": 4, "sale_price": 600.0, "full_sale_price": 525.0, "sku": None},
        ],
        "fields_values": [{"id": 3, "handle": "gift", "name": "Подарок", "value": "да"}],
        "order_changes": [],
        "first_current_location": "/collection/all?utm_source=yandex&utm_medium=cpc&utm_campaign=vesna",
        "current_location": "/?utm_source=later",
        "first_referer": "https://ya.ru/",
        "created_at": "2025-03-01T12:00:00.000+03:00",
        "updated_at": "2025-03-01T12:05:00.000+03:00",
    }
    return order | more


def insales_client(**more: Any) -> dict[str, Any]:
    """A client of InSales."""
    client: dict[str, Any] = {
        "id": 5501,
        "name": "Анна",
        "surname": "Примерова",
        "middlename": None,
        "email": "anna@example.com",
        "phone": PHONE,
        "created_at": "2025-03-01T12:00:00.000+03:00",
        "updated_at": "2025-03-01T12:05:00.000+03:00",
    }
    return client | more


def as_json(tree: Any) -> bytes:
    """A body of JSON."""
    return json.dumps(tree, ensure_ascii=False).encode()


def as_rails_xml(root: str, tree: Mapping[str, Any]) -> bytes:
    """A tree as Rails writes it in XML: names with dashes, lists of type "array", `nil` for nothing."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + _element(root, tree)).encode()


def _element(name: str, value: Any) -> str:
    name = name.replace("_", "-")
    if value is None:
        return f'<{name} nil="true"/>'
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(inner, part) for inner, part in value.items())}</{name}>"
    if isinstance(value, list):
        inner = name.removesuffix("s")
        return f'<{name} type="array">{"".join(_element(inner, part) for part in value)}</{name}>'
    kind = ' type="integer"' if isinstance(value, int) else ' type="decimal"' if isinstance(value, float) else ""
    return f"<{name}{kind}>{escape(str(value))}</{name}>"


def shopify_order(**more: Any) -> dict[str, Any]:
    """An order of Shopify; `more` overrides any field at the top."""
    place = {"first_name": "Anna", "last_name": "Example", "address1": "Example St 1", "address2": "Apt 2"}
    place |= {"city": "Almaty", "name": "Anna Example", "country_code": "KZ"}
    order: dict[str, Any] = {
        "id": 820982911946154508,
        "name": "#1001",
        "order_number": 1001,
        "email": "anna@example.com",
        "phone": None,
        "created_at": "2025-03-01T12:00:00+05:00",
        "updated_at": "2025-03-01T12:05:00+05:00",
        "cancelled_at": None,
        "financial_status": "paid",
        "fulfillment_status": None,
        "total_price": "5400.00",
        "currency": "KZT",
        "note": "Call before",
        "tags": "vip, spring",
        "test": False,
        "landing_site": "/collections/all?utm_source=google&utm_medium=cpc",
        "referring_site": "https://www.google.com/",
        "note_attributes": [],
        "discount_codes": [{"code": "SPRING10", "amount": "600.00", "type": "percentage"}],
        "payment_gateway_names": ["visa", "bogus"],
        "customer": {"id": 207119551, "email": "anna@example.com", "phone": None, "first_name": "Anna"},
        "shipping_address": {**place, "phone": "555-555-SHIP"},
        "billing_address": {**place, "phone": "+7 700 000 00 01"},
        "line_items": [
            {"id": 1, "name": "Teapot - Red", "title": "Teapot", "sku": "TEA-1", "quantity": 1, "price": "3000.00"},
            {"id": 2, "name": "Cup", "title": "Cup", "sku": "", "quantity": 4, "price": "600.50"},
        ],
    }
    return order | more


def shopify_headers(
    body: bytes,
    secret: str,
    topic: str = "orders/create",
    *,
    shop: str = "example.myshopify.com",
    id: str = "b54557e4-0001",
    prefix: str = "x-",
) -> dict[str, str]:
    """Shopify's headers, signed; names in lower case, with or without the old `x-`."""
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    own = {"hmac-sha256": signature, "topic": topic, "shop-domain": shop, "webhook-id": id, "api-version": "2025-01"}
    return JSON | {f"{prefix}shopify-{name}": value for name, value in own.items()}


def retailcrm_fields(**more: str) -> dict[str, str]:
    """The parameters of our recipe, as RetailCRM fills them in."""
    fields = {
        "event": "order.updated",
        "id": "77",
        "number": "77C",
        "phone": PHONE,
        "email": "anna@example.com",
        "first_name": "Анна",
        "last_name": "Примерова",
        "status": "assembling",
        "total": "5400.5",
        "utm_source": "yandex",
        "utm_medium": "cpc",
    }
    return fields | more
