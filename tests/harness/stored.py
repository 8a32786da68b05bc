"""Short ways to put deliveries and wishes into a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import redis

from processor.domain.delivery import Delivery
from processor.domain.refusal import Refusal
from processor.domain.wish import Wish
from processor.settings import Settings
from processor.store.connection import connect_async
from processor.store.deliveries import Applied, wish
from processor.store.intake import Intake
from processor.store.refused import Counted, remember

CONTACT = "1:whatsapp:+79000000001"
REFUSAL = Refusal(
    source="shop", code="token_missing", ru="Нет ключа.", en="No key.", client="203.0.113.7", first_ms=1, last_ms=1
)


def delivery(id_: str, **other: Any) -> Delivery:
    """A delivery of the source `shop`."""
    usual: dict[str, Any] = {"source": "shop", "preset": "generic", "received_ms": 1_000, "body": b"{}"}
    return Delivery(id=id_, **(usual | other))


def take_in(settings: Settings, deliveries: Sequence[tuple[Delivery, str]]) -> tuple[list[str], int]:
    """Put deliveries with their keys through the real intake at once: the ids they are known by, and bells rung."""
    bells = 0

    async def ring() -> None:
        nonlocal bells
        bells += 1

    async def all_at_once() -> list[str]:
        client = connect_async(settings)
        intake = Intake(client, dedupe_days=8, wait_ms=3_000, ring=ring)
        intake.start()
        ids = await asyncio.gather(*(intake.put(one, key) for one, key in deliveries))
        await intake.stop()
        await client.aclose()
        return list(ids)

    return asyncio.run(all_at_once()), bells


def refuse(settings: Settings, counts: Mapping[Counted, int], refusals: Sequence[Refusal]) -> None:
    """Remember refusals as the receiver does."""

    async def all_at_once() -> None:
        client = connect_async(settings)
        await remember(client, counts, refusals, journal_days=settings.journal_days)
        await client.aclose()

    asyncio.run(all_at_once())


def wished(
    client: redis.Redis,
    event: str,
    *wishes: Wish,
    contact: str = CONTACT,
    state: str = "planned",
    settle_ms: Mapping[str, int] = MappingProxyType({}),
) -> Applied:
    """Merge wishes as one delivery's; the delivery must have been taken in."""
    return wish(
        client,
        event,
        state=state,
        story={"what": "applied"},
        fields={},
        contacts=[(contact, 1_000, wishes)] if wishes else [],
        settle_ms=settle_ms,
        journal_days=30,
    )


def status(value: str, stamp: str, event: str) -> Wish:
    """A wish for the status."""
    return Wish(element="status", value=value, stamp=stamp, event=event, rule="r")
