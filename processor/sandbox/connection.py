"""What ASGI cannot say: close this client's connection without an answer, and the server is about to stop.

ASGI has no way to drop a connection, so this one file knows where uvicorn keeps them: `server_state.connections`,
the same for its httptools and its h11 protocol; tests run both.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import uvicorn
from starlette.types import Receive, Scope

LOOK_EVERY_S = 0.1


class Connections(Protocol):
    """What the API needs of the server's connections."""

    def cut(self, scope: Scope) -> None:
        """Close the connection of this request at once; what was not sent is never sent."""
        ...

    def stopping(self) -> bool:
        """Whether the server was told to stop."""
        ...


class ServerConnections:
    """The connections of a uvicorn server."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._server = server

    def cut(self, scope: Scope) -> None:
        """Close the connection of this request: over TCP the client's address names it."""
        for protocol in list(self._server.server_state.connections):
            if getattr(protocol, "client", None) == scope["client"]:
                protocol.transport.abort()

    def stopping(self) -> bool:
        """Whether the server was told to stop."""
        return self._server.should_exit


async def gone(receive: Receive) -> None:
    """Wait until the client is gone; what it still sends is dropped."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def pause(duration_ms: float, connections: Connections) -> None:
    """Wait, whether or not the client stays, but not while the server wants to stop."""
    never = asyncio.get_running_loop().create_future()
    await _wait(never, duration_ms, connections)


async def hold(receive: Receive, duration_ms: float, connections: Connections) -> None:
    """Wait until the client leaves, the time is over or the server wants to stop."""
    await _wait(asyncio.ensure_future(gone(receive)), duration_ms, connections)


async def _wait(ended: asyncio.Future[None], duration_ms: float, connections: Connections) -> None:
    clock = asyncio.get_running_loop().time
    deadline_s = clock() + duration_ms / 1_000
    try:
        while not (ended.done() or connections.stopping() or clock() >= deadline_s):
            await asyncio.wait({ended}, timeout=min(deadline_s - clock(), LOOK_EVERY_S))
    finally:
        ended.cancel()
