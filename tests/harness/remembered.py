"""Short ways to put histories and delayed rules into a real store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis

from processor.domain.earlier import Earlier
from processor.domain.wish import Wish
from processor.store.deliveries import Applied, Memory, Timer, wish
from processor.store.durability import store_ms
from processor.store.history import history_of
from processor.store.keys import name_of
from processor.store.later import Due, claim_due
from tests.harness.stored import CONTACT

HOUR_MS = 3_600_000


def entry(id_: str, at_ms: int, number: int, **parts: Any) -> Earlier:
    """An order that came at that time (Unix ms)."""
    return Earlier(
        **({"event": "order.created", "source": "shop", "order": None} | parts), at_ms=at_ms, id=id_, number=number
    )


def applied(
    client: redis.Redis,
    event: str,
    *wishes: Wish,
    state: str = "planned",
    read: Sequence[tuple[str, str]] = (),
    entries: Sequence[Earlier] = (),
    later: Sequence[tuple[int, int, str]] = (),
    timer: Timer | None = None,
) -> Applied:
    """Apply a delivery that was taken in, or let its delayed rules act: everything of CONTACT."""
    return wish(
        client,
        event,
        state=state,
        story={"what": "due" if timer else "applied"},
        fields={} if timer else {"version": "v1", "past": CONTACT if entries else "", "contacts": ""},
        contacts=[(CONTACT, 1_000, wishes)] if wishes else [],
        memory=Memory(read, [(CONTACT, one) for one in entries], later, timer),
        journal_days=30,
    )


def remembered(client: redis.Redis) -> list[tuple[str, int]]:
    """Ids and numbers of CONTACT's history, oldest first."""
    return [(one.id, one.number) for one in history_of(client, CONTACT).entries]


def digest(client: redis.Redis) -> tuple[str, str]:
    """What stands for CONTACT's history as it is."""
    return CONTACT, history_of(client, CONTACT).digest


def ago(client: redis.Redis, by_ms: int) -> int:
    """The store's time, so long ago (Unix ms)."""
    return store_ms(client) - by_ms


def claimed(client: redis.Redis, lease_ms: int = 60_000) -> Due:
    """Delayed rules that are due."""
    held = claim_due(client, lease_ms=lease_ms)
    assert held
    return held


def fall_due(client: redis.Redis) -> None:
    """Whatever waits is due: the time of its moment is moved, its name stays."""
    for member, _ in client.zscan_iter(name_of("later_due")):
        client.zadd(name_of("later_due"), {member: 1})
