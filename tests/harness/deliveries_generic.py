"""What Strapi, Svix and nameless senders post, written by us in their shapes with invented people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.harness.deliveries import PHONE, standard_webhook_headers

STRAPI_TOKEN = "strapi-token-1"

ENTRY: dict[str, Any] = {
    "id": 12,
    "documentId": "hgv1vny5cebq2l3czil1rpb3",
    "name": "Анна Примерова",
    "phone": PHONE,
    "email": "anna@example.com",
    "city": "Казань",
    "utm_source": "vk",
    "createdAt": "2025-03-01T09:00:00.000Z",
    "updatedAt": "2025-03-01T09:00:00.000Z",
    "publishedAt": None,
    "locale": "ru",
}
ORDER_ENTRY: dict[str, Any] = {
    "id": 31,
    "orderNumber": "A-31",
    "totalPrice": "5400.50",
    "currency": "RUB",
    "status": "new",
    "isPaid": False,
    "comment": "Позвоните за час",
    "items": [{"title": "Чайник", "quantity": 1, "price": 3000}, {"title": "Чашка", "qty": 4, "price": "600.125"}],
    "customer": {"id": 7, "fullName": "Анна Примерова", "phone": PHONE, "email": "anna@example.com"},
    "createdAt": "2025-03-01T09:00:00.000Z",
    "updatedAt": "2025-03-01T09:05:00.000Z",
}


def strapi(
    event: str = "entry.create",
    *,
    model: str = "feedback",
    entry: Mapping[str, Any] | None = ENTRY,
    created: str = "2025-03-01T09:00:00.123Z",
    **more: Any,
) -> bytes:
    """The body of a Strapi webhook; without an `entry` it is the test that the button sends."""
    sent: dict[str, Any] = {"event": event, "createdAt": created}
    if entry is not None:
        sent |= {"model": model, "uid": f"api::{model}.{model}", "entry": dict(entry)}
    return json.dumps(sent | more, ensure_ascii=False).encode()


def strapi_headers(event: str = "entry.create", token: str | None = STRAPI_TOKEN) -> dict[str, str]:
    """Strapi's headers, with the one that its owner adds."""
    proof = {"authorization": f"Bearer {token}"} if token else {}
    return {"content-type": "application/json", "x-strapi-event": event, **proof}


def svix_headers(body: bytes, secret: str, id: str = "msg_1", ts: int = 1_740_000_000) -> dict[str, str]:
    """The headers of Standard Webhooks under the names that Svix gives them."""
    headers = standard_webhook_headers(body, secret, id, ts)
    return {name.replace("webhook-", "svix-"): value for name, value in headers.items()}


def envelope(data: Mapping[str, Any] | None = None, type: str = "contact.created") -> bytes:
    """The body that Standard Webhooks advises."""
    person = {"id": "c_1", "phone": PHONE, "email": "anna@example.com", "name": "Анна", "utm_source": "vk"}
    sent = {"type": type, "timestamp": "2025-03-01T09:00:00.500Z", "data": dict(data or person)}
    return json.dumps(sent, ensure_ascii=False).encode()
