"""The web process put together: routes, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from processor.clock import SystemClock
from processor.errors import StoreError
from processor.log import logger
from processor.publish import Publisher
from processor.queue import APPLY, make_broker, ring
from processor.rules.book import RulesBook
from processor.settings import Settings, environment
from processor.store.connection import AsyncStore, connect, connect_async, connect_queue
from processor.store.intake import Intake
from processor.web.answers import as_response, error
from processor.web.console.desk import Desk
from processor.web.console.live import Live
from processor.web.console.overview import seen
from processor.web.console.rim import Console
from processor.web.guard import Guard
from processor.web.health import Readiness, healthz
from processor.web.hooks import PREFIX, Receiver
from processor.web.metrics import Metrics
from processor.web.refusals import Refusals
from processor.web.running import Running

LOOK_EVERY_S = 0.5

_log = logger("web")


@dataclass(frozen=True, slots=True)
class Door:
    """Webhooks go straight to the receiver, everything else through Starlette."""

    receiver: Receiver
    rest: Starlette
    live: Live
    prefix: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
            if self.prefix and path.startswith(self.prefix + "/"):  # a proxy that leaves its own path standing
                path = path.removeprefix(self.prefix)
                scope = {**scope, "path": path, "root_path": ""}
            if path.startswith(PREFIX):
                await self.receiver(scope, receive, send)
            else:
                await self.rest(scope, receive, send)
        else:
            await self.rest(scope, receive, send)


def make_app(settings: Settings, book: RulesBook) -> Door:
    """The web process as an ASGI application; `book` must have been loaded."""
    store = connect_async(settings)
    guard = _guard(store, settings)
    intake = Intake(store, dedupe_days=settings.dedupe_days, wait_ms=settings.intake_wait_ms, ring=_ringer(settings))
    clock = SystemClock()
    refusals = Refusals(store, book, clock, journal_days=settings.journal_days)
    receiver = Receiver(book, intake, guard, refusals, clock, settings.body_bytes_max, settings.trusted_proxies)
    client = connect(settings)
    publisher = Publisher(client, settings.rules_file, environment(os.environ), settings.sandboxed, clock)
    running = Running(book, publisher)
    readiness = Readiness(client, book, guard, running)
    metrics = Metrics(client, book, guard, running)
    desk = Desk(client, settings, book, guard, clock, publisher)
    live = Live(lambda: seen(desk))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await guard.start()
        intake.start()
        refusals.start()
        looking = asyncio.create_task(_look_at_rules(running))
        yield
        looking.cancel()
        live.stop()
        await intake.stop()
        await refusals.stop()
        await guard.stop()
        await store.aclose()

    async def readyz(request: Request) -> Response:
        return await readiness(request)

    async def metrics_page(request: Request) -> Response:
        return await metrics(request)

    rest = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_page),
            Route("/console", _to_console),
            Mount("/console", Console(desk, live).app),
        ],
        exception_handlers={404: _nowhere, 405: _wrong_method, 500: _broken},
        lifespan=lifespan,
    )
    return Door(receiver, rest, live, settings.public_prefix)


def _guard(store: AsyncStore, settings: Settings) -> Guard:
    return Guard(
        store,
        disk=None if settings.redis_url else settings.data_dir,
        percent_max=settings.store_fill_percent_max,
        disk_free_bytes_min=settings.disk_free_bytes_min,
    )


def _ringer(settings: Settings) -> Callable[[], Coroutine[Any, Any, None]]:
    """What tells the workers that something has come."""
    broker = make_broker(connect_queue(settings))

    async def ring_apply() -> None:
        try:
            await run_in_threadpool(ring, broker, APPLY)
        except StoreError as failed:
            _log.warning("doorbell not rung; the sweeper will", reason=str(failed))

    return ring_apply


async def _look_at_rules(running: Running) -> None:
    """A changed file is taken at the second look at it: an idle receiver must look too."""
    while True:
        try:
            await running.look()
        except Exception:  # noqa: BLE001  the last good rules go on
            _log.exception("looking at the rules failed")
        await asyncio.sleep(LOOK_EVERY_S)


async def _to_console(request: Request) -> Response:
    """`/console` without a stroke at its end; the last part of the address suffices, whatever stands before it."""
    return RedirectResponse("console/" if not request.url.path.endswith("/") else ".", 307)


async def _nowhere(_: Request, __: Exception) -> Response:
    return as_response(error(404, "not_found", "nothing is here; webhooks go to /hooks/{source}"))


async def _wrong_method(_: Request, __: Exception) -> Response:
    return as_response(error(405, "method_not_allowed", "this address takes another method"))


async def _broken(_: Request, __: Exception) -> Response:
    return as_response(error(500, "internal", "an error of ours; it is in the log"))
