"""InSales: the bare order or client, in JSON or XML, without topic, shop or signature.

Event types. The topic stands in the address that is given to InSales (`?topic=orders/create`): orders/create is
order.created, client/create and client/update are customer.created and customer.updated; orders/update is
order.updated, but order.cancelled when the order is declined, and order.paid when the newest of `order_changes` say
that it became paid. Any other topic keeps its own name (orders/destroy, products/update). Without a topic the shape
tells.
Whether `order_changes` holds the latest changes or all of them is not documented: those of the newest moment count,
and all of them when no moment is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.sources.body import as_mapping, read_body
from processor.sources.compose import compose, first_text
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed, parameter_of
from processor.sources.part import named_values, part_of, rows_of
from processor.sources.scalar import line_of, moment_of, number_of
from processor.sources.visitor import gathered
from processor.sources.xml_body import read_xml

BLANKS: Final = b" \t\r\n"
BOM: Final = b"\xef\xbb\xbf"

TYPES: Final[Mapping[str, str]] = {
    "order/create": "order.created",
    "order/update": "order.updated",
    "client/create": "customer.created",
    "client/update": "customer.updated",
}
PAID_CHANGE: Final = "financial_status_changed"
DECLINED: Final = "declined"
PAGES: Final = ("first_current_location", "current_location", "first_referer", "referer", "first_source", "source")


class _Head(msgspec.Struct):
    """What a delivery key shows of a JSON body; the rest is skipped, not built."""

    id: int | str | None = None
    updated_at: str | None = None


_HEAD = msgspec.json.Decoder(_Head)
_NOTHING = _Head()


class InSales(Keyed):
    """InSales' webhooks. What it takes for an answer and whether it repeats is not documented, so it hears 200."""

    name = "insales"
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Topic, id and time of change to be read, a digest of topic and body to decide.

        An order may change twice within the resolution of `updated_at`, and both must be kept.
        """
        topic = parameter_of(inbound.query, "topic") or ""
        head = read_head(_HEAD, inbound.body, _NOTHING)
        digested = (octets_of(topic), inbound.body)
        return write_key(topic, str(head.id or ""), head.updated_at or "", digested=digested)

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(_read(delivery), source.keys)
        topic = line_of(scrub(parameter_of(delivery.query, "topic") or "", source.keys)) or _topic_by_shape(tree)
        if topic.startswith("order") and "destroy" not in topic:
            return (_order_event(delivery, source, _type(topic, tree), tree),)
        client = tree if topic.startswith("client") else part_of(tree, "client")
        return (
            compose(
                delivery,
                _type(topic, tree),
                region=source.region,
                customer=_customer(client, {}),
                order={"id": tree.get("id"), "number": tree.get("number")} if topic.startswith("order") else None,
                occurred_at=moment_of(tree.get("updated_at"), source.timezone),
                raw=tree,
            ),
        )


def _read(delivery: Delivery) -> dict[str, Any]:
    """The object itself, also when it stands in an envelope of its own name. Raises Unreadable."""
    body = delivery.body.removeprefix(BOM).lstrip(BLANKS)
    if body.startswith(b"<"):
        return read_xml(body)
    tree = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
    inner = next(
        (tree[name] for name in ("order", "client") if len(tree) == 1 and isinstance(tree.get(name), dict)), tree
    )
    return inner


def _topic_by_shape(tree: Mapping[str, Any]) -> str:
    if "order_lines" in tree or "fulfillment_status" in tree:
        return "orders/create" if tree.get("created_at") == tree.get("updated_at") else "orders/update"
    return "client/update" if "surname" in tree or "middlename" in tree else "unknown"


def _type(topic: str, tree: Mapping[str, Any]) -> str:
    resource, _, verb = topic.lower().partition("/")
    event = TYPES.get(f"{resource.removesuffix('s')}/{verb}", topic)
    if event != "order.updated":
        return event
    if tree.get("fulfillment_status") == DECLINED:
        return "order.cancelled"
    return "order.paid" if _became_paid(tree) else event


def _became_paid(tree: Mapping[str, Any]) -> bool:
    changes = rows_of(tree, "order_changes")
    moments = [str(change.get("created_at") or "") for change in changes]
    newest = max(moments, default="")
    return any(
        change.get("action") == PAID_CHANGE and change.get("value_is") == "paid"
        for change, moment in zip(changes, moments, strict=True)
        if moment == newest
    )


def _order_event(delivery: Delivery, source: Source, event: str, tree: Mapping[str, Any]) -> Event:
    place = part_of(tree, "shipping_address")
    paid = tree.get("financial_status")
    status = part_of(tree, "custom_status")
    order = {
        "id": tree.get("id"),
        "number": first_text(tree.get("number"), tree.get("id")),
        "status": first_text(status.get("permalink"), status.get("title"), tree.get("fulfillment_status")),
        "total": tree.get("total_price"),
        "currency": tree.get("currency_code"),
        "paid": paid == "paid" if isinstance(paid, str) else None,
        "coupon": first_text(tree.get("coupon"), part_of(tree, "discount").get("code")),
        "comment": tree.get("comment"),
        "items": [_item(line) for line in rows_of(tree, "order_lines")],
    }
    return compose(
        delivery,
        event,
        region=source.region,
        customer=_customer(part_of(tree, "client"), place),
        order=order,
        payment={"method": tree.get("payment_title")},
        page={"referrer": first_text(tree.get("first_referer"), tree.get("referer"))},
        utm=_utm(tree),
        occurred_at=moment_of(tree.get("updated_at"), source.timezone),
        raw=tree,
    )


def _item(line: Mapping[str, Any]) -> dict[str, Any]:
    prices = (line.get("full_sale_price"), line.get("sale_price"))
    price = next((value for value in prices if number_of(value) is not None), None)
    return {"name": line.get("title"), "sku": line.get("sku"), "quantity": line.get("quantity"), "price": price}


def _customer(client: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Who ordered: the client, then the address that the order is sent to."""
    named = client if first_text(client.get("name"), client.get("surname")) else place
    first, middle, last = (line_of(named.get(name)) for name in ("name", "middlename", "surname"))
    location = part_of(place, "location")
    return {
        "id": client.get("id"),
        "name": " ".join(part for part in (first, middle, last) if part),
        "first_name": first if last else None,
        "last_name": last,
        "phone": gathered(client.get("phone"), place.get("phone")),
        "email": gathered(client.get("email"), place.get("email")),
        "address": first_text(place.get("full_delivery_address"), place.get("address")),
        "city": first_text(place.get("city"), location.get("city")),
    }


def _utm(tree: Mapping[str, Any]) -> Utm | None:
    """Fields of the shop's own, then the query of the first landing page, of the last one, of where they came from."""
    pages = (tree.get(name) for name in PAGES)
    cookies = tree.get("cookies")
    return first_of(
        utm_from_mapping(named_values(tree, "fields_values", "handle", "name")),
        *(utm_from_query(page) for page in pages if isinstance(page, str)),
        utm_from_mapping(cookies) if isinstance(cookies, dict) else None,
        utm_from_query(cookies.replace("; ", "&")) if isinstance(cookies, str) else None,
    )
