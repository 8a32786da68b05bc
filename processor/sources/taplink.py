"""Taplink: leads and payments as signed JSON, `{action, data}`.

Event types: leads.created is lead.created, leads.updated is lead.updated; payments.created is order.paid with the
status 2 (order_status_id), payment.failed with 3. Any other action keeps its own word. Without an action the body was a
form: form.submitted.
Taplink's own description was not to be had; the shape is known from programs of others that read it, so names are tried
one after another and what is absent stays absent. Its times name no zone and are left out, for a wrong one would let an
older event win. Those programs agree on the signature. They say that Taplink tries
eight times within half a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import utm_from_mapping, utm_from_query
from processor.sources.answers import Answered, answers_in, form_event
from processor.sources.body import as_mapping, opened, read_body
from processor.sources.compose import first_text
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.preset import Preset
from processor.sources.scalar import line_of, zoned_moment_of
from processor.sources.signature import require_signature
from processor.sources.visitor import customer_of, known_answers

SIGNATURE_HEADER: Final = "taplink-signature"
ACTION_NAMES: Final = ("action", "event", "type")
RECORD_LISTS: Final = ("records", "records_extended", "fields", "answers", "form")
OFFER_LISTS: Final = ("offers", "products", "items")
PAID: Final = "2"
TYPES: Final[Mapping[str, str]] = {
    "leads.created": "lead.created",
    "leads.updated": "lead.updated",
    "orders.created": "order.created",
    "orders.updated": "order.updated",
}
PAYMENT_TYPES: Final[Mapping[str, str]] = {PAID: "order.paid", "3": "payment.failed"}


class Taplink(Preset):
    """Taplink's webhooks, signed with the phrase that the page's owner chose."""

    name = "taplink"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The header holds the HMAC-SHA1 of the raw body in hex. Raises ProofRefused."""
        given = inbound.headers.get(SIGNATURE_HEADER)
        require_signature(
            given, source.secrets, inbound.body, header=SIGNATURE_HEADER, encoding="hex", algorithm="sha1"
        )

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """A digest of the body: no id is known that names one delivery."""
        return write_key("body", digested=(inbound.body,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({name: opened(value) for name, value in sent.items()}, source.keys)
        data = tree["data"] if isinstance(tree.get("data"), dict) else tree
        action = first_text(*(tree.get(name) for name in ACTION_NAMES)) or ""
        status = line_of(data.get("order_status_id")) or ""
        page = line_of(data.get("page_link"))
        event = form_event(
            delivery,
            source,
            _answers(data),
            event=_type(action, status),
            customer=_shipped(data),
            fallback=customer_of(known_answers(data)),
            form={"id": data.get("block_id"), "name": data.get("block_title")},
            order=_order(data, status),
            payment=_payment(data, status),
            page={"url": page},
            utm=(utm_from_mapping(data), _marks(data)),
            later_utm=(utm_from_query(page) if page else None,),
            occurred_at=zoned_moment_of(first_text(data.get("tms_modify"), data.get("tms_created"))),
            raw=tree,
        )
        return (event,)


def _type(action: str, status: str) -> str:
    if action == "payments.created":
        return PAYMENT_TYPES.get(status, action)
    return TYPES.get(action, action) or "form.submitted"


def _answers(data: Mapping[str, Any]) -> list[Answered]:
    """The fields of the form; without a list of them whatever plain values there are."""
    found = next((data[name] for name in RECORD_LISTS if isinstance(data.get(name), list | dict)), None)
    return answers_in(found if found is not None else {n: v for n, v in data.items() if not isinstance(v, list | dict)})


def _marks(data: Mapping[str, Any]) -> Any:
    marks = data.get("utm")
    return utm_from_mapping(marks, own_part=True) if isinstance(marks, dict) else None


def _shipped(data: Mapping[str, Any]) -> dict[str, Any]:
    """Where an order goes."""
    to = data.get("shipping")
    if not isinstance(to, dict):
        return {}
    lines = (line_of(to.get(name)) for name in ("addr1", "addr2"))
    return {"city": to.get("city"), "address": ", ".join(line for line in lines if line)}


def _order(data: Mapping[str, Any], status: str) -> dict[str, Any] | None:
    offers = next((data[name] for name in OFFER_LISTS if isinstance(data.get(name), list)), None)
    id_ = first_text(data.get("order_id"), data.get("order_number"))
    if not (id_ or offers):
        return None
    return {
        "id": id_,
        "number": first_text(data.get("order_number"), id_),
        "status": status,
        "total": data.get("budget"),
        "currency": data.get("currency_code"),
        "paid": status == PAID if status else None,
        "comment": data.get("purpose"),
        "items": offers,
    }


def _payment(data: Mapping[str, Any], status: str) -> dict[str, Any] | None:
    if not data.get("order_id") and not status:
        return None
    return {"status": status, "amount": data.get("budget"), "currency": data.get("currency_code")}
