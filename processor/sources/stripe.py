"""Stripe: signed JSON events.

Event types. One purchase makes Stripe send several events, so each has a type of its own and a rule that names one runs
once: checkout.session.completed is order.paid (order.created while the session is unpaid, as with bank transfers, and
order.paid follows as checkout.session.async_payment_succeeded), payment_intent.succeeded is payment.succeeded,
payment_intent.payment_failed is payment.failed, charge.refunded is payment.refunded (of a partial refund too;
payment.amount is what has been refunded so far). checkout.session.expired is cart.abandoned. customer.created and
customer.updated are as they are. Every other keeps Stripe's name (charge.succeeded, invoice.paid, refund.created).
A rule for sales names order.paid where Checkout is used, else payment.succeeded, and not both.

An event of the test mode (`livemode: false`) has `test.` before its type, though test mode has a secret of its own: a
source may hold both secrets, and a test card must not make a buyer of anybody. To try rules out, a rule names
test.order.paid beside order.paid.

Thin events (v2) say what changed and where, and nothing of it: they are marked `thin`.
Amounts come in the smallest unit of their currency and are given in the currency itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.fresh import require_fresh
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.metadata import Told, told_by
from processor.sources.part import part_of, rows_of
from processor.sources.preset import Preset
from processor.sources.scalar import line_of, moment_of
from processor.sources.signature import explain_mismatch, is_written, sign, signature_missing
from processor.sources.stripe_amount import amount_of
from processor.sources.token import not_configured
from processor.sources.trial import trial_of
from processor.sources.visitor import gathered
from processor.text import Text

SIGNATURE: Final = "stripe-signature"
SIGNATURE_CHARACTERS_MAX: Final = 4096
SIGNATURES_MAX: Final = 16
THIN: Final = "v2.core.event"

TYPES: Final[Mapping[str, str]] = {
    "checkout.session.async_payment_succeeded": "order.paid",
    "checkout.session.expired": "cart.abandoned",
    "payment_intent.succeeded": "payment.succeeded",
    "payment_intent.payment_failed": "payment.failed",
    "charge.refunded": "payment.refunded",
}
FREE: Final = "no_payment_required"
SETTLED: Final = frozenset({"paid", FREE})
# What has come in counts for less than nothing while it is 0: then the sum that was asked for is meant.
AMOUNTS: Final = ("amount_total", "amount_received", "amount_paid", "amount", "amount_due")
PLACES: Final = ("customer_details", "shipping_details", "shipping", "billing_details")

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class _Head(msgspec.Struct):
    """What a delivery key needs of a body; the rest is skipped, not built."""

    id: str | None = None
    type: str | None = None


_HEAD = msgspec.json.Decoder(_Head)
_NOTHING = _Head()


class Stripe(Preset):
    """Stripe's events: any 2xx satisfies it; else it repeats for up to three days, in no promised order."""

    name = "stripe"
    methods = ("POST",)
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:
        """`t=<Unix s>,v1=<hex>`: HMAC-SHA256 of "t.body" by the whole secret, `whsec_` and all. Raises ProofRefused."""
        secrets = [secret for secret in source.secrets if secret]
        if not secrets:
            raise not_configured()
        stamp, given = _signatures(inbound.headers.get(SIGNATURE, ""))
        message = b".".join((stamp.encode(), inbound.body))
        fits = False
        for secret in secrets:
            digest = sign(secret, message)
            for signature in given:
                fits |= is_written(signature, digest, "hex")
        if not fits:
            raise ProofRefused("signature_mismatch", explain_mismatch(given[0], secrets, message, "hex"))
        require_fresh(int(stamp), now_ms // 1000)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The event's id, which its repetitions share; a body without one is told by its digest."""
        head = read_head(_HEAD, inbound.body, _NOTHING)
        if not head.id:
            return write_key("body", digested=(b"body", inbound.body))
        return write_key(head.type or "", head.id, digested=(b"id", octets_of(head.id)))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        thing = part_of(part_of(tree, "data"), "object")
        named = line_of(tree.get("type")) or "unknown"
        event = _type(named, thing)
        told = told_by(thing.get("metadata"))
        composed = compose(
            delivery,
            trial_of(event, test=tree.get("livemode") is False),
            region=source.region,
            customer=_customer(named, thing, told),
            order=_order(named, thing, told, event),
            payment=_payment(named, thing),
            utm=told.utm,
            occurred_at=moment_of(tree.get("created")),
            raw=tree,
        )
        return (msgspec.structs.replace(composed, thin=True) if tree.get("object") == THIN else composed,)


def _signatures(header: str) -> tuple[str, list[str]]:
    """The time, as written, and the signatures of scheme v1. Raises ProofRefused."""
    if not header.strip():
        raise signature_missing("Stripe-Signature")
    parts = [part.strip().partition("=") for part in header[:SIGNATURE_CHARACTERS_MAX].split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    if not _SECONDS.fullmatch(stamp):
        raise ProofRefused(
            "timestamp_malformed",
            Text(
                "В Stripe-Signature нет времени вида «t=1740000000».",
                'Stripe-Signature has no time such as "t=1740000000".',
            ),
        )
    given = [value for name, _, value in parts if name == "v1" and value][:SIGNATURES_MAX]
    if not given:
        raise ProofRefused(
            "signature_unsupported",
            Text(
                "В Stripe-Signature нет подписи v1: другие виды (v0) мы не проверяем.",
                "Stripe-Signature has no signature v1; other kinds (v0) are not checked here.",
            ),
        )
    return stamp, given


def _type(named: str, thing: Mapping[str, Any]) -> str:
    if named == "checkout.session.completed":
        if thing.get("mode") == "setup" or (thing.get("payment_status") == FREE and not thing.get("amount_total")):
            return named  # a card is saved or a trial begins: nothing was sold yet
        status = line_of(thing.get("payment_status"))
        return "order.paid" if status is None or status in SETTLED else "order.created"
    return TYPES.get(named, named)


def _is(named: str, resource: str) -> bool:
    return named.startswith(resource)


def _customer(named: str, thing: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Who paid: what they entered at the checkout, then addresses, then what the shop wrote into `metadata`."""
    own = thing if _is(named, "customer.") and thing.get("object") in (None, "customer") else {}
    gathered_shipping = part_of(part_of(thing, "collected_information"), "shipping_details")
    charge = part_of(thing, "latest_charge") or next(iter(rows_of(part_of(thing, "charges"), "data")), {})
    places = [*(part_of(thing, name) for name in PLACES), gathered_shipping, part_of(charge, "billing_details")]
    everybody = [own, *places]
    address = next((part for part in (part_of(one, "address") for one in everybody) if part), {})
    name = first_text(*(one.get("name") for one in everybody), thing.get("customer_name"))
    phones = (*(one.get("phone") for one in everybody), thing.get("customer_phone"), told.customer.get("phone"))
    emails = (*(one.get("email") for one in everybody), thing.get("customer_email"), thing.get("receipt_email"))
    return dict(told.customer) | {
        "id": first_text(own.get("id"), thing.get("customer")),
        "name": name or told.customer.get("name"),
        "phone": gathered(*phones),
        "email": gathered(*emails, told.customer.get("email")),
        "address": first_text(address.get("line1")),
        "city": first_text(address.get("city"), told.customer.get("city")),
    }


def _order(named: str, thing: Mapping[str, Any], told: Told, event: str) -> dict[str, Any] | None:
    """The session or the shop's own number of the order; None where there is neither."""
    session = _is(named, "checkout.session.")
    number = first_text(told.order, thing.get("client_reference_id"), thing.get("id") if session else None)
    if number is None:
        return None
    currency = line_of(thing.get("currency"))
    return {
        "id": number,
        "number": number,
        "status": thing.get("status") if session else None,
        "total": amount_of(thing.get("amount_total"), currency),
        "currency": (currency or "").upper(),
        "paid": True if event in ("order.paid", "payment.succeeded") else False if event == "order.created" else None,
        "items": [_item(line) for line in rows_of(part_of(thing, "line_items"), "data")],
    }


def _item(line: Mapping[str, Any]) -> dict[str, Any]:
    price = part_of(line, "price")
    each = amount_of(price.get("unit_amount"), line_of(price.get("currency")))
    return {"name": line.get("description"), "quantity": line.get("quantity"), "price": each}


def _sum(thing: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The first of these that is not 0, or 0, or None."""
    given = [thing[name] for name in names if thing.get(name) is not None]
    return next((value for value in given if value), given[0] if given else None)


def _payment(named: str, thing: Mapping[str, Any]) -> dict[str, Any] | None:
    currency = line_of(thing.get("currency"))
    if not currency or _is(named, "customer."):
        return None
    names = ("amount_refunded",) if named == "charge.refunded" else AMOUNTS
    intent = thing.get("payment_intent")
    kinds = part_of(thing, "payment_method_details").get("type")
    return {
        "id": first_text(part_of(thing, "payment_intent").get("id"), intent, thing.get("id")),
        "status": first_text(thing.get("payment_status"), thing.get("status")),
        "amount": amount_of(_sum(thing, names), currency),
        "currency": currency.upper(),
        "method": first_text(kinds, thing.get("payment_method_types")),
    }
