"""The log of what people did."""

from __future__ import annotations

from typing import Final

from processor.store.audit import deeds
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.visit import Visit

SHOWN_MAX: Final = 50


def audit(desk: Desk, visit: Visit) -> Reply:
    """The newest, or those before `?before=`. Raises StoreError."""
    found = deeds(desk.client, before=visit.query.get("before", ""), limit=SHOWN_MAX + 1)
    more = found[SHOWN_MAX - 1].id if len(found) > SHOWN_MAX else ""
    return Page("audit.html", {"deeds": found[:SHOWN_MAX], "more": more})
