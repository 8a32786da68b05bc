"""What a store is set to, and what time it is there."""

from __future__ import annotations

import redis
from redis.exceptions import ResponseError

from processor.store.connection import translated


def durability(client: redis.Redis, *names: str) -> dict[str, str] | None:
    """The settings called `names`; None where the server does not show them. Raises StoreError."""
    with translated():
        try:
            told = client.config_get(*names)
        except ResponseError:
            return None
    return {str(name): str(value) for name, value in told.items()}


def store_ms(client: redis.Redis) -> int:
    """The store's time (Unix ms). Raises StoreError."""
    with translated():
        seconds, micros = client.time()
    return seconds * 1000 + micros // 1000
