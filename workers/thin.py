"""Whether a delivery is thin: what it leaves out that its sender's API can tell."""

from __future__ import annotations

from typing import Final

from processor.domain.delivery import Delivery, Want
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.registry import preset_of
from processor.store.connection import Store
from processor.store.thin import put_aside
from workers.senders.exchange import CLIENTS

# A sender's clock tells seconds, and two changes within one are one delivery: what is read after it holds both.
AFTER_MS: Final = 1_000


def missing(delivery: Delivery, source: Source) -> tuple[Want, ...]:
    """What a delivery leaves out and nobody has asked for; () where no API is named or the body is unreadable."""
    if source.api is None or source.preset not in CLIENTS:
        return ()
    try:
        wanted = preset_of(source).wants(delivery, source)
    except Unreadable:
        return ()
    return tuple(want for want in wanted if want.key not in delivery.fetched)


def set_aside(client: Store, delivery: Delivery, wanted: tuple[Want, ...], now_ms: int) -> bool:
    """Let a taken delivery wait for these. Raises StoreError."""
    story = {"what": "thin", "at": now_ms, "wants": [want.key for want in wanted]}
    return put_aside(client, delivery.id, after_ms=AFTER_MS, story=story)
