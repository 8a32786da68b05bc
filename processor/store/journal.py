"""Reading the journal: list events, show one whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import redis

from processor.domain.delivery import Delivery
from processor.domain.remembered import Numbered
from processor.errors import NotFound
from processor.store.connection import translated
from processor.store.deliveries import whole
from processor.store.keys import name_of
from processor.text import Text

EVENT_ID: Final = re.compile("[0-9a-f]{22}")


@dataclass(frozen=True, slots=True)
class Row:
    """One event in a list."""

    id: str
    state: str
    source: str
    received_ms: int
    event: str = ""
    contact: str = ""
    repeats: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """One event whole: the row, the raw delivery, the normalised events, the rules' version, what happened.

    `numbered`: what the events' stamps are made from; None for one taken in before that was kept.
    """

    row: Row
    delivery: Delivery | None
    events: Sequence[Mapping[str, Any]]
    rules_version: str | None
    rules_text: str | None
    entries: Sequence[Mapping[str, Any]]
    numbered: Numbered | None = None


def newest(client: redis.Redis, *, limit: int) -> list[Row]:
    """The newest events first. Raises StoreError."""
    with translated():
        ids = [id_.decode() for id_ in client.zrange(name_of("journal"), 0, limit - 1, desc=True)]  # type: ignore[union-attr]
        with client.pipeline(transaction=False) as look:
            for id_ in ids:
                look.hgetall(name_of("event", id_))
            found = look.execute()
    return [read_row(id_, fields) for id_, fields in zip(ids, found, strict=True) if fields]


def newest_told(client: redis.Redis, *, limit: int) -> list[tuple[list[dict[str, Any]], list[str]]]:
    """Of the newest deliveries the events as rules saw them, and the keys of their contacts. Raises StoreError."""
    with translated():
        ids: Any = client.zrange(name_of("journal"), 0, limit - 1, desc=True)
        with client.pipeline(transaction=False) as look:
            for id_ in ids:
                look.hmget(name_of("event", id_.decode()), "events", "contacts")
            found = look.execute()
    return [
        (msgspec.json.decode(events), [key for key in (contacts or b"").decode().split(", ") if key])
        for events, contacts in found
        if events
    ]


def story_of(client: redis.Redis, id_: str) -> Story:
    """Everything kept of one event. Raises NotFound, StoreError."""
    with translated(), client.pipeline(transaction=True) as look:
        look.hgetall(name_of("event", id_))
        look.get(name_of("delivery", id_))
        look.lrange(name_of("story", id_), 0, -1)
        look.hgetall(name_of("fetched", id_))
        fields, raw, entries, told = look.execute()
        version = (fields.get(b"version") or b"").decode()
        text = client.get(name_of("rules", version)) if version else None
    if not fields:
        raise NotFound(Text(f"нет события {id_}", f"no event {id_}"))
    return Story(
        row=read_row(id_, fields),
        delivery=whole(raw, [part for pair in told.items() for part in pair]) if raw else None,
        events=msgspec.json.decode(fields.get(b"events", b"[]")),
        rules_version=version or None,
        rules_text=text.decode() if isinstance(text, bytes) else None,
        entries=[msgspec.json.decode(entry) for entry in entries],
        numbered=Numbered(id_, int(fields[b"number"]), int(fields[b"at"])) if b"at" in fields else None,
    )


def read_row(id_: str, fields: Mapping[bytes, bytes]) -> Row:
    """An event's row from the fields of its hash."""
    head = msgspec.json.decode(fields.get(b"head", b"{}"))
    return Row(
        id=id_,
        state=fields.get(b"state", b"").decode(),
        source=head.get("source", ""),
        received_ms=head.get("received_ms", 0),
        event=fields.get(b"type", b"").decode(),
        contact=fields.get(b"contacts", b"").decode(),
        repeats=int(fields.get(b"repeats", 0)),
        open=int(fields.get(b"open", 0)),
    )
