"""Bitrix24's outgoing webhook: which record changed, and nothing of what is in it.

Event types. Leads are lead.created and lead.updated, contacts customer.created and customer.updated. A deal is
deal.created and deal.updated, our own words: it is opened long before anybody has bought, so no rule for orders may
match it. A deletion is lead.deleted, deal.deleted, customer.deleted. Anything else comes under Bitrix24's own word in
lower case (oncrmcompanyadd).
What the API tells: of a lead itself, and of its contact when the lead has neither phone nor e-mail; of a deal, itself
and its contact. An order part stands for the lead or the deal: id, status or stage, sum.
Bitrix24 never repeats a delivery. Its clock `ts` tells seconds: two changes within one second are one delivery here,
which loses nothing because the record is read only after that second has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from processor.domain.delivery import Delivery, Inbound, Want
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping
from processor.errors import Unreadable
from processor.sources.body import EMPTY, Body, as_mapping, read_body
from processor.sources.compose import compose, first_text, full_name
from processor.sources.fetched import bounded, document, raw_with
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.keyed import Keyed, presented_tokens, require_account
from processor.sources.scalar import line_of, moment_of, text_of
from processor.sources.token import require_known
from processor.text import Text

# A stranger's body is read only so far: a delivery names one record, so it is short.
BODY_BYTES_MAX: Final = 64 * 1024
BODIES_REMEMBERED_MAX: Final = 2
VALUES_MAX: Final = 20

KINDS: Final[Mapping[str, str]] = {"ONCRMLEAD": "lead", "ONCRMDEAL": "deal", "ONCRMCONTACT": "contact"}
CHANGES: Final[Mapping[str, str]] = {"ADD": "created", "UPDATE": "updated", "DELETE": "deleted"}
WORDS: Final[Mapping[str, str]] = {"lead": "lead", "deal": "deal", "contact": "customer"}
# Of `auth` only what names the portal may be kept; an application's hook carries tokens of access, too.
KEPT_OF_AUTH: Final = ("domain", "member_id")
WHERE: Final = Text(
    "в поле auth[application_token], в адресе (?token=…) или в заголовке",
    "in the field auth[application_token], the address (?token=…) or a header",
)


class Bitrix24(Keyed):
    """Bitrix24. The token is the "application token" that it shows for the webhook, or one of ours in the address."""

    name = "bitrix24"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The token, then the portal when the source names some. Raises ProofRefused."""
        auth = _part(_fields(inbound), "auth")
        own = line_of(auth.get("application_token"))
        require_known((*((own,) if own else ()), *presented_tokens(inbound, source)), source.keys, WHERE)
        require_account(source, *_portals(auth))

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Event, id and time to be read, the digest of the body to decide."""
        tree = _fields(inbound)
        record = _part(_part(tree, "data"), "FIELDS")
        readable = (line_of(value) or "" for value in (tree.get("event"), record.get("ID"), tree.get("ts")))
        return write_key(*readable, digested=(inbound.body,))

    def wants(self, delivery: Delivery, source: Source) -> tuple[Want, ...]:  # noqa: ARG002
        """The record; then its contact, once the record has named it. Raises Unreadable."""
        record = _record(_tree(delivery))
        if record is None:
            return ()
        told = document(delivery, record)
        contact = _contact_of(record, told)
        return bounded((record, contact) if contact else (record,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(_open(_tree(delivery)), source.keys)
        record = _record(tree)
        told = document(delivery, record)
        wanted = _contact_of(record, told) if record else None
        contact = told if record and record.kind == "contact" else document(delivery, wanted)
        kind, event = _type(tree)
        id = _id(tree)
        return (
            compose(
                delivery,
                event,
                region=source.region,
                customer=_customer(told, contact, id if kind == "contact" else None),
                order=_order(told, id) if kind in ("lead", "deal") else None,
                utm=first_of(utm_from_mapping(told), utm_from_mapping(contact)),
                occurred_at=moment_of(tree.get("ts"), source.timezone),
                thin=not told or (wanted is not None and not contact),
                raw=scrub(raw_with(tree, **_told(record, told, contact)), source.keys),
            ),
        )


@lru_cache(maxsize=BODIES_REMEMBERED_MAX)
def _read_once(body: bytes, content_type: str) -> Body:
    """The body for the two questions at the door, which come one after the other; nobody may change it."""
    return read_body(body, content_type)


def _fields(inbound: Inbound) -> Mapping[str, Any]:
    """The fields of a request; none when it is too long or cannot be read."""
    if len(inbound.body) > BODY_BYTES_MAX:
        return {}
    try:
        tree = _read_once(inbound.body, inbound.headers.get("content-type", "")).tree
    except Unreadable:
        tree = EMPTY.tree
    return tree if isinstance(tree, dict) else {}


def _tree(delivery: Delivery) -> dict[str, Any]:
    return as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)


def _open(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree without tokens."""
    auth = _part(tree, "auth")
    return {name: value for name, value in tree.items() if name != "auth"} | (
        {"auth": {name: auth[name] for name in KEPT_OF_AUTH if name in auth}} if auth else {}
    )


