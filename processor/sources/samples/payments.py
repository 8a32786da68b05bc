"""Samples of payment services: a payment each."""

from __future__ import annotations

import json

from processor.domain.delivery import Inbound
from processor.sources.samples.sample import (
    EMAIL,
    FORM,
    JSON,
    NAME,
    PHONE,
    Asked,
    form_body,
    json_body,
    posted,
)


def yookassa(asked: Asked) -> Inbound:
    """A payment that succeeded."""
    at = asked.at.isoformat(timespec="milliseconds")
    thing = {
        "id": "test-0001",
        "status": "succeeded",
        "paid": True,
        "amount": {"value": "5400.00", "currency": "RUB"},
        "created_at": at,
        "captured_at": at,
        "payment_method": {"type": "bank_card"},
        "metadata": {"order_id": "1042", "phone": PHONE, "email": EMAIL, "name": NAME, "utm_source": "example"},
    }
    return posted(json_body({"type": "notification", "event": "payment.succeeded", "object": thing}), JSON)


def cloudpayments(asked: Asked) -> Inbound:
    """A payment."""
    fields = {
        "TransactionId": "504",
        "Amount": "5400.00",
        "Currency": "RUB",
        "DateTime": asked.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Status": "Completed",
        "OperationType": "Payment",
        "InvoiceId": "1042",
        "Email": EMAIL,
        "TestMode": "0",
        "AuthCode": "A1B2C3",
        "Data": json.dumps({"phone": PHONE, "utm_source": "example", "name": NAME}, ensure_ascii=False),
    }
    return posted(form_body(fields), FORM, "event=pay")


def prodamus(asked: Asked) -> Inbound:
    """A payment."""
    fields = {
        "date": asked.at.isoformat(timespec="seconds"),
        "order_id": "300155",
        "order_num": "1042",
        "sum": "5400.00",
        "customer_phone": PHONE,
        "customer_email": EMAIL,
        "payment_type": "Карта",
        "attempt": "1",
        "_param_utm_source": "example",
        "products": [{"name": "Чайник", "price": "5400.00", "quantity": "1", "sum": "5400.00"}],
        "payment_status": "success",
    }
    return posted(form_body(fields), FORM)


def stripe(asked: Asked) -> Inbound:
    """A paid session of Checkout, as of live mode: the rules for real payments are those to be seen."""
    session = {
        "id": "cs_test_0001",
        "object": "checkout.session",
        "amount_total": 540000,
        "currency": "rub",
        "client_reference_id": "1042",
        "customer_details": {"name": NAME, "phone": PHONE, "email": EMAIL},
        "metadata": {"utm_source": "example"},
        "payment_status": "paid",
        "status": "complete",
    }
    event = {
        "id": "evt_test_0001",
        "object": "event",
        "created": int(asked.at.timestamp()),
        "livemode": True,
        "type": "checkout.session.completed",
        "data": {"object": session},
    }
    return posted(json_body(event), JSON)
