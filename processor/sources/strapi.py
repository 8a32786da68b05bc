"""Strapi: `{event, createdAt, model, uid, entry}`, proven by a header that its owner sets by hand.

Strapi sends a delivery once and never repeats a failed one; private fields of an entry are left out. People keep orders
and filled forms in it under names of their own: a model whose name speaks of orders is read as an order, any other
entry as a form, and the customer is told by the labels of the fields, also of a related entry such as `customer`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.mapping import Level, Unfilled
from processor.domain.source import Source
from processor.sources.body import as_mapping, read_body
from processor.sources.compose import first_text
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed
from processor.sources.mapping import (
    Draft,
    Mapped,
    Sent,
    blank_draft,
    has_templates,
    mapped,
    own_parts,
    under,
    well_known,
)
from processor.sources.scalar import text_of
from processor.sources.visitor import customer_of, known_answers

EVENT_HEADER: Final = "x-strapi-event"

# What an entry has besides its owner's fields.
SYSTEM_FIELDS: Final = re.compile(
    "id|documentId|(created|updated|published)(At|_at)|(created|updated)(By|_by)|locale|localizations"
)
PEOPLE: Final = ("customer", "client", "buyer", "contact", "user", "users_permissions_user")
ORDER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "documentId"),
    "number": ("number", "orderNumber", "order_number", "code", "id"),
    "status": ("status", "state", "orderStatus", "order_status"),
    "total": ("total", "totalPrice", "total_price", "totalAmount", "total_amount", "sum", "amount", "price"),
    "currency": ("currency", "currencyCode", "currency_code"),
    "paid": ("paid", "isPaid", "is_paid"),
    "coupon": ("coupon", "promocode", "promoCode", "promo_code"),
    "comment": ("comment", "note", "message"),
    "items": ("items", "products", "orderItems", "order_items", "lineItems", "line_items", "cart"),
}

_ORDERS = re.compile(r"(?<![bc])order|zakaz|заказ|purchase", re.IGNORECASE)


class _Entry(msgspec.Struct):
    id: int | str | None = None
    updatedAt: str | None = None  # noqa: N815  # Strapi's own name


class _Head(msgspec.Struct):
    """What a delivery key shows of a body; the rest is skipped, not built."""

    event: str | None = None
    model: str | None = None
    entry: _Entry | None = None


_HEAD = msgspec.json.Decoder(_Head)


class Strapi(Keyed):
    """Strapi's webhooks. It waits ten seconds for an answer and does nothing with it."""

    name = "strapi"
    reads_headers = ("content-type", EVENT_HEADER)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Event, model, id and time of change to be read, and a digest of the whole body to decide.

        The body holds `createdAt`, the moment of the event to the millisecond: an entry that is published, withdrawn
        and published again sends three bodies, though `updatedAt` need not differ.
        """
        event = inbound.headers.get(EVENT_HEADER, "")
        head = _head(inbound.body)
        entry = head.entry or _Entry()
        readable = (head.event or event, head.model or "", str(entry.id or ""), entry.updatedAt or "")
        return write_key(*readable, digested=(octets_of(event), inbound.body))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event, under Strapi's own word (entry.create) unless `events:` maps it. Raises Unreadable."""
        return (_read(delivery, source).event,)

    def unfilled(self, delivery: Delivery, source: Source) -> tuple[Unfilled, ...]:
        """The fields of the mapping whose template failed. Raises Unreadable."""
        return _read(delivery, source).unfilled if has_templates(source) else ()


def _head(body: bytes) -> _Head:
    try:
        return _HEAD.decode(body)
    except (ValueError, RecursionError):
        return _Head()


def _read(delivery: Delivery, source: Source) -> Mapped:
    content_type = delivery.headers.get("content-type", "")
    tree = scrub(as_mapping(read_body(delivery.body, content_type).tree), source.keys)
    entry = tree.get("entry")
    levels: tuple[Level, ...] = (tree, entry) if isinstance(entry, dict) else (tree,)
    draft = blank_draft()
    own_parts(draft, levels[1:], None if source.fields else well_known)
    if isinstance(entry, dict) and not source.fields:
        _pick_up(draft, tree, entry)
    types = (delivery.headers.get(EVENT_HEADER), tree.get("event"))
    occurred = first_text(tree.get("createdAt"), tree.get("created_at"))
    return mapped(delivery, source, Sent(tree, levels, draft, types, occurred), nameless="unknown")


def _pick_up(draft: Draft, tree: Level, entry: Level) -> None:
    people = (entry[name] for name in PEOPLE if isinstance(entry.get(name), dict))
    for person in people:
        draft["customer"] = under(draft["customer"], customer_of(known_answers(person)))
    model = first_text(tree.get("model"), tree.get("uid")) or ""
    if _ORDERS.search(model):
        found = {ours: _first(entry, names) for ours, names in ORDER_NAMES.items()}
        draft["order"] = under(draft["order"], found)
    else:
        answers = {name: value for name, value in entry.items() if not SYSTEM_FIELDS.fullmatch(name) and text_of(value)}
        form = {"id": first_text(entry.get("documentId"), entry.get("id")), "name": model, "fields": answers}
        draft["form"] = under(draft["form"], form)


def _first(entry: Level, names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) not in (None, "")), None)
