"""Group commit at the door: requests in flight at the same moment are stored by ONE script call, then answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec
import redis.asyncio

from processor.domain.delivery import Delivery
from processor.errors import StoreError, StoreUnavailable
from processor.store.connection import translate
from processor.store.keys import DAY_MS
from processor.store.script import run_async
from processor.text import Text

BATCH_MAX = 256
BATCH_BYTES_MAX = 8 * 1_048_576
RETRY_PAUSE_S = 0.1
ANSWER_GRACE_S = 0.2

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Waiting:
    args: tuple[str, str, bytes, bytes]
    deadline: float
    answer: asyncio.Future[str]


class Intake:
    """Takes deliveries in; `start` and `stop` belong to the process's event loop."""

    def __init__(
        self,
        client: redis.asyncio.Redis,
        *,
        dedupe_days: int,
        wait_ms: int,
        ring: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._client = client
        self._dedupe_ms = dedupe_days * DAY_MS
        self._wait_s = wait_ms / 1000
        self._ring = ring
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._bells: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._commit_for_ever())

    async def stop(self) -> None:
        """Commit what waits, then stop."""
        while self._waiting:
            self._wake.set()
            await asyncio.sleep(0.01)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, *self._bells, return_exceptions=True)

    async def put(self, delivery: Delivery, key: str) -> str:
        """Store and queue; returns the id by which the delivery is known: another one than its own for a repetition.

        Raises StoreUnavailable or StoreFull when that could not be done within the waiting time; repeating is harmless.
        """
        digest = hashlib.blake2b(f"{delivery.source}\0{key}".encode(), digest_size=16).hexdigest()
        head = {"source": delivery.source, "received_ms": delivery.received_ms, "bytes": len(delivery.body)}
        loop = asyncio.get_running_loop()
        waiting = _Waiting(
            args=(digest, delivery.id, _json(head), _pack(delivery)),
            deadline=loop.time() + self._wait_s,
            answer=loop.create_future(),
        )
        self._waiting.append(waiting)
        self._wake.set()
        return await waiting.answer

    async def _commit_for_ever(self) -> None:
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            batch = self._next_batch()
            try:
                await self._commit(batch)
            except asyncio.CancelledError:
                _fail(batch, StoreUnavailable(Text("приём остановлен", "the receiver is stopping")))
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, the line must go on and each sender be told
                await self._postpone(batch, translate(error))

    def _next_batch(self) -> list[_Waiting]:
        size = taken = 0
        for waiting in self._waiting[:BATCH_MAX]:
            size += len(waiting.args[3])
            if taken and size > BATCH_BYTES_MAX:
                break
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        args = [part for waiting in batch for part in waiting.args]
        # A store that hangs must not hold a sender longer than promised; repeating the batch is harmless.
        async with asyncio.timeout_at(min(waiting.deadline for waiting in batch) + ANSWER_GRACE_S):
            bell, *ids = await run_async(self._client, "intake", self._dedupe_ms, *args)
        for waiting, known in zip(batch, ids, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(known.decode())
        if bell:
            task = asyncio.create_task(self._ring())
            self._bells.add(task)
            task.add_done_callback(self._bells.discard)

    async def _postpone(self, batch: list[_Waiting], error: StoreError) -> None:
        """Some senders never repeat what was refused: while the store restarts they rather wait."""
        now = asyncio.get_running_loop().time()
        again = [w for w in batch if w.deadline > now and isinstance(error, StoreUnavailable)]
        _fail([w for w in batch if w not in again], error)
        self._waiting[:0] = again
        await asyncio.sleep(RETRY_PAUSE_S)


def _fail(batch: list[_Waiting], error: StoreError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
