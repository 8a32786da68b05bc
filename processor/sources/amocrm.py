"""amoCRM (Kommo): what changed in the account, several records a delivery, each an event of its own.

Event types. leads[add] and unsorted[add] (a filled form, a call, a chat) are lead.created; leads[update] and
leads[status] are lead.updated; leads[delete], leads[restore], leads[responsible] are lead.deleted, lead.restored,
lead.responsible. contacts[add] and contacts[update] are customer.created and customer.updated, companies among them
company.created and company.updated. Anything else is its own word, such as task.add or customers.update.
A lead carries no phone: the API is asked for the lead and then for its main contact. A contact and a filled form carry
theirs. An order part stands for the lead: id, status (`status_id`), sum (`price`).
Unsigned: a token in the address. Not known for certain: how long it waits for an answer (2 s are told) and which codes
besides 200 it takes, so it is answered 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from processor.domain.delivery import Delivery, Inbound, Want
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.errors import Unreadable
from processor.sources.amocrm_fields import OwnField, answers_of, coded, listed, own_fields, utm_of
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose, first_text
from processor.sources.fetched import WANTS_MAX, bounded, document, raw_with
from processor.sources.form import decode_text, nest, read_pairs
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.keyed import Keyed, require_account, require_token
from processor.sources.scalar import line_of, moment_of, text_of
from processor.sources.visitor import customer_of
from processor.text import Text

# A change of many records at once brings every field of each: more than forms of people have.
FIELDS_MAX: Final = 10_000
ITEMS_MAX: Final = 100
HEAD_BYTES: Final = 2048

TYPES: Final[Mapping[tuple[str, str], str]] = {
    ("leads", "add"): "lead.created",
    ("leads", "update"): "lead.updated",
    ("leads", "status"): "lead.updated",
    ("leads", "responsible"): "lead.responsible",
    ("leads", "delete"): "lead.deleted",
    ("leads", "restore"): "lead.restored",
    ("contacts", "add"): "customer.created",
    ("contacts", "update"): "customer.updated",
    ("contacts", "delete"): "customer.deleted",
    ("unsorted", "add"): "lead.created",
}
READ: Final = frozenset({"add", "update", "status", "responsible", "restore"})
CHANGED: Final = ("updated_at", "last_modified", "created_at", "date_create")

_HEAD = re.compile(rb"(?:^|&)(\w+)(?:\[|%5B)(\w+)(?:\]|%5D)(?:\[|%5B)\d+(?:\]|%5D)(?:\[|%5B)u?id(?:\]|%5D)=(\w+)")


class Change(NamedTuple):
    """One record of a delivery and what happened to it."""

    entity: str
    action: str
    record: dict[str, Any]

    @property
    def lead(self) -> Want | None:
        """The lead to read, when this is one that still is."""
        id = line_of(self.record.get("id"))
        readable = self.entity == "leads" and self.action in READ and id and id.isascii() and id.isdecimal()
        return Want("lead", id) if readable and id else None

    @property
    def type(self) -> str:
        """The event's type."""
        ours = TYPES.get((self.entity, self.action))
        if ours and self.entity == "contacts" and self.record.get("type") == "company":
            return ours.replace("customer", "company")
        return ours or f"{self.entity}.{self.action}"


