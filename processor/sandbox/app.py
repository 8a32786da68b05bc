"""The sandbox as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from processor.sandbox.answers import Answer
from processor.sandbox.api import Api
from processor.sandbox.connection import Connections
from processor.sandbox.control import Control
from processor.sandbox.page import HEADERS, page
from processor.sandbox.replies import json_reply
from processor.sandbox.saving import Saver
from processor.sandbox.service import Service

API_ROOT = "/api/v1"


def build_app(service: Service, connections: Connections, saver: Saver | None = None) -> Starlette:
    """The application; with a saver, the contacts are saved while it runs and once more when it stops."""

    async def home(request: Request) -> Response:
        api = f"{request.scope['scheme']}://{request.headers.get('host', '')}{API_ROOT}"
        return HTMLResponse(page(list(service.book.all()), api), headers=HEADERS)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(saver.run()) if saver else None
        yield
        if saver and task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await saver.save_changes()

    routes = [
        Route("/", home, methods=["GET"]),
        *Control(service).routes(),
        Route(API_ROOT + "/{method:path}", Api(service, connections)),
    ]
    app = Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _refused, ClientDisconnect: _left}
    )
    app.router.redirect_slashes = False
    return app


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return json_reply(Answer(error.status_code, {"message": error.detail}, headers=error.headers or {}))


async def _left(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it
