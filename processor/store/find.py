"""Look for events in the journal, newest first, some thousands at a time: it may hold a million."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import redis

from processor.store.connection import translated
from processor.store.journal import Row, read_row
from processor.store.keys import name_of
from processor.store.script import run

# Each round is one turn of the store; between rounds others have theirs.
ROUND: Final = 250
LOOKED_AT_MAX: Final = 5_000
# So many events of one term are kept (scripts/prelude.lua).
NEWEST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events: every given part must fit. `type` fits its own name and what begins with it and a dot (`order`).

    `contact` is a contact's key. Times are Unix ms of receipt, `until_ms` not included.
    """

    source: str = ""
    type: str = ""
    state: str = ""
    contact: str = ""
    since_ms: int = 0
    until_ms: int = 0

    def fits(self, row: Row) -> bool:
        """Whether the event is one of those; its time is not looked at."""
        return (
            self.source in ("", row.source)
            and self.state in ("", row.state)
            and (not self.type or any(_is_of(one, self.type) for one in row.event.split(", ")))
            and (not self.contact or self.contact in row.contact.split(", "))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """`before` is where to go on (None: nothing older), `looked_at` how many events were gone through."""

    rows: tuple[Row, ...]
    before: int | None
    looked_at: int


def find(client: redis.Redis, sought: Sought, *, before: int | None = None, limit: int) -> Found:
    """At most `limit` events among the next LOOKED_AT_MAX, those before the journal's number. Raises StoreError."""
    if before is None and sought.until_ms:
        before = _number_at(client, sought.until_ms)
    rows: list[Row] = []
    looked_at, last = 0, before
    for number, row in _newest(client, before):
        if row.received_ms < sought.since_ms:
            return Found(tuple(rows), None, looked_at)
        looked_at, last = looked_at + 1, number
        if sought.fits(row) and not (sought.until_ms and row.received_ms >= sought.until_ms):
            rows.append(row)
        if len(rows) == limit or looked_at == LOOKED_AT_MAX:
            return Found(tuple(rows), last, looked_at)
    return Found(tuple(rows), None, looked_at)


def find_by(client: redis.Redis, terms: Sequence[str], sought: Sought = Sought()) -> list[Row]:
    """The newest events, at most NEWEST_MAX, that any of these terms (domain/terms.py) leads to and `sought` names.

    Raises StoreError.
    """
    with translated():
        ids = run(client, "found", NEWEST_MAX, *terms) if terms else []
    return [
        row
        for row in events_named(client, [id_.decode() for id_ in ids])
        if sought.fits(row) and row.received_ms >= sought.since_ms and not 0 < sought.until_ms <= row.received_ms
    ]


def events_named(client: redis.Redis, ids: list[str]) -> list[Row]:
    """The events of these ids that are still there, in their order. Raises StoreError."""
    with translated(), client.pipeline(transaction=False) as look:
        for id_ in ids:
            look.hgetall(name_of("event", id_))
        found = look.execute()
    return [read_row(id_, fields) for id_, fields in zip(ids, found, strict=True) if fields]


def _newest(client: redis.Redis, before: int | None) -> Iterator[tuple[int, Row]]:
    """Number and event, newest first; those that went meanwhile are left out."""
    newest: Any = f"({before}" if before is not None else "+inf"
    while True:
        with translated():
            members: Any = client.zrange(
                name_of("journal"), newest, "-inf", desc=True, byscore=True, offset=0, num=ROUND, withscores=True
            )
        if not members:
            return
        rows = {row.id: row for row in events_named(client, [id_.decode() for id_, _ in members])}
        for id_, number in members:
            if row := rows.get(id_.decode()):
                yield int(number), row
        newest = f"({int(members[-1][1])}"


def _number_at(client: redis.Redis, at_ms: int) -> int:
    """The number before which everything came before `at_ms`, as far as ids tell; a little more does no harm."""
    low, high = 0, _count(client)
    while low < high:
        middle = (low + high) // 2
        with translated():
            members: Any = client.zrange(name_of("journal"), middle, middle, withscores=True)
        if not members or _time_of(members[0][0].decode()) >= at_ms + CLOCKS_DIFFER_MS_MAX:
            high = middle
        else:
            low = middle + 1
    with translated():
        after: Any = client.zrange(name_of("journal"), low, low, withscores=True)
    return int(after[0][1]) if after else 1 << 53


CLOCKS_DIFFER_MS_MAX: Final = 60_000
"""Receivers on several machines write their own time into ids."""


def _count(client: redis.Redis) -> int:
    with translated():
        return int(str(client.zcard(name_of("journal"))))


def _time_of(id_: str) -> int:
    try:
        return int(id_[:12], 16)
    except ValueError:
        return 0


def _is_of(event: str, sought: str) -> bool:
    return event == sought or event.startswith(f"{sought}.")
