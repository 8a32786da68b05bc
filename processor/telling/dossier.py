"""All that is kept of one contact, gathered for a page or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from processor.domain.terms import contact_term
from processor.store.causes import causes_of, versions_of
from processor.store.connection import Store
from processor.store.find import find_by
from processor.store.journal import Row
from processor.store.standing import Kept, kept_of
from processor.telling.contact import Line, name_of_contact, sheet


@dataclass(frozen=True, slots=True)
class Dossier:
    """`lines` are its elements, `events` the newest first."""

    key: str
    kept: Kept
    lines: tuple[Line, ...]
    events: tuple[Row, ...]

    def __bool__(self) -> bool:
        return self.kept.there or bool(self.events)


def dossier_of(client: Store, key: str) -> Dossier:
    """The contact of this key; a false one when nothing is kept of it. Raises StoreError, ValueError for no key."""
    (kept,) = kept_of(client, [key])
    state = kept.state
    open_wishes = [*state.wanted.values(), *state.refused.values()]
    versions = versions_of(client, [wish.event for wish in open_wishes])
    lines = sheet(state, causes_of(client, key, state.delivered), versions)
    return Dossier(key, kept, tuple(lines), tuple(find_by(client, [contact_term(key)])))


def as_plain(dossier: Dossier) -> dict[str, Any]:
    """As JSON has it: times are Unix ms."""
    known = dossier.kept.state.known
    return {
        "contact": dossier.key,
        "name": name_of_contact(dossier.kept.state),
        "watbot_id": known.watbot_id,
        "seen_ms": known.seen_ms or None,
        "listed_ms": known.listed_ms or None,
        "standing": dossier.kept.standing.where or None,
        "elements": [_element(line) for line in dossier.lines],
        "events": [
            {"id": row.id, "event": row.event, "source": row.source, "state": row.state, "received_ms": row.received_ms}
            for row in dossier.events
        ],
    }


def _element(line: Line) -> dict[str, Any]:
    why = line.wanted or line.refused or line.cause
    version = line.wanted_version or line.refused_version or (line.cause.version if line.cause else "")
    return {
        "element": line.element,
        "in_watbot": line.known,
        "wanted": line.wanted.value if line.wanted else None,
        "refused": line.refused.value if line.refused else None,
        "rule": why.rule if why else None,
        "event": why.event if why else None,
        "rules_version": version or None,
    }
