"""What the form of a rule offers: names and values that really came, and a beginning taken from an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.event import EVENT_TYPES
from processor.rules.form.fields import Form, Row
from processor.rules.form.seen import Pickers, is_personal, leaves, pickers_of
from processor.store.contacts import states_of
from processor.store.journal import newest_told
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.drafting import Work, compiled
from processor.web.console.told_events import event_told
from processor.web.console.visit import Visit

EVENTS_LOOKED_AT: Final = 500
CONTACTS_LOOKED_AT: Final = 200
# Of an event these tell of what sort it is; the rest is this one's own.
_TELLING: Final = ("form.name", "form.id", "order.status", "payment.status", "utm.source", "utm.campaign")
_WORD: Final = re.compile(r"[\w .,-]{1,60}")


def offers(desk: Desk, work: Work, file: str) -> Pickers:
    """From the newest events, their contacts, and the rules in force and in the draft. Raises StoreError."""
    told = newest_told(desk.client, limit=EVENTS_LOOKED_AT)
    keys = list(dict.fromkeys(key for _, contacts in told for key in contacts))[:CONTACTS_LOOKED_AT]
    states = states_of(desk.client, keys)
    tags = [tag for state in states for tag in state.known.tags or ()]
    statuses = [state.known.status for state in states if state.known.status]
    draft = compiled(work.text, file).rules
    rulesets = [desk.book.current(), *([draft] if draft else [])]
    return pickers_of(rulesets, (event for events, _ in told for event in events), tags, statuses)


def from_event(desk: Desk, visit: Visit) -> Form:
    """A form that begins with an event: its type, its source, and what tells its sort. Raises NotFound, StoreError."""
    _, event = event_told(desk, visit.query["event"], visit.query.get("part", "0"))
    kind = str(event.get("event", ""))
    return Form(
        name=_name(kind, event, visit),
        events=(kind,),
        sources=(str(event.get("source", "")),),
        rows=tuple(_rows(event)),
    )


def _rows(event: Mapping[str, Any]) -> Iterator[Row]:
    found = dict(leaves(event))
    for path in _TELLING:
        if path in found and not is_personal(path):
            yield Row(path, "is", (found[path],))


def _name(kind: str, event: Mapping[str, Any], visit: Visit) -> str:
    source = str(event.get("source", ""))
    known = kind if kind in EVENT_TYPES or _WORD.fullmatch(kind) else ""
    return visit.say(Text(f"{known} из {source}", f"{known} from {source}")).strip()
