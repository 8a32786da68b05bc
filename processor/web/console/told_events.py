"""The events of one delivery as rules see them, also before any rule has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from processor.errors import NotFound, Unreadable
from processor.sources.registry import preset_of
from processor.store.journal import EVENT_ID, Story, story_of
from processor.telling.story import plain
from processor.text import Text
from processor.web.console.desk import Desk


def event_told(desk: Desk, id_: str, part: str) -> tuple[Story, Mapping[str, Any]]:
    """One event of the delivery `id_`, by its number in it. Raises NotFound, StoreError."""
    if not EVENT_ID.fullmatch(id_):
        raise NotFound(Text("такого события нет", "there is no such event"))
    story = story_of(desk.client, id_)
    events = events_of(desk, story)
    number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0
    if number >= len(events):
        raise NotFound(Text("это событие не читается: его полей нет", "this event cannot be read: it has no fields"))
    return story, events[number]


def events_of(desk: Desk, story: Story) -> Sequence[Mapping[str, Any]]:
    """As the journal keeps them once they are applied, else as the source reads them now."""
    delivery = story.delivery
    source = desk.book.current().sources.get(delivery.source) if delivery else None
    if story.events or delivery is None or source is None:
        return story.events
    try:
        events = preset_of(source).normalise(delivery, source)
    except Unreadable:
        return ()
    return [plain(msgspec.structs.replace(event, raw=None)) for event in events]
