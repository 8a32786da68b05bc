"""What the account is known to do with tags and UTM, shared by every worker."""

from __future__ import annotations

import msgspec
import redis

from processor.domain.known import Account
from processor.store.connection import translated
from processor.store.keys import name_of


def account(client: redis.Redis) -> Account:
    """What is known so far. Raises StoreError."""
    with translated():
        held = client.hgetall(name_of("account"))
    return msgspec.convert({k.decode(): v.decode() for k, v in held.items()}, Account)  # type: ignore[union-attr]


def learn(client: redis.Redis, **facts: str) -> None:
    """Remember what an answer showed: tags="add", utm="stored". Raises StoreError."""
    with translated():
        client.hset(name_of("account"), items=[part for fact in facts.items() for part in fact])


def belongs_to(client: redis.Redis, watbot: str, **facts: str) -> None:
    """The account is the one at `watbot` (its base URL), of which `facts` are known. Raises StoreError.

    What was learnt of another is forgotten: that the sandbox's lists add says nothing of the real Watbot's.
    """
    with translated(), client.pipeline() as change:
        held = client.hget(name_of("account"), "watbot")
        if isinstance(held, bytes) and held.decode() != watbot:
            change.hdel(name_of("account"), "tags", "utm")
        change.hset(name_of("account"), items=["watbot", watbot, *(part for fact in facts.items() for part in fact)])
        change.execute()
