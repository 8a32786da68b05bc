"""How often somebody tried to log in of late: guessing passwords must not pay."""

from __future__ import annotations

import hashlib
from typing import Final

import redis

from processor.store.connection import translated
from processor.store.keys import name_of

WINDOW_MS: Final = 15 * 60_000
# One address guessing at one user; one address guessing at many; many addresses guessing at one user.
PAIR_MAX, ADDRESS_MAX, USER_MAX = 5, 30, 100


def too_many(client: redis.Redis, user: str, address: str) -> int | None:
    """Count one attempt; how long (ms) to wait when there were too many, else None. Raises StoreError."""
    limits = {f"pair:{user}:{address}": PAIR_MAX, f"address:{address}": ADDRESS_MAX, f"user:{user}": USER_MAX}
    names = {_name(one): most for one, most in limits.items()}
    with translated(), client.pipeline() as count:
        for name in names:
            count.set(name, 0, px=WINDOW_MS, nx=True)
            count.incr(name)
            count.pttl(name)
        told = count.execute()
    waits = [
        int(told[3 * number + 2]) for number, most in enumerate(names.values()) if int(told[3 * number + 1]) > most
    ]
    return max(waits, default=None)


def forgive(client: redis.Redis, user: str, address: str) -> None:
    """The right password was given: what this address tried of this user counts no more. Raises StoreError."""
    with translated():
        client.delete(_name(f"pair:{user}:{address}"))


def _name(who: str) -> str:
    return name_of("attempts", hashlib.sha256(who.encode()).hexdigest()[:32])
