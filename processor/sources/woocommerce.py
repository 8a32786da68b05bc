"""WooCommerce: signed JSON of orders and customers.

Event types. The topic of the webhook is the type: order.created, order.updated, customer.created, customer.updated, and
any other topic (product.updated, action.<hook>, order.deleted, order.restored) under its own name. One thing is added:
an update to the status cancelled or refunded is order.cancelled or order.refunded. There is no order.paid, because
WooCommerce sends a payment as an ordinary update, and repeats it with every later change; a rule says
`when: {event: order.updated, order.status: processing}` or `order.paid: true`.
Without the topic header (somebody forwards the bodies) the type is guessed from the shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.key import octets_of, write_key
from processor.sources.preset import Preset
from processor.sources.scalar import line_of, moment_of
from processor.sources.signature import require_signature

SIGNATURE_HEADER: Final = "x-wc-webhook-signature"
TOPIC_HEADER: Final = "x-wc-webhook-topic"
OWN_HEADERS: Final = "x-wc-webhook-"

ATTRIBUTION: Final = "_wc_order_attribution_"
META_MAX: Final = 500
COUPONS_MAX: Final = 20
PING_BYTES_MAX: Final = 64

ENDED: Final[Mapping[str, str]] = {"cancelled": "order.cancelled", "refunded": "order.refunded"}
PAID_STATUSES: Final = frozenset({"processing", "completed"})
# What WooCommerce writes when it knows of no campaign; as a mark it would overwrite a real one.
NO_MARKS: Final = frozenset({"(direct)", "(none)", "(not set)", "(not provided)"})

_PING = re.compile(rb"\s*webhook_id=[0-9]{1,20}\s*")


class _Head(msgspec.Struct):
    """What a delivery key shows of a body; the rest is skipped, not built."""

    id: int | str | None = None
    date_modified_gmt: str | None = None


_HEAD = msgspec.json.Decoder(_Head)


class WooCommerce(Preset):
    """WooCommerce's webhooks. It counts 200 to 302 as delivered, so our usual answers do."""

    name = "woocommerce"
    reads_headers = ("content-type", TOPIC_HEADER, "x-wc-webhook-source")

    def handshake(self, inbound: Inbound, source: Source) -> Answer | None:  # noqa: ARG002
        """Saving a webhook posts `webhook_id=N`, unsigned and without a header of its own, and wants exactly 200."""
        if len(inbound.body) > PING_BYTES_MAX or not _PING.fullmatch(inbound.body):
            return None
        if any(name.startswith(OWN_HEADERS) for name in inbound.headers):
            return None
        return Answer(200, b'{"status":"handshake"}')

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The signature is the base64 of the HMAC-SHA256 of the raw body. Raises ProofRefused."""
        given = inbound.headers.get(SIGNATURE_HEADER)
        require_signature(given, source.secrets, inbound.body, header="X-WC-Webhook-Signature")

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Topic, id and time of change to be read, and a digest of topic and body to decide.

        The time of change has a resolution of one second, and an order may change twice within it: both must be kept,
        so the body decides. X-WC-Webhook-Delivery-ID is of no use: it differs for each try and is the same for two
        deliveries of one second.
        """
        topic = inbound.headers.get(TOPIC_HEADER, "")
        head = _head(inbound.body)
        digested = (octets_of(topic), inbound.body)
        return write_key(topic, str(head.id or ""), head.date_modified_gmt or "", digested=digested)

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = as_mapping(read_json(delivery.body))
        topic = line_of(delivery.headers.get(TOPIC_HEADER)) or _topic_by_shape(tree)
        resource = topic.partition(".")[0]
        if resource == "order":
            return (_order_event(delivery, source, _order_type(topic, tree), tree),)
        if resource == "customer":
            return (_customer_event(delivery, source, topic, tree),)
        return (compose(delivery, topic, region=source.region, occurred_at=_changed_at(tree), raw=tree),)


def _head(body: bytes) -> _Head:
    try:
        return _HEAD.decode(body)
    except (ValueError, RecursionError):
        return _Head()


def _topic_by_shape(tree: Mapping[str, Any]) -> str:
    if "line_items" in tree or ("billing" in tree and "status" in tree):
        fresh = tree.get("date_created_gmt") == tree.get("date_modified_gmt")
        return "order.created" if fresh else "order.updated"
    if "billing" in tree or "is_paying_customer" in tree:
        return "customer.updated"
    if "action" in tree and "arg" in tree:
        return f"action.{line_of(tree['action'])}"
    return "product.updated" if "sku" in tree else "coupon.updated" if "discount_type" in tree else "unknown"