def _part(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _portals(auth: Mapping[str, Any]) -> tuple[str, ...]:
    """What the portal calls itself: its domain, its id, the host of its REST address."""
    endpoint = line_of(auth.get("client_endpoint")) or ""
    try:
        host = urlsplit(endpoint).hostname
    except ValueError:
        host = None
    told = (line_of(auth.get("domain")), line_of(auth.get("member_id")), host)
    return tuple(one for one in told if one)


def _id(tree: Mapping[str, Any]) -> str | None:
    return line_of(_part(_part(tree, "data"), "FIELDS").get("ID"))


def _type(tree: Mapping[str, Any]) -> tuple[str | None, str]:
    """Which kind of record changed (lead, deal, contact, None) and the event's type."""
    told = (line_of(tree.get("event")) or "unknown").upper()
    for start, kind in KINDS.items():
        change = CHANGES.get(told.removeprefix(start)) if told.startswith(start) else None
        if change:
            return kind, f"{WORDS[kind]}.{change}"
    return None, told.lower()


def _record(tree: Mapping[str, Any]) -> Want | None:
    """The record to read; a deleted one is gone."""
    kind, event = _type(tree)
    id = _id(tree)
    readable = kind and id and id.isascii() and id.isdecimal() and not event.endswith(".deleted")
    return Want(kind, id) if readable and kind and id else None


def _contact_of(record: Want, told: Mapping[str, Any]) -> Want | None:
    """The contact that must be read as well: a deal's, or that of a lead which has no way to reach anybody."""
    if record.kind == "contact" or (record.kind == "lead" and (_values(told, "PHONE") or _values(told, "EMAIL"))):
        return None
    id = _customer_id(told)
    return Want("contact", id) if id and id.isascii() and id.isdecimal() else None


def _customer_id(told: Mapping[str, Any]) -> str | None:
    """A record's contact; 0 is none."""
    id = line_of(told.get("CONTACT_ID"))
    return None if id == "0" else id


def _values(told: Mapping[str, Any], name: str) -> str | None:
    """A field of several values, `[{VALUE, VALUE_TYPE}]`, as one text; it is absent when empty."""
    rows = told.get(name)
    if not isinstance(rows, list):
        return text_of(rows)
    return text_of([row.get("VALUE") for row in rows[:VALUES_MAX] if isinstance(row, dict)])


def _customer(told: Mapping[str, Any], contact: Mapping[str, Any], id: str | None) -> dict[str, Any]:
    """Who it is: the contact's own fields, else those that stand in the lead."""
    places = (contact, told)
    named = next((place for place in places if first_text(place.get("NAME"), place.get("LAST_NAME"))), {})
    first, last, patronymic = (line_of(named.get(name)) for name in ("NAME", "LAST_NAME", "SECOND_NAME"))
    return {
        "id": first_text(id, contact.get("ID"), _customer_id(told)),
        "name": full_name(first, last, patronymic),
        "first_name": first,
        "last_name": last,
        "phone": next((text for text in (_values(place, "PHONE") for place in places) if text), None),
        "email": next((text for text in (_values(place, "EMAIL") for place in places) if text), None),
        "address": first_text(*(place.get("ADDRESS") for place in places)),
        "city": first_text(*(place.get("ADDRESS_CITY") for place in places)),
    }


def _order(told: Mapping[str, Any], id: str | None) -> dict[str, Any]:
    return {
        "id": id,
        "status": first_text(told.get("STAGE_ID"), told.get("STATUS_ID")),
        "total": told.get("OPPORTUNITY"),
        "currency": told.get("CURRENCY_ID"),
        "comment": told.get("COMMENTS"),
    }


def _told(record: Want | None, told: dict[str, Any], contact: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {record.kind: told} | {"contact": contact} if record else {}
