"""What arrived: a list that can be searched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from processor.domain.event import EVENT_TYPES
from processor.domain.terms import terms_asked
from processor.store.find import NEWEST_MAX, Found, Sought, events_named, find, find_by
from processor.store.journal import EVENT_ID
from processor.store.refs import refs
from processor.telling.wording import EVENT_STATES
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.visit import Fields, Visit

SHOWN_MAX: Final = 50
FILTERS: Final = ("q", "source", "type", "state", "contact", "since", "until")


def events(desk: Desk, visit: Visit) -> Reply:
    """The newest events that the filter names, `?before=` those before one of them. Raises StoreError."""
    filters = {name: visit.query[name].strip() for name in FILTERS if visit.query.get(name, "").strip()}
    asked = filters.get("q", "")
    if EVENT_ID.fullmatch(asked) and events_named(desk.client, [asked]):
        return Redirect(f"/events/{asked}")
    found = _found(desk, visit, asked, sought_of(filters, visit.look.zone))
    values = {
        "found": found,
        "filters": filters,
        "types": EVENT_TYPES,
        "states": EVENT_STATES,
        "sources": list(desk.book.current().sources),
        "older": _older(filters, found),
        "newest_max": NEWEST_MAX,
        "ref": refs(desk.client).of,
    }
    return Page("events.html", values)


def regions_of(desk: Desk) -> tuple[str, ...]:
    """How phones are read that are written without a country: as the sources do."""
    return tuple(dict.fromkeys(source.region for source in desk.book.current().sources.values())) or ("RU",)


def _found(desk: Desk, visit: Visit, asked: str, sought: Sought) -> Found:
    if asked:
        rows = find_by(desk.client, terms_asked(asked, regions_of(desk)), sought)
        return Found(tuple(rows), None, len(rows))
    before = visit.query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 17 else None
    return find(desk.client, sought, before=number, limit=SHOWN_MAX)


def sought_of(filters: Fields, zone: ZoneInfo) -> Sought:
    """What the filter's words mean; `since` and `until` are days in the visitor's zone, both included. Pure."""
    return Sought(
        source=filters.get("source", ""),
        type=filters.get("type", ""),
        state=filters.get("state", ""),
        contact=filters.get("contact", ""),
        since_ms=_day_ms(filters.get("since", ""), zone, 0),
        until_ms=_day_ms(filters.get("until", ""), zone, 1),
    )


def _day_ms(text: str, zone: ZoneInfo, days_more: int) -> int:
    """When the day begins, or a later one; 0 for what is no date."""
    try:
        day = datetime.fromisoformat(text)
        return int((day.replace(tzinfo=zone) + timedelta(days=days_more)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _older(filters: Fields, found: Found) -> dict[str, str] | None:
    return {**filters, "before": str(found.before)} if found.before is not None else None
