"""Thin deliveries wait for what their senders' APIs tell: put one aside, claim it, bring it back; and visit in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import redis

from processor.domain.delivery import Delivery
from processor.store.connection import translated
from processor.store.deliveries import whole
from processor.store.script import run

Outcome = Literal["told", "given_up", "again", "rests", "waits"]

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Held:
    """A thin delivery claimed to be fetched: its fence, failures so far, since when (Unix ms) there is trouble."""

    delivery: Delivery
    fence: int
    tries: int
    trouble_ms: int | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Whether a sender's API may be asked: after `wait_ms` when `granted`, else not before; `failures` in a row."""

    granted: bool
    wait_ms: int
    failures: int


def put_aside(client: redis.Redis, id: str, *, after_ms: int, story: Mapping[str, Any]) -> bool:
    """A taken delivery waits for its documents, until `after_ms` after its arrival at least. Raises StoreError."""
    with translated():
        return bool(run(client, "thin", id, after_ms, _json(story)))


def claim_thin(client: redis.Redis, *, lease_ms: int) -> Held | None:
    """The thin delivery that is due longest; None when none is. Raises StoreError."""
    with translated():
        row = run(client, "fetch", lease_ms)
    if not row:
        return None
    _, fence, tries, trouble, raw, told = row
    return Held(whole(raw, told), int(fence), int(tries), int(trouble) if trouble else None)


def settle(
    client: redis.Redis,
    held: Held,
    outcome: Outcome,
    *,
    delay_ms: int = 0,
    story: Mapping[str, Any] | None = None,
    documents: Mapping[str, Any],
) -> bool:
    """ONE atomic step: documents are kept, the delivery goes back into its place or waits on; whether to ring.

    A holder that comes late changes nothing. Raises StoreError.
    """
    pairs = [part for want, document in documents.items() for part in (want, _json(document))]
    entry = _json(story) if story else b""
    with translated():
        answer = run(client, "fetched", held.delivery.id, held.fence, outcome, delay_ms, entry, *pairs)
    return bool(answer == 1)


def visit(client: redis.Redis, account: str, *, gap_ms: int, wait_ms_max: int, trial_ms: int) -> Visit:
    """Take the next slot of a sender's account, unless it is further away than `wait_ms_max`. Raises StoreError."""
    with translated():
        granted, wait_ms, failures = run(client, "visit", account, gap_ms, wait_ms_max, trial_ms)
    return Visit(bool(granted), int(wait_ms), int(failures))


def visited(client: redis.Redis, account: str, *, gap_ms: int, rest_ms: int = 0) -> None:
    """How the visit went: it answered (0), or the whole account rests. Raises StoreError."""
    with translated():
        run(client, "visited", account, rest_ms, gap_ms)
