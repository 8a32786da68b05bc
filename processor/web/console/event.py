"""One event's story on one page: what came, what the rules said and why, what was done and answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from shlex import quote
from typing import Any, Final

from processor.domain.delivery import Delivery
from processor.domain.earlier import Earlier
from processor.errors import NotFound
from processor.store.history import history_of
from processor.store.journal import EVENT_ID, Story, story_of
from processor.store.refs import refs
from processor.story import explained
from processor.telling.story import entry_lines, flat
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.drafting import file_of
from processor.web.console.reply import Page, Reply
from processor.web.console.told_events import events_of
from processor.web.console.trying import nearest_lines
from processor.web.console.visit import Visit

BODY_CHARACTERS_SHOWN: Final = 20_000
RULES_OFFERED_MAX: Final = 2_000


def event(desk: Desk, visit: Visit) -> Reply:
    """The page. Raises NotFound, StoreError."""
    id_ = visit.named["id"]
    if not EVENT_ID.fullmatch(id_):
        raise NotFound(Text("такого события нет", "there is no such event"))
    story = story_of(desk.client, id_)

    def past(contact: str) -> Sequence[Earlier]:
        return history_of(desk.client, contact).entries

    found = explained(story, past)
    values = {
        "row": story.row,
        "ref": refs(desk.client).of,
        "delivery": story.delivery,
        "body": body_text(story.delivery) if story.delivery else "",
        "events": [list(flat(one)) for one in story.events],
        "explained": found,
        "nearest": [line for lines in nearest_lines(found, visit) for line in lines],
        "readable": [str(one.get("event", "")) for one in events_of(desk, story)],
        "rule_names": [rule.name for rule in desk.book.current().rules][:RULES_OFFERED_MAX],
        "try_command": f"watbot-hooks try {quote(file_of(desk))} {story.row.id} --source {quote(story.row.source)}",
        "steps": _steps(story, visit),
        "rules_version": story.rules_version,
    }
    return Page("event.html", values)


def body_text(delivery: Delivery) -> str:
    """A body as text, JSON in lines, cut to BODY_CHARACTERS_SHOWN."""
    text = delivery.body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return text if len(text) <= BODY_CHARACTERS_SHOWN else text[:BODY_CHARACTERS_SHOWN] + "…"


def _steps(story: Story, visit: Visit) -> list[dict[str, Any]]:
    """What happened, with the time between the steps."""
    steps, before_ms = [], story.row.received_ms
    for entry in story.entries:
        at_ms = int(entry.get("at", 0))
        lines = list(entry_lines(entry, visit.look.language))
        steps.append(
            {
                "at_ms": at_ms,
                "after_ms": max(0, at_ms - before_ms),
                "lines": lines,
                "wrong": entry.get("answer") == "error" or entry.get("what") in ("parked", "crashed"),
            }
        )
        before_ms = at_ms
    return steps
