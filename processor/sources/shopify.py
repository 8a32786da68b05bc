"""Shopify: signed JSON of orders and customers.

Event types. orders/create, orders/updated, orders/edited, orders/paid, orders/cancelled and customers/create,
customers/update have ours (order.created, order.updated...); an update to the financial status refunded is
order.refunded. Every other topic keeps its own name (orders/fulfilled, checkouts/update, refunds/create), the topics of
privacy too (customers/redact, customers/data_request, shop/redact): they are answered and kept, and what they ask for
is for people to do. Paid orders come as orders/paid and again as orders/updated, so a rule names one of them.
A test (an order of the test gateway, a test of the notification) has `test.` before its type.
The headers come with or without X- before their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text, full_name
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import require_account
from processor.sources.part import named_values, part_of, rows_of
from processor.sources.preset import Preset
from processor.sources.scalar import flag_of, line_of, moment_of
from processor.sources.signature import require_signature
from processor.sources.trial import trial_of
from processor.sources.visitor import gathered

SIGNATURE: Final = "shopify-hmac-sha256"
TOPIC: Final = "shopify-topic"
SHOP: Final = "shopify-shop-domain"
DELIVERY_ID: Final = "shopify-webhook-id"
TEST: Final = "shopify-test"
OLD: Final = "x-"

ID_CHARACTERS_MAX: Final = 200

TYPES: Final[Mapping[str, str]] = {
    "orders/create": "order.created",
    "orders/updated": "order.updated",
    "orders/edited": "order.updated",
    "orders/paid": "order.paid",
    "orders/cancelled": "order.cancelled",
    "customers/create": "customer.created",
    "customers/update": "customer.updated",
}
ORDERS: Final = ("orders/", "checkouts/", "draft_orders/")
CUSTOMERS: Final = "customers/"
PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})
USELESS: Final = "/wallets/"  # where a wallet's button leads, whatever page it stood on


class Shopify(Preset):
    """Shopify's webhooks: it waits five seconds for a 2xx and repeats eight times within four hours."""

    name = "shopify"
    methods = ("POST",)
    queued_status = 200
    reads_headers = ("content-type", *(old + name for old in (OLD, "") for name in (TOPIC, SHOP, TEST)))

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The signature is the base64 of the HMAC-SHA256 of the raw body. Raises ProofRefused."""
        given = _header(inbound.headers, SIGNATURE)
        require_signature(given, source.secrets, inbound.body, header="X-Shopify-Hmac-Sha256")
        require_account(source, _header(inbound.headers, SHOP))

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Shopify's own id of the delivery, which its repetitions share; without one, topic and a digest of the body.

        A repetition carries the body of the first try, however the order has changed since.
        """
        topic = _header(inbound.headers, TOPIC)
        given = _header(inbound.headers, DELIVERY_ID)
        if given and len(given) <= ID_CHARACTERS_MAX:
            return write_key(topic, given, digested=(b"id", octets_of(topic), octets_of(given)))
        return write_key(topic, digested=(b"body", octets_of(topic), inbound.body))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        headers = scrub(delivery.headers, source.keys)
        topic = line_of(_header(headers, TOPIC)) or _topic_by_shape(tree)
        test = flag_of(tree.get("test")) is True or flag_of(_header(headers, TEST)) is True
        event = trial_of(_type(topic, tree), test=test)
        if topic.startswith(ORDERS):
            return (_order_event(delivery, source, event, tree, _header(headers, SHOP)),)
        own = tree.get("id") if topic.startswith(CUSTOMERS) else None
        return (
            compose(
                delivery,
                event,
                region=source.region,
                customer=_customer(tree, own or part_of(tree, "customer").get("id")),
                order={"id": tree.get("order_id")},
                occurred_at=moment_of(tree.get("updated_at")),
                raw=tree,
            ),
        )


def _header(headers: Mapping[str, str], name: str) -> str:
    return (headers.get(OLD + name) or headers.get(name) or "").strip()


def _topic_by_shape(tree: Mapping[str, Any]) -> str:
    """The topic when somebody forwards the bodies without their headers."""
    if "line_items" in tree and "financial_status" in tree:
        return "orders/create" if tree.get("created_at") == tree.get("updated_at") else "orders/updated"
    return "customers/update" if "orders_count" in tree or "default_address" in tree else "unknown"


def _type(topic: str, tree: Mapping[str, Any]) -> str:
    event = TYPES.get(topic, topic)
    if event == "order.updated" and tree.get("financial_status") == "refunded":
        return "order.refunded"
    return event


def _order_event(delivery: Delivery, source: Source, event: str, tree: Mapping[str, Any], shop: str) -> Event:
    status = line_of(tree.get("financial_status"))
    number = first_text(tree.get("order_number"), tree.get("name"), tree.get("id"))
    gateways = tree.get("payment_gateway_names")
    landing = tree.get("landing_site")
    return compose(
        delivery,
        event,
        region=source.region,
        customer=_customer(tree, part_of(tree, "customer").get("id")),
        order={
            "id": tree.get("id"),
            "number": number,
            "status": "cancelled" if tree.get("cancelled_at") else status,
            "total": first_text(tree.get("total_price"), tree.get("current_total_price")),
            "currency": tree.get("currency"),
            "paid": status in PAID if status else None,
            "coupon": ", ".join(filter(None, (line_of(row.get("code")) for row in rows_of(tree, "discount_codes")))),
            "comment": tree.get("note"),
            "items": tree.get("line_items"),
        },
        payment={"method": gateways if isinstance(gateways, list) else tree.get("gateway")},
        page={"url": _page(landing, shop), "referrer": tree.get("referring_site")},
        utm=_utm(tree),
        occurred_at=moment_of(tree.get("updated_at")) or moment_of(tree.get("created_at")),
        raw=tree,
    )


def _customer(tree: Mapping[str, Any], customer_id: Any) -> dict[str, Any]:
    """Who bought: what the order says, then its customer, then the addresses."""
    customer = part_of(tree, "customer")
    places = [part_of(tree, "shipping_address"), part_of(tree, "billing_address"), part_of(tree, "default_address")]
    people = (customer, tree, *places)
    named = next((one for one in people if first_text(one.get("first_name"), one.get("last_name"))), {})
    first, last = line_of(named.get("first_name")), line_of(named.get("last_name"))
    return {
        "id": customer_id,
        "name": full_name(first, last) or first_text(*(place.get("name") for place in places)),
        "first_name": first,
        "last_name": last,
        "phone": gathered(*(one.get("phone") for one in (tree, customer, *places))),
        "email": gathered(tree.get("email"), tree.get("contact_email"), customer.get("email")),
        "address": first_text(*map(_address, places)),
        "city": first_text(*(place.get("city") for place in places)),
    }


def _address(place: Mapping[str, Any]) -> str | None:
    lines = (line_of(place.get(name)) for name in ("address1", "address2"))
    return ", ".join(line for line in lines if line) or None


def _page(landing: Any, shop: str) -> str | None:
    """The landing page; Shopify gives a path mostly, and a wallet's own path where it knows of no page."""
    if not isinstance(landing, str) or USELESS in landing:
        return None
    return f"https://{shop}{landing}" if landing.startswith("/") and shop else landing


def _utm(tree: Mapping[str, Any]) -> Utm | None:
    """The landing page's query, then attributes of the cart, then the page from which the visitor came."""
    landing, referring = tree.get("landing_site"), tree.get("referring_site")
    return first_of(
        utm_from_query(landing) if isinstance(landing, str) else None,
        utm_from_mapping(named_values(tree, "note_attributes", "name")),
        utm_from_query(referring) if isinstance(referring, str) else None,
    )
