"""What is remembered of a contact's events: the history that rules ask, bounded in number and in time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
import redis

from processor.domain.earlier import Earlier
from processor.domain.wish import STAMP_LENGTH
from processor.store.connection import translated
from processor.store.keys import name_of

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class History:
    """A contact's events, oldest first; `digest` stands for all of them: a plan made from others is refused."""

    entries: tuple[Earlier, ...]
    digest: str


def history_of(client: redis.Redis, contact: str) -> History:
    """The history of a contact by its key. Raises StoreError."""
    with translated():
        members: Any = client.zrange(name_of("past", contact), 0, -1)
    digest = hashlib.sha1(b"\n".join(members), usedforsecurity=False).hexdigest()
    return History(tuple(map(entry_from, members)), digest)


def member_of(entry: Earlier) -> str:
    """An event as the store keeps it: its stamp, then id, type, source and order as JSON."""
    rest = [entry.id, entry.event, entry.source, *([entry.order] if entry.order else [])]
    return f"{entry.at_ms:014d}.{entry.number:012d}{_json(rest).decode()}"


def entry_from(member: bytes) -> Earlier:
    """The reverse of `member_of`."""
    text = member.decode()
    id_, event, source, *order = msgspec.json.decode(text[STAMP_LENGTH:])
    at_ms, _, number = text[:STAMP_LENGTH].partition(".")
    return Earlier(event, source, int(at_ms), order[0] if order else None, id_, int(number))
