"""What senders post that only name what changed, and what their APIs tell of it, with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.harness.deliveries import PHONE

FORM = {"content-type": "application/x-www-form-urlencoded"}
BITRIX_TOKEN = "application-token-1"
PORTAL = "primer.bitrix24.ru"


def bitrix_hook(
    event: str = "ONCRMLEADADD",
    id: str | int = 7,
    ts: int = 1_740_000_000,
    token: str | None = BITRIX_TOKEN,
    portal: str = PORTAL,
) -> bytes:
    """An outgoing webhook of Bitrix24."""
    fields = {
        "event": event,
        "event_handler_id": "3",
        "data[FIELDS][ID]": str(id),
        "ts": str(ts),
        "auth[domain]": portal,
        "auth[client_endpoint]": f"https://{portal}/rest/",
        "auth[server_endpoint]": "https://oauth.bitrix.info/rest/",
        "auth[member_id]": "a1b2c3d4",
    }
    return urlencode(fields | ({"auth[application_token]": token} if token else {})).encode()


def bitrix_lead(**more: Any) -> dict[str, Any]:
    """A lead as `crm.lead.get` tells it; `more` overrides any field."""
    lead = {
        "ID": "7",
        "TITLE": "Заявка с сайта",
        "NAME": "Анна",
        "SECOND_NAME": None,
        "LAST_NAME": "Примерова",
        "STATUS_ID": "NEW",
        "OPPORTUNITY": "5400.00",
        "CURRENCY_ID": "RUB",
        "COMMENTS": "Перезвонить",
        "CONTACT_ID": None,
        "ADDRESS_CITY": "Казань",
        "DATE_MODIFY": "2025-02-20T00:20:00+03:00",
        "UTM_SOURCE": "yandex",
        "UTM_MEDIUM": "cpc",
        "UTM_CAMPAIGN": "osen",
        "UTM_CONTENT": None,
        "UTM_TERM": None,
        "PHONE": [{"ID": "1", "VALUE": PHONE, "VALUE_TYPE": "WORK", "TYPE_ID": "PHONE"}],
        "EMAIL": [{"ID": "2", "VALUE": "anna@example.com", "VALUE_TYPE": "WORK", "TYPE_ID": "EMAIL"}],
    } | more
    return {name: value for name, value in lead.items() if value is not ...}


def bitrix_deal(**more: Any) -> dict[str, Any]:
    """A deal as `crm.deal.get` tells it."""
    deal = {"ID": "9", "TITLE": "Сделка", "STAGE_ID": "C1:NEW", "OPPORTUNITY": "12000.00", "CURRENCY_ID": "RUB"}
    return deal | {"CONTACT_ID": "31", "UTM_SOURCE": None} | more


def bitrix_contact(**more: Any) -> dict[str, Any]:
    """A contact as `crm.contact.get` tells it."""
    contact = {"ID": "31", "NAME": "Борис", "LAST_NAME": "Примеров", "PHONE": [{"VALUE": "8 (900) 000-00-02"}]}
    return contact | {"EMAIL": [{"VALUE": "boris@example.com"}], "UTM_SOURCE": "vk"} | more


AMO_ACCOUNT = {"account[id]": "2001", "account[subdomain]": "primer"}


def amo_hook(*changes: tuple[str, str, Mapping[str, Any]], account: Mapping[str, str] = AMO_ACCOUNT) -> bytes:
    """A webhook of amoCRM: (entity, action, record) in their order, each record a tree."""
    pairs: list[tuple[str, str]] = []
    numbers: dict[tuple[str, str], int] = {}
    for entity, action, record in changes:
        number = numbers.get((entity, action), 0)
        numbers[entity, action] = number + 1
        pairs += _flat(f"{entity}[{action}][{number}]", record)
    return urlencode([*pairs, *account.items()]).encode()


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in _flat(f"{name}[{key}]", inner)]
    if isinstance(value, list):
        return [pair for at, inner in enumerate(value) for pair in _flat(f"{name}[{at}]", inner)]
    return [(name, str(value))]


def amo_lead_change(id: int = 17, **more: Any) -> dict[str, Any]:
    """A lead as a webhook brings it: no phone."""
    lead = {"id": id, "name": "Сделка", "status_id": 142, "old_status_id": 141, "price": 5400, "pipeline_id": 11}
    return lead | {"last_modified": 1_740_000_000, "modified_user_id": 5} | more


def amo_contact_change(id: int = 41, **more: Any) -> dict[str, Any]:
    """A contact as a webhook brings it: with its fields."""
    contact: dict[str, Any] = {"id": id, "name": "Анна Примерова", "type": "contact", "updated_at": 1_740_000_000}
    contact["custom_fields"] = [
        {"id": 1, "name": "Телефон", "code": "PHONE", "values": [{"value": PHONE, "enum": 10}]},
        {"id": 2, "name": "Email", "code": "EMAIL", "values": [{"value": "anna@example.com", "enum": 11}]},
        {"id": 3, "name": "Город", "values": [{"value": "Казань"}]},
    ]
    return contact | more


def amo_unsorted(**more: Any) -> dict[str, Any]:
    """A filled form as a webhook brings it."""
    fields = {
        "name_1": {"type": "text", "name": "Ваше имя", "value": "Анна Примерова"},
        "571_1": {"type": "multitext", "name": "Телефон", "value": PHONE},
        "note_2": {"type": "text", "name": "Дата", "value": "5 мая"},
    }
    form = {"data": fields, "form_id": 308, "form_name": "Заявка", "date": 1_740_000_000}
    form |= {"form_page": "https://primer.example/?utm_source=vk&utm_medium=social", "referer": "https://vk.com/"}
    contact = {"name": "Анна Примерова", "custom_fields": amo_contact_change()["custom_fields"]}
    return {"uid": "0abc", "category": "forms", "source_data": form, "data": {"contacts": [contact]}} | more


def amo_lead(**more: Any) -> dict[str, Any]:
    """A lead as the API tells it."""
    marks = {"UTM_SOURCE": "yandex", "UTM_MEDIUM": "cpc"}
    lead: dict[str, Any] = {"id": 17, "name": "Сделка", "price": 5400, "status_id": 142, "updated_at": 1_740_000_001}
    lead["custom_fields_values"] = [
        {"field_id": at, "field_name": code.lower(), "field_code": code, "values": [{"value": value}]}
        for at, (code, value) in enumerate(marks.items())
    ]
    lead["_embedded"] = {"tags": [], "contacts": [{"id": 40, "is_main": False}, {"id": 41, "is_main": True}]}
    return lead | more


def amo_contact(**more: Any) -> dict[str, Any]:
    """A contact as the API tells it."""
    contact: dict[str, Any] = {"id": 41, "name": "Анна Примерова", "first_name": "Анна", "last_name": "Примерова"}
    contact["custom_fields_values"] = [
        {"field_id": 1, "field_name": "Телефон", "field_code": "PHONE", "values": [{"value": PHONE}]},
        {"field_id": 2, "field_name": "Email", "field_code": "EMAIL", "values": [{"value": "anna@example.com"}]},
    ]
    return contact | more


def ecwid_hook(event: str = "order.created", id: str = "evt-1", created: int = 1_740_000_000, **more: Any) -> bytes:
    """A webhook of Ecwid."""
    data: dict[str, Any] = {"orderId": "XJ12H", "newPaymentStatus": "PAID"}
    body = {"eventId": id, "eventCreated": created, "storeId": 1003, "entityId": 103878161, "eventType": event}
    return json.dumps(body | {"data": data} | more).encode()


def ecwid_headers(body: bytes, secret: str) -> dict[str, str]:
    """Its signature: only the event's time and id are in it."""
    tree = json.loads(body)
    message = f"{tree['eventCreated']}.{tree['eventId']}".encode()
    digest = hmac.digest(secret.encode(), message, hashlib.sha256)
    return {"content-type": "application/json", "x-ecwid-webhook-signature": base64.b64encode(digest).decode()}


