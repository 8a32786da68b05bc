"""Forgetting a person: what goes and what stays is said first; a receipt stays."""

from __future__ import annotations

from typing import Final

import msgspec

from processor.domain.person import Person, lines_with, person_asked
from processor.errors import NotFound, Refused
from processor.store.forget import forget
from processor.store.receipts import newest, receipt_of
from processor.store.sift import scope_of
from processor.telling.forget import COUNTED, STAYS, lines_text, to_go, waiting_text
from processor.text import Text
from processor.web.console.contact import key_named
from processor.web.console.desk import Desk
from processor.web.console.events import regions_of
from processor.web.console.reply import Download, Page, Redirect, Reply
from processor.web.console.visit import Fields, Visit

SHOWN_MAX: Final = 100


def confirm(desk: Desk, visit: Visit) -> Reply:
    """What would go: of the contact `?ref=`, or of whom `?who=` names. Raises NotFound, Refused, StoreError."""
    person = _person(desk, visit.query)
    rules = desk.book.current()
    scope = scope_of(desk.client, person, rules.bots)
    if not scope:
        raise NotFound(Text("о таком человеке ничего не хранится", "nothing is kept of such a person"))
    lines = tuple(lines_with(rules.text, scope.person))
    values = {
        "asked": {name: visit.query[name] for name in ("ref", "who") if visit.query.get(name)},
        "contacts": scope.contacts,
        "counts": [(COUNTED[name], count) for name, count in to_go(scope).items()],
        "stays": STAYS,
        "waiting": waiting_text(len(scope.waiting)) if scope.waiting else None,
        "lines": lines_text(lines) if lines else None,
    }
    return Page("forget.html", values)


def forget_person(desk: Desk, visit: Visit) -> Reply:
    """Forget them now. Raises NotFound, Refused, StoreError."""
    person = _person(desk, visit.form)
    if visit.form.get("sure") != "yes":
        raise Refused("sure", Text("отметьте, что вы уверены", "tick that you are sure"))
    rules = desk.book.current()
    scope = scope_of(desk.client, person, rules.bots)
    receipt = forget(
        desk.client,
        person,
        rules.bots,
        by=visit.user.name if visit.user else "console",
        clock=desk.clock,
        journal_days=desk.settings.journal_days,
        rules_lines=lines_with(rules.text, scope.person),
    )
    return Redirect(f"/forgotten/{receipt.number}", receipt.said)


def forgotten(desk: Desk, _: Visit) -> Reply:
    """The newest receipts. Raises StoreError."""
    return Page("forgotten.html", {"receipts": newest(desk.client, limit=SHOWN_MAX)})


def receipt(desk: Desk, visit: Visit) -> Reply:
    """One receipt, with `?format=json` as a file. Raises NotFound, StoreError."""
    found = receipt_of(desk.client, visit.named["number"])
    if visit.query.get("format") == "json":
        body = msgspec.json.format(msgspec.json.encode(found))
        return Download(f"receipt-{found.number}.json", "application/json", body)
    values = {
        "receipt": found,
        "counts": [(text, getattr(found, name)) for name, text in COUNTED.items()],
        "stays": STAYS,
        "waiting": waiting_text(found.waiting) if found.waiting else None,
        "lines": lines_text(found.rules_lines) if found.rules_lines else None,
    }
    return Page("receipt.html", values)


def _person(desk: Desk, given: Fields) -> Person:
    if given.get("ref"):
        return person_asked(key_named(desk, given["ref"]))
    person = person_asked(given.get("who", ""), regions_of(desk))
    if not person:
        raise Refused("who", Text("нужен контакт, телефон или почта", "it needs a contact, a phone or an e-mail"))
    return person
