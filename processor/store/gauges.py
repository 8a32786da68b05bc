"""Readings of the store: is it there, how full is it, who works, how long is the line."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
import redis.asyncio

from processor.store.connection import translated
from processor.store.keys import name_of

WORKER_ALIVE_MS = 5_000


@dataclass(frozen=True, slots=True)
class Fill:
    """How full the store is; `disk_free_bytes` None when its disk is another machine's."""

    used_bytes: int
    limit_bytes: int
    policy: str
    disk_free_bytes: int | None

    def full(self, *, percent_max: int, disk_free_bytes_min: int) -> str | None:
        """ "memory" or "disk" when new deliveries must be refused so that workers can still drain, else None."""
        if self.limit_bytes and self.used_bytes * 100 > self.limit_bytes * percent_max:
            return "memory"
        if self.disk_free_bytes is not None and self.disk_free_bytes < disk_free_bytes_min:
            return "disk"
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """How long the line is: deliveries (those to be fetched among them), contacts (settling ones count as retrying).

    Dead letters stand beside it, and delayed rules: how many moments are waited for, and the next one (Unix ms).
    """

    deliveries: int
    ready: int
    in_flight: int
    retrying: int
    workers: int
    dead: int = 0
    delayed: int = 0
    next_due_ms: int | None = None


async def fill(client: redis.asyncio.Redis, disk: Path | None) -> Fill:
    """Ask the server for its memory, and the disk for its room. Raises StoreError."""
    with translated():
        told: dict[str, Any] = await client.info("memory")
        free = shutil.disk_usage(disk).free if disk else None
    return Fill(int(told["used_memory"]), int(told["maxmemory"]), str(told["maxmemory_policy"]), free)


def memory_short(client: redis.Redis, *, percent_max: int) -> bool:
    """Whether more than this share of the store's memory is in use; never where it has no limit. Raises StoreError."""
    with translated():
        told: dict[str, Any] = client.info("memory")
    limit_bytes = int(told["maxmemory"])
    return limit_bytes > 0 and int(told["used_memory"]) * 100 > limit_bytes * percent_max


def line(client: redis.Redis) -> Line:
    """Deliveries, contacts and living workers. Raises StoreError."""
    with translated(), client.pipeline() as look:
        for short in ("deliveries_ready", "deliveries_lease", "thin_due", "thin_lease"):
            look.zcard(name_of(short))
        for short in ("ready", "lease", "due", "dead", "later_due", "later_lease"):
            look.zcard(name_of(short))
        look.zrange(name_of("later_due"), 0, 0, withscores=True)
        look.time()
        *counts, first, (seconds, micros) = look.execute()
        since_ms = seconds * 1000 + micros // 1000 - WORKER_ALIVE_MS
        workers = client.zcount(name_of("workers"), since_ms, "+inf")
    waiting, applying, thin, fetching, ready, in_flight, retrying, dead, delayed, acting = counts
    return Line(
        deliveries=waiting + applying + thin + fetching,
        ready=ready,
        in_flight=in_flight,
        retrying=retrying,
        workers=int(str(workers)),
        dead=dead,
        delayed=delayed + acting,
        next_due_ms=int(first[0][1]) if first else None,
    )