class AmoCrm(Keyed):
    """amoCRM and Kommo, which are one."""

    name = "amocrm"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The token, then the account when the source names some. Raises ProofRefused."""
        require_token(inbound, source)
        if source.accounts:
            require_account(source, *_accounts(inbound.body))

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Entity, action and id of the first record to be read; the digest of the body, with its times, to decide."""
        found = _HEAD.search(inbound.body[:HEAD_BYTES])
        return write_key(*(part.decode() for part in found.groups()) if found else (), digested=(inbound.body,))

    def wants(self, delivery: Delivery, source: Source) -> tuple[Want, ...]:  # noqa: ARG002
        """The leads; then the main contact of each, once the lead has named it. Raises Unreadable."""
        leads = [change.lead for change in _changes(_tree(delivery.body))]
        named = [lead for lead in leads if lead]
        contacts = (_contact_of(document(delivery, lead)) for lead in named[: WANTS_MAX // 2])
        return bounded((*named[: WANTS_MAX // 2], *(contact for contact in contacts if contact)))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """An event for each record. Raises Unreadable."""
        tree = scrub(_tree(delivery.body), source.keys)
        account = tree.get("account")
        events = tuple(_event(delivery, source, change, account) for change in _changes(tree))
        return events or (compose(delivery, "unknown", region=source.region, raw=tree),)


def _tree(body: bytes) -> dict[str, Any]:
    if body.lstrip()[:1] in (b"{", b"["):
        return as_mapping(read_json(body))
    return nest(read_pairs(decode_text(body.strip()), FIELDS_MAX))


def _changes(tree: Mapping[str, Any]) -> list[Change]:
    """The records in the order in which they stand. Raises Unreadable when there are more than ITEMS_MAX."""
    changes = [change for change, _ in zip(_every_change(tree), range(ITEMS_MAX + 1), strict=False)]
    if len(changes) > ITEMS_MAX:
        raise Unreadable(
            Text(f"В доставке больше {ITEMS_MAX} записей.", f"The delivery holds more than {ITEMS_MAX} records.")
        )
    return changes


def _every_change(tree: Mapping[str, Any]) -> Iterator[Change]:
    for entity, actions in tree.items():
        if entity == "account" or not isinstance(actions, dict):
            continue
        for action, records in actions.items():
            for record in listed(records):
                yield Change(entity, action, dict(record))


def _accounts(body: bytes) -> tuple[str, ...]:
    """What the account calls itself: its id, its subdomain, the host of its address."""
    try:
        account = _tree(body).get("account")
    except Unreadable:
        return ()
    if not isinstance(account, dict):
        return ()
    links = account.get("_links")
    address = line_of(links.get("self")) if isinstance(links, dict) else None
    try:
        host = urlsplit(address or "").hostname
    except ValueError:
        host = None
    told = (line_of(account.get("id")), line_of(account.get("subdomain")), host)
    return tuple(one for one in told if one)


def _contact_of(lead: Mapping[str, Any]) -> Want | None:
    """A lead's main contact, else its first."""
    embedded = lead.get("_embedded")
    contacts = listed(embedded.get("contacts")) if isinstance(embedded, dict) else []
    main = next((one for one in contacts if one.get("is_main") is True), contacts[0] if contacts else {})
    id = line_of(main.get("id"))
    return Want("contact", id) if id and id.isascii() and id.isdecimal() else None


def _event(delivery: Delivery, source: Source, change: Change, account: Any) -> Event:
    if change.entity == "unsorted" and change.action == "add":
        return _filled(delivery, source, change, account)
    record = change.record
    told = scrub(document(delivery, change.lead), source.keys)
    wanted = _contact_of(told)
    contact = record if change.entity == "contacts" else scrub(document(delivery, wanted), source.keys)
    # What the delivery says is older than what the API told.
    fields = own_fields(told) or own_fields(record)
    of_lead = change.entity == "leads"
    raw = {change.entity: {change.action: [record]}, **({"account": account} if account else {})}
    return compose(
        delivery,
        change.type,
        region=source.region,
        customer=_customer(contact, own_fields(contact)),
        order=_order(told | record) if of_lead else None,
        utm=first_of(utm_of(fields), utm_of(own_fields(contact))),
        occurred_at=_changed_at(record),
        thin=change.action == "delete" or (of_lead and (not told or (wanted is not None and not contact))),
        raw=raw_with(raw, lead=told, contact=contact if of_lead else {}),
    )


def _filled(delivery: Delivery, source: Source, change: Change, account: Any) -> Event:
    """What somebody left in a form of the site: the contact and lead to be, and the form itself."""
    record = change.record
    inner = _part(record, "data")
    contact = next(iter(listed(inner.get("contacts"))), {})
    lead = next(iter(listed(inner.get("leads"))), {})
    form = _part(record, "source_data")
    answers = {line_of(row.get("name")) or "": row.get("value") for row in listed(form.get("data"))}
    fields = own_fields(contact)
    page = form.get("form_page")
    return compose(
        delivery,
        change.type,
        region=source.region,
        customer=customer_of(answers_of(_as_fields(answers))) | _customer(contact, fields),
        order=_order(lead),
        form={
            "id": form.get("form_id"),
            "name": first_text(form.get("form_name"), record.get("source")),
            "fields": answers,
        },
        page={"url": page, "referrer": form.get("referer")},
        utm=first_of(
            utm_from_mapping(_part(form, "utm"), own_part=True),
            utm_from_mapping(form),
            utm_of(own_fields(lead)),
            utm_from_mapping(answers),
            utm_from_query(page) if isinstance(page, str) else None,
        ),
        occurred_at=_changed_at(record) or moment_of(form.get("date")),
        raw={"unsorted": {"add": [record]}, **({"account": account} if account else {})},
    )


def _as_fields(answers: Mapping[str, Any]) -> tuple[OwnField, ...]:
    read = ((name, text_of(value)) for name, value in answers.items())
    return tuple(OwnField("", name, text) for name, text in read if name and text)


def _part(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _customer(contact: Mapping[str, Any], fields: tuple[OwnField, ...]) -> dict[str, Any]:
    """Who it is, with only what is there."""
    known = answers_of(fields)
    found = {
        "id": contact.get("id"),
        "name": contact.get("name"),
        "first_name": contact.get("first_name"),
        "last_name": contact.get("last_name"),
        "phone": coded(fields, "PHONE") or known.get("phone"),
        "email": coded(fields, "EMAIL") or known.get("email"),
        "address": coded(fields, "ADDRESS") or known.get("address"),
        "city": known.get("city"),
        "telegram_username": known.get("telegram"),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _order(lead: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": lead.get("id"),
        "number": lead.get("id"),
        "status": lead.get("status_id"),
        "total": lead.get("price"),
    }


def _changed_at(record: Mapping[str, Any]) -> datetime | None:
    return next((moment for moment in (moment_of(record.get(name)) for name in CHANGED) if moment), None)
