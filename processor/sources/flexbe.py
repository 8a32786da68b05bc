"""Flexbe: leads and payments as a form with PHP's brackets, unsigned.

Event types: `lead` is form.submitted; `pay` is order.paid with the status 2, payment.failed with 3, and keeps its own
word with any other; other words are kept too.
Not known: how long Flexbe waits, and whether it repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import utm_from_mapping, utm_from_query
from processor.errors import Unreadable
from processor.sources.answers import answers_in, form_event, plain_of
from processor.sources.body import as_mapping, opened, read_body, read_body_once
from processor.sources.compose import first_text
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.keyed import Keyed, require_account, require_token
from processor.sources.part import part_of
from processor.sources.scalar import line_of
from processor.sources.visitor import customer_of, known_answers

PAID: Final = "2"
TYPES: Final[Mapping[tuple[str, str], str]] = {("pay", PAID): "order.paid", ("pay", "3"): "payment.failed"}


class Flexbe(Keyed):
    """Flexbe's webhooks; the token stands in the address, and `account` may name the site."""

    name = "flexbe"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The token, and the site when the source names one. Raises ProofRefused."""
        require_token(inbound, source)
        if source.accounts:
            site = part_of(_readable(inbound), "site")
            require_account(source, line_of(site.get("id")), line_of(site.get("domain")))

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The lead's id, the event and the payment's status to be read, and a digest of the body to decide."""
        tree = _readable(inbound)
        data = part_of(tree, "data")
        told = (data.get("id"), tree.get("event"), _status(part_of(data, "pay")))
        return write_key(*(line_of(part) or "" for part in told), digested=(inbound.body,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({name: opened(value) for name, value in tree.items()}, source.keys)
        data = part_of(tree, "data")
        client, pay, page, marks = (part_of(data, name) for name in ("client", "pay", "page", "utm"))
        word = line_of(tree.get("event")) or ("pay" if pay else "lead")
        status = _status(pay)
        address = first_text(page.get("url"), marks.get("url"))
        landing = first_text(marks.get("url"), page.get("url"))
        event = form_event(
            delivery,
            source,
            answers_in(opened(data.get("form_data"))),
            event="form.submitted" if word == "lead" else TYPES.get((word, status), word),
            customer=customer_of(known_answers(client)),
            form={"id": data.get("form_id"), "name": data.get("form_name")},
            order=_order(data, pay, status) if pay else None,
            payment=_payment(pay, status) if pay else None,
            page={"url": address},
            utm=(utm_from_mapping(marks),),
            later_utm=(utm_from_query(landing) if landing else None,),
            raw=tree,
        )
        return (event,)


def _order(data: Mapping[str, Any], pay: Mapping[str, Any], status: str) -> dict[str, Any]:
    return {
        "id": data.get("id"),
        "number": first_text(data.get("num"), data.get("id")),
        "status": status,
        "total": _sum(pay),
        "currency": pay.get("currency"),
        "paid": status == PAID if status else None,
        "comment": pay.get("desc"),
    }


def _payment(pay: Mapping[str, Any], status: str) -> dict[str, Any]:
    return {
        "id": pay.get("id"),
        "status": status,
        "amount": _sum(pay),
        "currency": pay.get("currency"),
        "method": first_text(pay.get("system"), pay.get("method")),
    }


def _sum(pay: Mapping[str, Any]) -> Any:
    return next((pay[name] for name in ("summ", "sum") if pay.get(name) not in (None, "")), None)


def _status(pay: Mapping[str, Any]) -> str:
    """The code of a payment's status, be it a number or a part of its own."""
    status = pay.get("status")
    if isinstance(status, dict):
        status = status.get("code", status.get("id", plain_of(status)))
    return line_of(status) or ""


def _readable(inbound: Inbound) -> dict[str, Any]:
    """The body for the door; one that cannot be read is of no site."""
    try:
        return as_mapping(read_body_once(inbound.body, inbound.headers.get("content-type", "")).tree)
    except Unreadable:
        return {}
