"""`earlier:` of an example: what this contact did before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from processor.domain.earlier import Earlier
from processor.domain.event import Event
from processor.domain.example import START_MS
from processor.rules.duration import ttl_ms_of
from processor.rules.examples.event import Stage, check_type
from processor.rules.reading import LIST_LENGTH_MAX, fields, missing, text_of
from processor.rules.report import Report
from processor.rules.tree import Listing, Table, Tree
from processor.text import Text

KEYS: Final = ("event", "source", "order", "ago")

_EARLIER = Text("- {event: order.created, ago: 10d}", "- {event: order.created, ago: 10d}")


def earlier_of(tree: Tree, stage: Stage, event: Event | None, report: Report) -> tuple[Earlier, ...]:
    """The contact's events before `event`, the oldest first; what is not said of them is as in `event`."""
    if not isinstance(tree, Listing):
        text = Text("здесь должен быть список прошлых событий", "a list of earlier events must stand here")
        report.add("value.kind", text, tree.place, _EARLIER)
        return ()
    if len(tree.items) > LIST_LENGTH_MAX:
        text = Text(f"прошлых событий {len(tree.items)}", f"there are {len(tree.items)} earlier events")
        limit = Text(f"не больше {LIST_LENGTH_MAX}", f"at most {LIST_LENGTH_MAX}")
        report.add("value.too_long", text, tree.place, limit)
        return ()
    before_ms = _unix_ms(event.occurred_at or event.received_at) if event else START_MS
    read = (_earlier(item, number, stage, event, before_ms, report) for number, item in enumerate(tree.items))
    return tuple(sorted((one for one in read if one is not None), key=lambda one: (one.at_ms, one.id)))


def _earlier(
    tree: Tree, number: int, stage: Stage, event: Event | None, before_ms: int, report: Report
) -> Earlier | None:
    found = fields(tree, KEYS, report)
    read = {name: text_of(field.value, report) for name, field in found.items() if name != "ago"}
    check_type(read.get("event"), found["event"].value if "event" in found else None, stage, report)
    source = read.get("source")
    if source is not None:
        source = stage.named(source, found["source"].value, report)
    ago_ms = ttl_ms_of(found["ago"].value, report) if "ago" in found else None
    for name, example in (("event", "event: order.created"), ("ago", "ago: 10d")):
        if name not in found and isinstance(tree, Table):
            missing(name, tree.place, Text(example, example), report)
    if ago_ms is None or not read.get("event"):
        return None
    return Earlier(
        event=read["event"] or "",
        source=source or (event.source if event else stage.source or ""),
        at_ms=before_ms - ago_ms,
        order=read.get("order"),
        id=f"earlier-{number:04d}",
    )


def _unix_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
