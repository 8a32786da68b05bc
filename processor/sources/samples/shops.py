"""Samples of shops: an order each."""

from __future__ import annotations

from processor.domain.delivery import Inbound
from processor.sources.samples.sample import (
    EMAIL,
    FIRST,
    FORM,
    JSON,
    LAST,
    NAME,
    PAGE,
    PHONE,
    Asked,
    form_body,
    json_body,
    posted,
)


def woocommerce(asked: Asked) -> Inbound:
    """A new order."""
    place = {"first_name": FIRST, "last_name": LAST, "city": "Казань", "country": "RU", "phone": PHONE, "email": EMAIL}
    at = asked.at.strftime("%Y-%m-%dT%H:%M:%S")
    order = {
        "id": 1001,
        "number": "1001",
        "status": "processing",
        "currency": "RUB",
        "total": "5400.00",
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "date_paid_gmt": at,
        "billing": place,
        "shipping": place,
        "payment_method_title": "Картой",
        "line_items": [{"id": 1, "name": "Чайник", "product_id": 93, "quantity": 1, "price": 5400, "sku": "TEA-1"}],
        "meta_data": [{"key": "_wc_order_attribution_utm_source", "value": "example"}],
    }
    return posted(json_body(order), {**JSON, "x-wc-webhook-topic": "order.created"})


def tilda(_: Asked) -> Inbound:
    """A filled form."""
    fields = {"Name": NAME, "Phone": PHONE, "Email": EMAIL, "formid": "form1", "formname": "Заявка", "tranid": "1:1"}
    return posted(form_body({**fields, "utm_source": "example", "utm_medium": "test"}), FORM)


def insales(asked: Asked) -> Inbound:
    """A new order."""
    order = {
        "id": 710001,
        "number": 1042,
        "total_price": 5400.0,
        "currency_code": "RUR",
        "financial_status": "pending",
        "client": {"id": 5501, "name": FIRST, "surname": LAST, "email": EMAIL, "phone": PHONE},
        "order_lines": [{"id": 1, "title": "Чайник", "quantity": 1, "sale_price": 5400.0, "sku": "TEA-1"}],
        "first_current_location": "/?utm_source=example&utm_medium=test",
        "updated_at": asked.at.isoformat(timespec="milliseconds"),
    }
    return posted(json_body(order), JSON, "topic=orders/create")


def shopify(asked: Asked) -> Inbound:
    """A paid order."""
    order = {
        "id": 820982911946154508,
        "name": "#1001",
        "order_number": 1001,
        "email": EMAIL,
        "phone": PHONE,
        "updated_at": asked.at.isoformat(timespec="seconds"),
        "financial_status": "paid",
        "total_price": "5400.00",
        "currency": "RUB",
        "landing_site": "/?utm_source=example&utm_medium=test",
        "customer": {"id": 1, "email": EMAIL, "first_name": FIRST, "last_name": LAST},
        "line_items": [{"id": 1, "name": "Чайник", "sku": "TEA-1", "quantity": 1, "price": "5400.00"}],
    }
    shop = asked.account or "example.myshopify.com"
    headers = {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": shop, "x-shopify-webhook-id": "test-1"}
    return posted(json_body(order), {**JSON, **headers})


def retailcrm(_: Asked) -> Inbound:
    """An order that changed."""
    order = {"event": "order.updated", "id": "77", "number": "77C", "status": "assembling", "total": "5400.5"}
    person = {"phone": PHONE, "email": EMAIL, "first_name": FIRST, "last_name": LAST, "utm_source": "example"}
    return posted(form_body(order | person), FORM)


def ecwid(asked: Asked) -> Inbound:
    """An order by its number alone, as Ecwid sends it."""
    told = {
        "eventId": "test-1",
        "eventCreated": int(asked.at.timestamp()),
        "storeId": asked.account or "1003",
        "entityId": 103878161,
        "eventType": "order.created",
        "data": {"orderId": "XJ12H", "newPaymentStatus": "PAID"},
    }
    return posted(json_body(told), JSON)


def pretix(asked: Asked) -> Inbound:
    """An order by its code alone, as pretix sends it."""
    told = {"notification_id": 1, "organizer": asked.account or "primer", "event": "vesna", "code": "ABC23"}
    return posted(json_body(told | {"action": "pretix.event.order.placed"}), JSON)


def generic(_: Asked) -> Inbound:
    """A filled form under usual names."""
    person = {"name": NAME, "phone": PHONE, "email": EMAIL}
    order = {"id": "1042", "number": "1042", "total": 5400, "currency": "RUB"}
    told = {
        "event": "order.created",
        "customer": person,
        "order": order,
        "utm_source": "example",
        "page": {"url": PAGE},
    }
    return posted(json_body(told), JSON)


def standard_webhooks(asked: Asked) -> Inbound:
    """The envelope that Standard Webhooks advises."""
    person = {"id": "c_1", "phone": PHONE, "email": EMAIL, "name": NAME, "utm_source": "example"}
    told = {"type": "contact.created", "timestamp": asked.at.isoformat(), "data": person}
    return posted(json_body(told), JSON)


def strapi(asked: Asked) -> Inbound:
    """A new entry."""
    at = asked.at.isoformat(timespec="milliseconds")
    entry = {"id": 12, "name": NAME, "phone": PHONE, "email": EMAIL, "city": "Казань", "createdAt": at, "updatedAt": at}
    told = {"event": "entry.create", "createdAt": at, "model": "feedback", "uid": "api::feedback.feedback"}
    return posted(json_body(told | {"entry": entry}), {**JSON, "x-strapi-event": "entry.create"})
