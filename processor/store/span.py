"""A span of the journal for reading in bulk: which deliveries belong to it, then the deliveries in bounded batches."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import redis

from processor.domain.delivery import Kept
from processor.store.connection import translated
from processor.store.deliveries import whole
from processor.store.keys import name_of

# How many entries one pipeline asks for, and how many bytes of bodies are held at once.
READ_MAX = 500
READ_BYTES_MAX = 8 * 1_048_576
LIMIT_MAX = 1_000_000
_LOOK_ROUND = 50


@dataclass(frozen=True, slots=True)
class Span:
    """The newest `limit` deliveries that arrived from `since_ms` on and before `until_ms` (Unix ms, the store's clock).

    `source`: of this one alone. None: any.
    """

    limit: int
    since_ms: int | None = None
    until_ms: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A delivery not read yet: its place, and about how large it is."""

    id: str
    number: int
    since_ms: int
    size: int
    fetched: bool


@dataclass(frozen=True, slots=True)
class Selected:
    """The deliveries of a span, oldest first; `cut`: there are more than the limit lets through."""

    client: redis.Redis
    refs: Sequence[Ref]
    cut: bool

    def __len__(self) -> int:
        return len(self.refs)

    def __iter__(self) -> Iterator[Kept]:
        """Every delivery that is still there, in the journal's order; may be gone through again. Raises StoreError."""
        for batch in _batches(self.refs):
            yield from _read(self.client, batch)

    def only(self, ids: set[str]) -> Selected:
        """Those of them with these ids."""
        return Selected(self.client, [ref for ref in self.refs if ref.id in ids], self.cut)


def select(client: redis.Redis, span: Span) -> Selected:
    """Look up what belongs to the span; nothing is written. Raises StoreError."""
    with translated():
        first = _number_at(client, span.since_ms) if span.since_ms is not None else 0
        top = _number_at(client, span.until_ms) if span.until_ms is not None else None
        newest = "+inf" if top is None else f"({top}"
        found: list[Ref] = []
        while len(found) <= span.limit:
            rows: Any = client.zrevrangebyscore(name_of("journal"), newest, first, 0, READ_MAX, withscores=True)
            if not rows:
                break
            newest = f"({int(rows[-1][1])}"
            found.extend(ref for ref in _refs(client, rows, span))
    return Selected(client, found[: span.limit][::-1], cut=len(found) > span.limit)


def _refs(client: redis.Redis, rows: Sequence[tuple[bytes, float]], span: Span) -> Iterator[Ref]:
    with client.pipeline(transaction=False) as look:
        for id_, _ in rows:
            look.hmget(name_of("event", id_.decode()), "head", "at", "fetch")
        held = look.execute()
    for (id_, number), (head, at, fetch) in zip(rows, held, strict=True):
        if head is None:
            continue
        told = msgspec.json.decode(head)
        since_ms = int(at) if at else int(told["received_ms"])
        inside = (span.since_ms is None or since_ms >= span.since_ms) and (
            span.until_ms is None or since_ms < span.until_ms
        )
        if inside and (span.source is None or told["source"] == span.source):
            yield Ref(id_.decode(), int(number), since_ms, int(told.get("bytes", 0)), fetch is not None)


def _number_at(client: redis.Redis, at_ms: int) -> int:
    """The number of the first entry that arrived at `at_ms` or later: times of arrival grow with the numbers."""
    size = client.zcard(name_of("journal"))
    rank = bisect_left(range(int(str(size))), at_ms, key=lambda rank: _arrived_ms(client, rank))
    rows: Any = client.zrange(name_of("journal"), rank, rank, withscores=True)
    return int(rows[0][1]) if rows else sys.maxsize


def _arrived_ms(client: redis.Redis, rank: int) -> int:
    """When the entry at `rank`, or the next one whose event is not gone, arrived."""
    while True:
        ids: Any = client.zrange(name_of("journal"), rank, rank + _LOOK_ROUND - 1)
        if not ids:
            return sys.maxsize
        with client.pipeline(transaction=False) as look:
            for id_ in ids:
                look.hmget(name_of("event", id_.decode()), "at", "head")
            held = look.execute()
        for at, head in held:
            if head is not None:
                return int(at) if at else int(msgspec.json.decode(head)["received_ms"])
        rank += _LOOK_ROUND


def _batches(refs: Sequence[Ref]) -> Iterator[list[Ref]]:
    batch: list[Ref] = []
    size = 0
    for ref in refs:
        if batch and (len(batch) == READ_MAX or size + ref.size > READ_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(ref)
        size += ref.size
    if batch:
        yield batch


def _read(client: redis.Redis, batch: Sequence[Ref]) -> Iterator[Kept]:
    with translated(), client.pipeline(transaction=False) as look:
        for ref in batch:
            look.get(name_of("delivery", ref.id))
        for ref in batch:
            if ref.fetched:
                look.hgetall(name_of("fetched", ref.id))
        found = look.execute()
    told = iter(found[len(batch) :])
    for ref, raw in zip(batch, found, strict=False):
        fetched = next(told) if ref.fetched else {}
        if raw is not None:
            yield Kept(whole(raw, [part for pair in fetched.items() for part in pair]), ref.number, ref.since_ms)
