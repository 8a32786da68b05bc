"""Contacts: looked for by the words by which events are found, and taken away as a file."""

from __future__ import annotations

from typing import Final

from processor.domain.terms import terms_asked
from processor.store.refs import refs
from processor.store.search import Hit, contacts_found, contacts_lately
from processor.telling.contact import name_of_contact, standing_text
from processor.telling.dossier import dossier_of
from processor.telling.tables import csv_of_many, json_file
from processor.web.console.desk import Desk
from processor.web.console.events import regions_of
from processor.web.console.reply import Download, Page, Reply
from processor.web.console.visit import Visit

SHOWN_MAX: Final = 50
EXPORTED_MAX: Final = 1_000
JSON, CSV = "application/json", "text/csv; charset=utf-8"


def contacts(desk: Desk, visit: Visit) -> Reply:
    """Those that `?q=` finds, without it those of the newest events. Raises StoreError."""
    asked = visit.query.get("q", "").strip()
    found = _found(desk, asked, SHOWN_MAX) if asked else contacts_lately(desk.client, limit=SHOWN_MAX)
    ref = refs(desk.client).of
    rows = [
        {
            "ref": ref(hit.kept.state.contact.key),
            "key": hit.kept.state.contact.key,
            "name": name_of_contact(hit.kept.state),
            "last": hit.last,
            "standing": standing_text(hit.kept),
            "where": hit.kept.standing.where,
        }
        for hit in found
    ]
    return Page("contacts.html", {"asked": asked, "rows": rows, "more": len(rows) == SHOWN_MAX})


def export(desk: Desk, visit: Visit) -> Reply:
    """The contacts that `?q=` finds as a file, `?format=csv` or `json`. Raises StoreError."""
    asked = visit.query.get("q", "").strip()
    found = _found(desk, asked, EXPORTED_MAX) if asked else contacts_lately(desk.client, limit=SHOWN_MAX)
    whole = [dossier_of(desk.client, hit.kept.state.contact.key) for hit in found]
    masked = not visit.may("people")
    if visit.query.get("format") == "json":
        return Download("contacts.json", JSON, json_file(whole, masked=masked))
    return Download("contacts.csv", CSV, csv_of_many(whole, masked=masked))


def _found(desk: Desk, asked: str, limit: int) -> list[Hit]:
    terms = terms_asked(asked, regions_of(desk))
    return contacts_found(desk.client, terms, desk.book.current().bots, limit=limit)
