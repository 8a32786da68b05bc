"""Refuses new deliveries before memory or disk runs out, so that workers keep room to drain."""

from __future__ import annotations

import asyncio
from pathlib import Path

from processor.errors import StoreError
from processor.log import logger
from processor.store.connection import AsyncStore
from processor.store.gauges import Fill, fill

LOOK_EVERY_S = 1.0

_log = logger("guard")


class Guard:
    """Looks at the store once a second; `full` says what is running out, or None."""

    def __init__(self, client: AsyncStore, *, disk: Path | None, percent_max: int, disk_free_bytes_min: int) -> None:
        self._client = client
        self._disk = disk
        self._percent_max = percent_max
        self._disk_free_bytes_min = disk_free_bytes_min
        self._task: asyncio.Task[None] | None = None
        self.full: str | None = None
        self.evicts = False

    async def start(self) -> None:
        """Look once, then keep looking."""
        await self.look()
        self._task = asyncio.create_task(self._look_for_ever())

    async def stop(self) -> None:
        """Look no more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Read the gauges; a store that cannot be asked keeps the last answer (the intake finds out by itself)."""
        try:
            now = await fill(self._client, self._disk)
        except StoreError:
            return
        self._judge(now)

    def _judge(self, now: Fill) -> None:
        full = now.full(percent_max=self._percent_max, disk_free_bytes_min=self._disk_free_bytes_min)
        if full != self.full:
            said = {"used_bytes": now.used_bytes, "limit_bytes": now.limit_bytes, "disk_free": now.disk_free_bytes}
            if full:
                _log.error("refusing new events: no room", running_out=full, **said)
            else:
                _log.info("taking events again", **said)
            self.full = full
        evicts = now.policy != "noeviction"
        if evicts and not self.evicts:
            _log.error("the store evicts keys: events can be lost; set maxmemory-policy noeviction", policy=now.policy)
        self.evicts = evicts

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()
