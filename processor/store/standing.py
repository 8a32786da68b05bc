"""Where a contact stands: in line, in somebody's hands, waiting for its hour, set aside, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import redis

from processor.store.connection import translated
from processor.store.contacts import ContactState, decode_state
from processor.store.keys import name_of

Where = Literal["ready", "lease", "due", "parked", ""]


@dataclass(frozen=True, slots=True)
class Standing:
    """`before`: how many stand before it in line; `at_ms` (Unix): when its hour or its lease ends."""

    where: Where = ""
    before: int = 0
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A contact as the store holds it; `there`: whether it holds anything of it."""

    state: ContactState
    standing: Standing
    there: bool


def kept_of(client: redis.Redis, keys: Sequence[str]) -> list[Kept]:
    """Contacts by their keys, in that order. Raises StoreError; ValueError for what is no contact's key."""
    with translated(), client.pipeline(transaction=False) as look:
        for key in keys:
            look.hgetall(name_of("contact", key))
            look.zrank(name_of("ready"), key)
            look.zscore(name_of("lease"), key)
            look.zscore(name_of("due"), key)
        found = look.execute()
    return [_kept(key, *found[at : at + 4]) for key, at in zip(keys, range(0, len(found), 4), strict=True)]


def _kept(key: str, fields: dict[bytes, bytes], rank: int | None, lease_ms: float | None, due_ms: float | None) -> Kept:
    state = decode_state(key, [part for pair in fields.items() for part in pair])
    standing = Standing()
    if b"parked" in fields:
        standing = Standing("parked")
    elif lease_ms is not None:
        standing = Standing("lease", at_ms=int(lease_ms))
    elif rank is not None:
        standing = Standing("ready", before=rank)
    elif due_ms is not None:
        standing = Standing("due", at_ms=int(due_ms))
    return Kept(state, standing, bool(fields))
