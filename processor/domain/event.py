"""The one vocabulary in which rules see every sender's events."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

EVENT_TYPES: tuple[str, ...] = (
    "order.created",
    "order.updated",
    "order.paid",
    "order.cancelled",
    "order.refunded",
    "payment.succeeded",
    "payment.failed",
    "payment.refunded",
    "form.submitted",
    "lead.created",
    "lead.updated",
    "customer.created",
    "customer.updated",
    "cart.abandoned",
)


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an event; what the sender did not give is absent (None)."""


class Customer(Part, frozen=True):
    """Who acted. `phone` is E.164 (+79000000001); ids are the messengers' own."""

    id: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    city: str | None = None
    telegram_id: str | None = None
    telegram_username: str | None = None
    viber_id: str | None = None
    vk_id: str | None = None


class Item(Part, frozen=True):
    """One line of an order."""

    name: str | None = None
    sku: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None


class Order(Part, frozen=True):
    """What was ordered; `status` is the sender's own word."""

    id: str | None = None
    number: str | None = None
    status: str | None = None
    total: Decimal | None = None
    currency: str | None = None
    paid: bool | None = None
    coupon: str | None = None
    comment: str | None = None
    items: tuple[Item, ...] = ()


class Payment(Part, frozen=True):
    """A payment, by the sender's own id and status."""

    id: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    method: str | None = None


class Form(Part, frozen=True):
    """A filled form; `fields` are the visitor's answers by the sender's own names."""

    id: str | None = None
    name: str | None = None
    fields: dict[str, str] = {}


class Utm(Part, frozen=True):
    """Where the visitor came from."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None


class Page(Part, frozen=True):
    """The page on which it happened."""

    url: str | None = None
    referrer: str | None = None


class Event(Part, frozen=True):
    """One thing that happened. `event` is a type of EVENT_TYPES or the sender's own word.

    `thin` is true when the sender gave an id only and nobody has asked it for the rest.
    """

    source: str
    event: str
    received_at: datetime
    occurred_at: datetime | None = None
    customer: Customer = Customer()
    order: Order | None = None
    payment: Payment | None = None
    form: Form | None = None
    utm: Utm | None = None
    page: Page | None = None
    thin: bool | None = None
    raw: Any = None


def as_mapping(event: Event) -> dict[str, Any]:
    """The event as nested dicts and lists; absent parts are left out, Decimals and datetimes stay."""
    whole: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(Decimal, datetime))
    return whole
