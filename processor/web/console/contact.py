"""One contact: what is in Watbot beside what we want, and why each is there."""

from __future__ import annotations

from itertools import groupby

from processor.domain.advice import advice_for
from processor.domain.contact import ContactId
from processor.errors import NotFound
from processor.store.dead import Search, dead_letters
from processor.store.refs import refs
from processor.telling.contact import KINDS, name_of_contact, standing_text
from processor.telling.dossier import Dossier, dossier_of
from processor.telling.tables import csv_of_one, json_file
from processor.telling.wording import EVENT_STATES
from processor.text import Text
from processor.web.console.contacts import CSV, JSON
from processor.web.console.desk import Desk
from processor.web.console.reply import Download, Page, Reply
from processor.web.console.visit import Visit


def contact(desk: Desk, visit: Visit) -> Reply:
    """The page. Raises NotFound, StoreError."""
    found = _found(desk, visit)
    letters = dead_letters(desk.client, Search(contact=found.key))
    values = {
        "ref": visit.named["ref"],
        "key": found.key,
        "name": name_of_contact(found.kept.state),
        "known": found.kept.state.known,
        "standing": standing_text(found.kept),
        "place": found.kept.standing,
        "groups": [(KINDS[kind], list(lines)) for kind, lines in groupby(found.lines, key=lambda line: line.kind)],
        "letters": [(letter, advice_for(letter.reason)) for letter in letters],
        "refusals": {letter.element: (advice_for(letter.reason).why, letter.said) for letter in letters},
        "events": found.events,
        "states": EVENT_STATES,
    }
    return Page("contact.html", values)


def export(desk: Desk, visit: Visit) -> Reply:
    """The contact as a file, `?format=csv` or `json`. Raises NotFound, StoreError."""
    found, masked = _found(desk, visit), not visit.may("people")
    if visit.query.get("format") == "json":
        return Download("contact.json", JSON, json_file([found], masked=masked))
    return Download("contact.csv", CSV, csv_of_one(found, masked=masked))


def key_named(desk: Desk, ref: str) -> str:
    """The key of the contact that an address names. Raises NotFound, StoreError."""
    key = refs(desk.client).key(ref)
    try:
        if key is not None:
            return ContactId.from_key(key).key
    except ValueError:
        pass
    raise NotFound(Text("такого контакта нет", "there is no such contact"))


def _found(desk: Desk, visit: Visit) -> Dossier:
    found = dossier_of(desk.client, key_named(desk, visit.named["ref"]))
    if not found:
        raise NotFound(Text("об этом контакте ничего не хранится", "nothing is kept of this contact"))
    return found
