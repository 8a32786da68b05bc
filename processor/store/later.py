"""Delayed rules wait in the store until they are due; whoever claims them decides and writes under its fence."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from processor.store.connection import translated
from processor.store.deliveries import Taken, Timer, whole
from processor.store.script import run


@dataclass(frozen=True, slots=True)
class Due:
    """Delayed rules that are due (Unix ms), with their delivery; `deaths`: how many holders died of them."""

    timer: Timer
    due_ms: int
    deaths: int
    taken: Taken


def claim_due(client: redis.Redis, *, lease_ms: int) -> Due | None:
    """The delayed rules due longest, or None; what arrived before they are due is applied first. Raises StoreError."""
    with translated():
        row = run(client, "later", lease_ms)
    if not row:
        return None
    member, _, index, due_ms, fence, deaths, raw, number, at_ms, told, rules = row
    return Due(
        timer=Timer(member.decode(), int(fence), int(index), tuple(rule.decode() for rule in rules)),
        due_ms=int(due_ms),
        deaths=int(deaths),
        taken=Taken(whole(raw, told), int(number), 1, int(at_ms) if at_ms else None, asked=True),
    )
