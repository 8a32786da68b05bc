"""pretix: that something happened to an order of an event; unsigned, so it is a hint until the API has told.

Event types: order.created (placed), order.paid, order.cancelled (canceled), order.refunded (a refund done, or learnt
from the payment provider), order.updated (modified, contact.changed, changed.*). Any other action (expired, approved,
checkin...) keeps pretix's own word. An order in test mode is test.order.created and so on, which only the API tells.
Repeated for three days until answered 200 to 299; 410 would switch the webhook off and is never answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound, Want
from processor.domain.event import Event
from processor.domain.source import Source
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.fetched import document, raw_with
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed, require_account, require_token
from processor.sources.scalar import line_of, moment_of

ORDER: Final = "pretix.event.order."
TYPES: Final[Mapping[str, str]] = {
    "placed": "order.created",
    "paid": "order.paid",
    "canceled": "order.cancelled",
    "refunded": "order.refunded",
    "refund.done": "order.refunded",
    "refund.created.externally": "order.refunded",
    "modified": "order.updated",
    "contact.changed": "order.updated",
}
CHANGED: Final = "changed."
POSITIONS_MAX: Final = 500


class _Head(msgspec.Struct):
    """What the door looks at; the rest is skipped, not built."""

    notification_id: int | str | None = None
    organizer: str | None = None
    event: str | None = None
    code: str | None = None
    action: str | None = None


_HEAD = msgspec.json.Decoder(_Head)


class Pretix(Keyed):
    """pretix. Its documents advise Basic auth in the address: `https://any:TOKEN@host/hooks/...`."""

    name = "pretix"

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The token, then the organizer when the source names some. Raises ProofRefused."""
        require_token(inbound, source)
        if source.accounts:
            require_account(source, _head(inbound.body).organizer)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """`notification_id`, which every repetition carries; without one the body decides."""
        head = _head(inbound.body)
        if head.notification_id is None:
            return write_key("digest", digested=(inbound.body,))
        told = (str(head.notification_id), head.organizer or "", head.event or "", head.code or "", head.action or "")
        return write_key(told[0], told[3], digested=tuple(map(octets_of, told)))

    def wants(self, delivery: Delivery, source: Source) -> tuple[Want, ...]:  # noqa: ARG002
        """The order. Raises Unreadable."""
        want = _order_of(as_mapping(read_json(delivery.body)))
        return (want,) if want else ()

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        told = document(delivery, _order_of(tree))
        event = _type(line_of(tree.get("action")) or "unknown")
        return (
            compose(
                delivery,
                f"test.{event}" if told.get("testmode") is True else event,
                region=source.region,
                customer=_customer(told),
                order=_order(told, line_of(tree.get("code"))),
                payment={"method": told.get("payment_provider")},
                occurred_at=moment_of(told.get("last_modified")),
                thin=not told,
                raw=scrub(raw_with(tree, order=told), source.keys),
            ),
        )


def _head(body: bytes) -> _Head:
    try:
        return _HEAD.decode(body)
    except (ValueError, RecursionError):
        return _Head()


def _type(action: str) -> str:
    own = action.removeprefix(ORDER)
    if own == action:
        return action
    return TYPES.get(own) or ("order.updated" if own.startswith(CHANGED) else action)


def _order_of(tree: Mapping[str, Any]) -> Want | None:
    """The order as `organizer/event/code`, none of which may hold a stroke of its own."""
    parts = [line_of(tree.get(name)) for name in ("organizer", "event", "code")]
    if not all(part and "/" not in part for part in parts):
        return None
    return Want("order", "/".join(part for part in parts if part))


def _customer(told: Mapping[str, Any]) -> dict[str, Any]:
    """Who bought: the invoice's address, else the first attendee with a name."""
    invoice = told.get("invoice_address")
    invoice = invoice if isinstance(invoice, dict) else {}
    people = _positions(told)
    return {
        "id": told.get("customer"),
        "name": first_text(invoice.get("name"), *(person.get("attendee_name") for person in people)),
        "phone": told.get("phone"),
        "email": first_text(told.get("email"), *(person.get("attendee_email") for person in people)),
        "address": first_text(invoice.get("street")),
        "city": first_text(invoice.get("city")),
    }


def _order(told: Mapping[str, Any], code: str | None) -> dict[str, Any]:
    status = line_of(told.get("status"))
    return {
        "id": code,
        "number": code,
        "status": status,
        "total": told.get("total"),
        "currency": told.get("currency"),
        "paid": status == "p" if status else None,
        "comment": told.get("comment"),
        "items": [
            {"sku": line_of(row.get("item")), "quantity": 1, "price": row.get("price")} for row in _positions(told)
        ],
    }


def _positions(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tickets of an order; pretix names a product only by its number."""
    rows = told.get("positions")
    if not isinstance(rows, list):
        return []
    return [row for row in rows[:POSITIONS_MAX] if isinstance(row, dict) and not row.get("canceled")]
