"""What a receiver's store remembers of refusals, once it is written."""

from __future__ import annotations

import redis

from processor.domain.refusal import Refusal
from processor.store.refused import Counted, refused, refused_counts
from tests.harness.waiting import wait_until

DAYS = 30


def counted(store: redis.Redis) -> dict[tuple[str, str], int]:
    """Source and code -> how many refusals, all days together."""
    totals: dict[tuple[str, str], int] = {}
    for one, number in refused_counts(store, journal_days=DAYS).items():
        totals[one.source, one.code] = totals.get((one.source, one.code), 0) + number
    return totals


def remembered(store: redis.Redis, *, number: int) -> list[Refusal]:
    """The refusals of all sources, newest first, once so many are counted."""
    wait_until(lambda: sum(counted(store).values()) >= number, what=f"{number} refusals are written")
    sources: list[Counted] = list(refused_counts(store, journal_days=DAYS))
    names = sorted({one.source for one in sources})
    return refused(store, names, limit=10_000, journal_days=DAYS)
