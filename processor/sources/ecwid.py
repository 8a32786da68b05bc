"""Ecwid: that something happened to an order or a customer; only the event's id and time are signed.

So whoever sees one delivery could sign another body with it: of the body nothing is believed but the type and the id
to ask the API for, and a second delivery with the same signature counts as a repetition of the first.
Event types are Ecwid's own: order.created, order.updated, order.deleted, customer.created...; an update of which the
API tells the payment status CANCELLED or REFUNDED is order.cancelled or order.refunded. There is no order.paid: a rule
says `order.paid: true`. unfinished_order.created keeps its name: it is sent when a checkout begins, so a rule for
abandoned carts would write to people who are just paying.
Not known for certain: `utmData` of an order, and the id of an unfinished order (entityId may be -1; `cartId` is tried).
Repeated every 15 minutes for 48 hours until answered exactly 200.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound, Want
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.fetched import document, raw_with
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import require_account
from processor.sources.preset import Preset
from processor.sources.scalar import line_of, moment_of
from processor.sources.signature import require_signature

SIGNATURE_HEADER: Final = "x-ecwid-webhook-signature"
ENDED: Final[Mapping[str, str]] = {"CANCELLED": "order.cancelled", "REFUNDED": "order.refunded"}
PAID: Final = frozenset({"PAID", "PARTIALLY_REFUNDED"})
NO_ID: Final = frozenset({"-1", "0"})
# Each kind of entity: where its id may stand in `data` before `entityId`.
IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "order": ("orderId",),
    "customer": ("customerId",),
    "unfinished_order": ("cartId", "orderId"),
}
KINDS: Final[Mapping[str, str]] = {"order": "order", "customer": "customer", "unfinished_order": "cart"}


class _Head(msgspec.Struct, rename="camel"):
    """What is signed, and whose it says it is; the rest is skipped, not built."""

    event_id: str | None = None
    event_created: int | str | None = None
    store_id: int | str | None = None


_HEAD = msgspec.json.Decoder(_Head)


class Ecwid(Preset):
    """Ecwid. The secret is the application's `client_secret`."""

    name = "ecwid"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """base64 of the HMAC-SHA256 of `eventCreated.eventId`, then the store. Raises ProofRefused."""
        head = _head(inbound.body)
        message = octets_of(f"{_text(head.event_created)}.{_text(head.event_id)}")
        given = inbound.headers.get(SIGNATURE_HEADER)
        require_signature(given, source.secrets, message, header="X-Ecwid-Webhook-Signature")
        require_account(source, head.store_id)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """What is signed and nothing else: the same signature never lets two bodies in."""
        head = _head(inbound.body)
        if not head.event_id or head.event_created is None:
            return write_key("digest", digested=(inbound.body,))
        signed = (_text(head.event_created), head.event_id)
        return write_key(*signed, digested=tuple(map(octets_of, signed)))

    def wants(self, delivery: Delivery, source: Source) -> tuple[Want, ...]:  # noqa: ARG002
        """The order, customer or cart. Raises Unreadable."""
        want = _entity(as_mapping(read_json(delivery.body)))
        return (want,) if want else ()

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        event = line_of(tree.get("eventType")) or "unknown"
        entity = event.partition(".")[0]
        want = _entity(tree)
        told = document(delivery, want)
        customer = entity == "customer"
        return (
            compose(
                delivery,
                _ended(event, told),
                region=source.region,
                customer=_customer(told, _id(tree, entity) if customer else None),
                order=_order(told, _id(tree, entity)) if "order" in entity else None,
                payment={"id": told.get("externalTransactionId"), "method": told.get("paymentMethod")},
                page={"url": None, "referrer": first_text(told.get("refererUrl"), told.get("globalReferer"))},
                utm=_utm(told),
                occurred_at=moment_of(tree.get("eventCreated")),
                thin=not told,
                raw=scrub(raw_with(_signed(tree), **{want.kind: told} if want else {}), source.keys),
            ),
        )


def _head(body: bytes) -> _Head:
    try:
        return _HEAD.decode(body)
    except (ValueError, RecursionError):
        return _Head()


def _signed(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree without `data`, so that no rule can believe it."""
    return {name: value for name, value in tree.items() if name != "data"}


def _text(value: int | str | None) -> str:
    return "" if value is None else str(value)


def _ended(event: str, told: Mapping[str, Any]) -> str:
    return ENDED.get(line_of(told.get("paymentStatus")) or "", event) if event == "order.updated" else event


def _id(tree: Mapping[str, Any], entity: str) -> str | None:
    """The entity's id: an order is asked for by the one that its buyer sees."""
    data = tree.get("data")
    data = data if isinstance(data, dict) else {}
    named = (data.get(name) for name in IDS.get(entity, ()))
    id = first_text(*named, tree.get("entityId"))
    return None if id in NO_ID else id


def _entity(tree: Mapping[str, Any]) -> Want | None:
    """What to ask for, as `store/id`; what was deleted is gone."""
    entity, _, change = (line_of(tree.get("eventType")) or "").partition(".")
    id = _id(tree, entity)
    kind = KINDS.get(entity)
    store = line_of(tree.get("storeId")) or ""
    if not (kind and id and store.isascii() and store.isdecimal()) or "/" in id or change == "deleted":
        return None
    return Want(kind, f"{store}/{id}")


def _customer(told: Mapping[str, Any], id: str | None) -> dict[str, Any]:
    """Who it is: the person billed, then the one shipped to, then a customer's own fields."""
    people = [told[name] for name in ("billingPerson", "shippingPerson") if isinstance(told.get(name), dict)]
    return {
        "id": first_text(id, told.get("customerId")),
        "name": first_text(*(person.get("name") for person in (*people, told))),
        "first_name": first_text(*(person.get("firstName") for person in people)),
        "last_name": first_text(*(person.get("lastName") for person in people)),
        "phone": first_text(*(person.get("phone") for person in (*people, told))),
        "email": first_text(told.get("email")),
        "address": first_text(*(person.get("street") for person in reversed(people))),
        "city": first_text(*(person.get("city") for person in reversed(people))),
    }


def _order(told: Mapping[str, Any], id: str | None) -> dict[str, Any]:
    status = line_of(told.get("paymentStatus"))
    coupon = told.get("discountCoupon")
    return {
        "id": id,
        "number": first_text(told.get("vendorOrderNumber"), told.get("id"), told.get("orderNumber"), id),
        "status": status,
        "total": told.get("total"),
        "currency": told.get("currency"),
        "paid": status in PAID if status else None,
        "coupon": coupon.get("code") if isinstance(coupon, dict) else None,
        "comment": told.get("orderComments"),
        "items": told.get("items"),
    }


def _utm(told: Mapping[str, Any]) -> Utm | None:
    marks, page = told.get("utmData"), told.get("refererUrl")
    return first_of(
        utm_from_mapping(marks, own_part=True) if isinstance(marks, dict) else None,
        utm_from_query(page) if isinstance(page, str) else None,
    )
