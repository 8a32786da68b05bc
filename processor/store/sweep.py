"""The sweeper's step: whatever was left behind stands in line again, and a lost doorbell rings again."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from processor.store.connection import translated
from processor.store.script import run

MOST = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    ring_apply: bool
    ring_reconcile: bool
    ring_fetch: bool
    ring_later: bool
    leases_expired: int
    deliveries_back: int
    retries_due: int
    journal_dropped: int


def sweep(client: redis.Redis, *, worker: str) -> Swept:
    """One sweep, which is also the worker's sign of life. Raises StoreError."""
    with translated():
        apply_bell, reconcile_bell, fetch_bell, later_bell, *counts = run(client, "sweep", MOST, worker)
    return Swept(bool(apply_bell), bool(reconcile_bell), bool(fetch_bell), bool(later_bell), *counts)