def _order_type(topic: str, tree: Mapping[str, Any]) -> str:
    status = tree.get("status")
    return ENDED.get(status, topic) if topic == "order.updated" and isinstance(status, str) else topic


def _order_event(delivery: Delivery, source: Source, event: str, tree: Mapping[str, Any]) -> Event:
    meta = _meta(tree)
    order = {
        "id": tree.get("id"),
        "number": first_text(tree.get("number"), tree.get("id")),
        "status": tree.get("status"),
        "total": tree.get("total"),
        "currency": tree.get("currency"),
        "paid": _paid(tree),
        "coupon": _coupons(tree),
        "comment": tree.get("customer_note"),
        "items": tree.get("line_items"),
    }
    payment = {
        "id": tree.get("transaction_id"),
        "method": first_text(tree.get("payment_method_title"), tree.get("payment_method")),
    }
    return compose(
        delivery,
        event,
        region=source.region,
        customer=_customer(tree, _id_of(tree.get("customer_id"))),
        order=order,
        payment=payment,
        page={"url": meta.get(f"{ATTRIBUTION}session_entry"), "referrer": meta.get(f"{ATTRIBUTION}referrer")},
        utm=_utm(meta),
        occurred_at=_changed_at(tree),
        raw=tree,
    )


def _customer_event(delivery: Delivery, source: Source, event: str, tree: Mapping[str, Any]) -> Event:
    customer = _customer(tree, _id_of(tree.get("id")))
    return compose(
        delivery,
        event,
        region=source.region,
        customer=customer,
        utm=_utm(_meta(tree)),
        occurred_at=_changed_at(tree),
        raw=tree,
    )


def _customer(tree: Mapping[str, Any], customer_id: str | None) -> dict[str, Any]:
    """Who bought: the billing address first, then the shipping address, then a customer's own fields."""
    places = [place for place in (tree.get("billing"), tree.get("shipping")) if isinstance(place, dict)]
    named = next(
        (place for place in (*places, tree) if first_text(place.get("first_name"), place.get("last_name"))), {}
    )
    return {
        "id": customer_id,
        "first_name": named.get("first_name"),
        "last_name": named.get("last_name"),
        "phone": first_text(*(place.get("phone") for place in places)),
        "email": first_text(*(place.get("email") for place in (*places, tree))),
        "address": first_text(*map(_address, places)),
        "city": first_text(*(place.get("city") for place in places)),
    }


def _address(place: Mapping[str, Any]) -> str | None:
    lines = (line_of(place.get(name)) for name in ("address_1", "address_2"))
    return ", ".join(line for line in lines if line) or None


def _id_of(value: Any) -> str | None:
    """A customer's id; 0 is a guest."""
    text = line_of(value)
    return None if text == "0" else text


def _paid(tree: Mapping[str, Any]) -> bool | None:
    if tree.get("date_paid_gmt") or tree.get("date_paid"):
        return True
    status = tree.get("status")
    return status in PAID_STATUSES if isinstance(status, str) and status else None


def _coupons(tree: Mapping[str, Any]) -> str | None:
    lines = tree.get("coupon_lines")
    if not isinstance(lines, list):
        return None
    codes = (line_of(line.get("code")) for line in lines[:COUPONS_MAX] if isinstance(line, dict))
    return ", ".join(code for code in codes if code) or None


def _meta(tree: Mapping[str, Any]) -> dict[str, Any]:
    """`meta_data`, a list of {key, value}, as a mapping."""
    rows = tree.get("meta_data")
    if not isinstance(rows, list):
        return {}
    found = (row for row in rows[:META_MAX] if isinstance(row, dict))
    return {row["key"]: row.get("value") for row in found if isinstance(row.get("key"), str)}


def _utm(meta: Mapping[str, Any]) -> Utm | None:
    """WooCommerce's own attribution, then the landing page's query, then what other plugins call `utm_source`."""
    own = {name.removeprefix(ATTRIBUTION): value for name, value in meta.items() if name.startswith(ATTRIBUTION)}
    real = {name: value for name, value in own.items() if not isinstance(value, str) or value not in NO_MARKS}
    entry = own.get("session_entry")
    return first_of(
        utm_from_mapping(real),
        utm_from_query(entry) if isinstance(entry, str) else None,
        utm_from_mapping({name.lstrip("_"): value for name, value in meta.items()}),
    )


def _changed_at(tree: Mapping[str, Any]) -> datetime | None:
    return moment_of(tree.get("date_modified_gmt")) or moment_of(tree.get("date_created_gmt"))
