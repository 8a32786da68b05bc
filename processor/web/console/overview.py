"""The first page: how the line stands, and what to do now."""

from __future__ import annotations

from processor.store.series import STEPS, Span, series
from processor.web.console.alarms import alarms_of
from processor.web.console.chart import chart_of
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.snapshot import Snapshot, Snapshots
from processor.web.console.visit import Visit

_snapshots = Snapshots()


def overview(desk: Desk, visit: Visit) -> Reply:
    """The whole page, or with `?part=live` what of it is exchanged while somebody looks. Raises StoreError."""
    now = _snapshots.current(desk)
    spans: dict[str, Span] = {span: span for span in STEPS}
    span = spans.get(visit.query.get("span", ""), "hour")
    chart = chart_of(series(desk.client, span))
    template = "overview_live.html" if visit.query.get("part") == "live" else "overview.html"
    return Page(template, {"now": now, "alarms": alarms_of(now), "chart": chart, "span": span})


def current(desk: Desk) -> Snapshot:
    """How the line stands now. Raises StoreError."""
    return _snapshots.current(desk)


def seen(desk: Desk) -> str:
    """Differs when the page should. Raises StoreError."""
    now = _snapshots.current(desk)
    told = (now.line, now.condition, now.parked, now.refused, now.estimate, now.spent, now.today, now.refused_today)
    return repr((told, now.last, now.syncs, now.full, now.rules.version, now.faults))
