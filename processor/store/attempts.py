"""How often somebody tried to log in of late: guessing passwords must not pay."""

from __future__ import annotations

import hashlib
from typing import Final

import redis

from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run

WINDOW_MS: Final = 15 * 60_000
# One address guessing at one user; one address guessing at many; many addresses guessing at one user.
PAIR_MAX, ADDRESS_MAX, USER_MAX = 5, 30, 100


def too_many(client: redis.Redis, user: str, address: str) -> int | None:
    """Count one attempt; how long (ms) to wait when there were too many, else None. Raises StoreError."""
    limits = {_pair(user, address): PAIR_MAX, f"address:{address}": ADDRESS_MAX, f"user:{user}": USER_MAX}
    with translated():
        counted = [part for who, most in limits.items() for part in (_digest(who), most)]
        wait_ms = run(client, "attempt", WINDOW_MS, *counted)
    return int(wait_ms) or None


def forgive(client: redis.Redis, user: str, address: str) -> None:
    """The right password was given: what this address tried of this user counts no more. Raises StoreError."""
    with translated():
        client.delete(name_of("attempts", _digest(_pair(user, address))))


def _pair(user: str, address: str) -> str:
    return f"pair:{user}:{address}"


def _digest(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:32]
