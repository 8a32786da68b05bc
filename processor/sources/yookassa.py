"""YooKassa: JSON notifications without a signature, proven by the address they come from.

Event types: payment.succeeded, payment.canceled as payment.failed, refund.succeeded as payment.refunded; any other
(payment.waiting_for_capture, payout.succeeded, deal.closed) under its own name. A payment of a test shop (`test: true`)
has `test.` before its type.
Who paid is not in a notification: phone, e-mail, the order and the campaign are what the shop wrote into `metadata`
when it made the payment, under whatever names. A refund has mostly no metadata, so nobody is known by it.
`occurred_at` is there when the notification gives the moment itself (a capture, a refund); the time of a payment's
creation would make a later cancellation look old.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed
from processor.sources.metadata import told_by
from processor.sources.part import part_of
from processor.sources.scalar import flag_of, line_of, moment_of
from processor.sources.trial import trial_of

TYPES: Final[Mapping[str, str]] = {
    "payment.canceled": "payment.failed",
    "refund.succeeded": "payment.refunded",
}


class _Object(msgspec.Struct):
    id: str | None = None
    status: str | None = None


class _Head(msgspec.Struct):
    """What a delivery key needs of a body; the rest is skipped, not built."""

    event: str | None = None
    object: _Object | None = None


_HEAD = msgspec.json.Decoder(_Head)
_NOTHING = _Head()


class YooKassa(Keyed):
    """YooKassa's notifications. Only 200 satisfies it; any other answer is repeated for 24 hours.

    Its own addresses prove it; a token in the address may stand beside them or, where no client address can be
    known, in their place.
    """

    name = "yookassa"
    methods = ("POST",)
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The event, the object's id and its status: what happens once. The rest may differ from one try to the next.

        A body without them is told by its digest.
        """
        head = read_head(_HEAD, inbound.body, _NOTHING)
        if not head.event or not head.object or not head.object.id:
            return write_key("body", digested=(b"body", inbound.body))
        told = (head.event, head.object.id, head.object.status or "")
        return write_key(*told, digested=tuple(map(octets_of, told)))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        thing = part_of(tree, "object")
        named = line_of(tree.get("event")) or "unknown"
        told = told_by(thing.get("metadata"))
        event = compose(
            delivery,
            trial_of(TYPES.get(named, named), test=flag_of(thing.get("test")) is True),
            region=source.region,
            customer={"id": thing.get("merchant_customer_id")} | told.customer,
            order=_order(thing, told.order, named),
            payment=_payment(thing, named),
            utm=told.utm,
            occurred_at=_happened_at(thing, named),
            raw=tree,
        )
        return (event,)


def _order(thing: Mapping[str, Any], number: str | None, named: str) -> dict[str, Any] | None:
    if not number:
        return None
    return {"id": number, "number": number, "paid": thing.get("paid") if named.startswith("payment.") else None}


def _payment(thing: Mapping[str, Any], named: str) -> dict[str, Any]:
    amount, method = part_of(thing, "amount"), part_of(thing, "payment_method")
    return {
        "id": first_text(thing.get("payment_id") if named.startswith("refund.") else None, thing.get("id")),
        "status": thing.get("status"),
        "amount": amount.get("value"),
        "currency": amount.get("currency"),
        "method": first_text(method.get("title"), method.get("type")),
    }


def _happened_at(thing: Mapping[str, Any], named: str) -> datetime | None:
    return moment_of(thing.get("created_at" if named.startswith("refund.") else "captured_at"))
