"""Server-sent events: open pages hear that something changed, and fetch what they show of it.

One look a second for all who listen; nobody listening, nobody looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from processor.errors import StoreError

LOOK_EVERY_S: Final = 1.0
# A line at least this often: proxies close silent connections, and a reader that is gone is noticed.
BEAT_EVERY_S: Final = 20.0
LISTENERS_MAX: Final = 500


class Live:
    """`look` tells what is shown now, as a text that differs when the pages should (run in a thread)."""

    def __init__(self, look: Callable[[], str]) -> None:
        self._look = look
        self._listeners: set[asyncio.Event] = set()
        self._told = ""
        self._task: asyncio.Task[None] | None = None
        self.stopping = False

    def stream(self) -> Response:
        """The stream of one page; 503 when too many listen."""
        if len(self._listeners) >= LISTENERS_MAX or self.stopping:
            return Response(status_code=503)
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(self._lines(), media_type="text/event-stream", headers=headers)

    def stop(self) -> None:
        """End every stream: a server that stops waits for them."""
        self.stopping = True
        for listener in self._listeners:
            listener.set()
        if self._task:
            self._task.cancel()

    async def _lines(self) -> AsyncIterator[str]:
        changed = asyncio.Event()
        self._listeners.add(changed)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield "retry: 3000\n\n"
            while not self.stopping:
                try:
                    await asyncio.wait_for(changed.wait(), BEAT_EVERY_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                changed.clear()
                if not self.stopping:
                    yield "event: changed\ndata: \n\n"
        finally:
            self._listeners.discard(changed)

    async def _watch(self) -> None:
        while self._listeners and not self.stopping:
            try:
                told = await run_in_threadpool(self._look)
            except StoreError:
                told = "store"
            if told != self._told:
                self._told = told
                for listener in self._listeners:
                    listener.set()
            await asyncio.sleep(LOOK_EVERY_S)
