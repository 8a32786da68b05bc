"""A delivery is put to the rules of today once more. One script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
import redis

from processor.store.connection import translated
from processor.store.find import Sought, find
from processor.store.journal import Row
from processor.store.script import run

_json = msgspec.json.Encoder().encode

Hindrance = Literal["queued", "planned", "gone"]
WAITING: Final = ("queued", "planned")
ROUND: Final = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """Whether it stands in line again; if not, `hindrance` says why: it still waits, or is not kept any more."""

    hindrance: Hindrance | None = None


def replay(client: redis.Redis, id_: str, *, by: str, now_ms: int) -> Replayed:
    """Put one event into the line again, its wishes in the lane REPLAY. Harmless to repeat. Raises StoreError."""
    with translated():
        answer = run(client, "replay", id_, _json({"what": "replayed", "at": now_ms, "by": by}))
    return Replayed() if int(answer[0]) else Replayed(answer[1].decode())


def replayable(client: redis.Redis, sought: Sought, *, limit: int) -> tuple[Row, ...]:
    """At most `limit` events that fit and wait for nothing, the oldest first. Raises StoreError."""
    rows: list[Row] = []
    for row in _found(client, sought):
        rows.append(row)
        if len(rows) == limit:
            break
    return tuple(reversed(rows))


def _found(client: redis.Redis, sought: Sought) -> Iterator[Row]:
    before: int | None = None
    while True:
        found = find(client, sought, before=before, limit=ROUND)
        yield from (row for row in found.rows if row.state not in WAITING)
        if found.before is None:
            return
        before = found.before
