"""`after:` and `unless:` of a rule: it acts so long after the event, if nothing came meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from processor.domain.condition import fold
from processor.domain.earlier import AFTER_MAX_MS, Unless
from processor.rules.duration import span_ms_of
from processor.rules.earlier import names_of
from processor.rules.operators import Known
from processor.rules.reading import Field, choice_of, fields, flag_of, missing
from processor.rules.report import Report
from processor.rules.tree import Table, Tree
from processor.text import Text

KEYS = ("event", "source", "same")
SAME: Final[tuple[Literal["order", "contact"], ...]] = ("order", "contact")


def later_of(found: Mapping[str, Field], known: Known, report: Report) -> tuple[int | None, Unless | None]:
    """How long after the event the rule acts (ms; None: at once), and what makes that needless."""
    after_ms = span_ms_of(found["after"].value, AFTER_MAX_MS, report) if "after" in found else None
    unless = _unless(found["unless"].value, known, report) if "unless" in found else None
    if "unless" in found and "after" not in found:
        text = Text("«unless» без «after»", '"unless" without "after"')
        wait = Text("after: сколько ждать, например after: 1h", "after: how long to wait, such as after: 1h")
        report.add("later.unless", text, found["unless"].key.place, wait)
    if "after" in found and "stop" in found and flag_of(found["stop"].value, report):
        text = Text("отложенное правило не останавливает других", "a delayed rule stops no others")
        one = Text("что-то одно: after или stop", "one of them: after or stop")
        report.add("later.stop", text, found["stop"].key.place, one)
    return after_ms, unless


def _unless(tree: Tree, known: Known, report: Report) -> Unless | None:
    before = report.count
    found = fields(tree, KEYS, report)
    if isinstance(tree, Table) and "event" not in found:
        missing("event", tree.place, Text("unless: {event: order.paid}", "unless: {event: order.paid}"), report)
    events = names_of("event", found["event"].value, known, report) if "event" in found else ()
    sources = names_of("source", found["source"].value, known, report) if "source" in found else ()
    same = choice_of(found["same"].value, SAME, report) if "same" in found else None
    if report.count > before:
        return None
    return Unless(
        events=frozenset(fold(event) for event in events),
        sources=frozenset(fold(source) for source in sources) or None,
        same=same,
        written=", ".join(events) + (f" ({', '.join(sources)})" if sources else ""),
    )