def ecwid_order(**more: Any) -> dict[str, Any]:
    """An order as the API tells it."""
    order: dict[str, Any] = {
        "id": "XJ12H",
        "vendorOrderNumber": "XJ12H",
        "email": "anna@example.com",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "AWAITING_PROCESSING",
        "paymentMethod": "Картой",
        "externalTransactionId": "tx-1",
        "total": 5400,
        "orderComments": "Позвоните",
        "customerId": 55,
        "refererUrl": "https://shop.example/?utm_source=yandex&utm_medium=cpc",
        "discountCoupon": {"name": "Осень", "code": "OSEN"},
        "items": [{"name": "Чайник", "sku": "TEA-1", "quantity": 2, "price": 2700, "productId": 1}],
        "billingPerson": {"name": "Анна Примерова", "firstName": "Анна", "lastName": "Примерова", "phone": PHONE},
        "shippingPerson": {"name": "Анна Примерова", "street": "ул. Примерная, 1", "city": "Казань"},
    }
    return order | more


def pretix_hook(action: str = "pretix.event.order.placed", id: int = 123455, **more: Any) -> bytes:
    """A webhook of pretix."""
    body = {"notification_id": id, "organizer": "primer", "event": "vesna", "code": "ABC23", "action": action}
    return json.dumps(body | more).encode()


def pretix_order(**more: Any) -> dict[str, Any]:
    """An order as the API tells it."""
    order: dict[str, Any] = {
        "code": "ABC23",
        "status": "n",
        "testmode": False,
        "email": "anna@example.com",
        "phone": "+79000000001",
        "total": "46.00",
        "payment_provider": "banktransfer",
        "comment": "",
        "customer": None,
        "invoice_address": {"name": "Анна Примерова", "street": "ул. Примерная, 1", "city": "Казань"},
        "positions": [{"id": 1, "item": 1345, "price": "23.00", "attendee_name": "Борис", "secret": "ticket-secret"}]
        * 2,
        "last_modified": "2025-02-20T00:20:01+03:00",
        "secret": "order-secret",
    }
    return order | more
