"""HTTP with a deadline for the whole call: httpx bounds each read, so a server that drips bytes could hold us for ever.

What stays unbounded is only what the operating system decides alone: looking up the host's name.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

CONNECTIONS_MAX = 64
CONNECTIONS_IDLE_MAX = 4
IDLE_EXPIRY_S = 20.0
WRITE_SLICE_BYTES = 65_536

_deadline: ContextVar[float | None] = ContextVar("outbound_deadline", default=None)
_sent_s: ContextVar[float | None] = ContextVar("outbound_sent", default=None)


@contextmanager
def deadline(timeout_s: float) -> Iterator[None]:
    """Every network operation of this thread inside ends by then, with a timeout."""
    token = _deadline.set(time.monotonic() + timeout_s)
    _sent_s.set(None)
    try:
        yield
    finally:
        _deadline.reset(token)


def is_past() -> bool:
    """Whether the deadline around us has passed."""
    at = _deadline.get()
    return at is not None and time.monotonic() >= at


def sent_ms() -> float | None:
    """When (monotonic ms) the last request of this thread was on its way, after connecting; None: it never was."""
    at = _sent_s.get()
    return None if at is None else at * 1000


def _left(timeout_s: float | None, past: type[httpcore.TimeoutException]) -> float | None:
    at = _deadline.get()
    if at is None:
        return timeout_s
    left_s = at - time.monotonic()
    if left_s <= 0:
        raise past("deadline")
    return left_s if timeout_s is None else min(left_s, timeout_s)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITE_SLICE_BYTES):
            part = buffer[start : start + WRITE_SLICE_BYTES]
            self._inner.write(part, _left(timeout, httpcore.WriteTimeout))
        _sent_s.set(time.monotonic())

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left_s, local_address, socket_options))


class DeadlineTransport(httpx.BaseTransport):
    """A pool of connections whose every read and write heeds `deadline`; no proxy, no HTTP/2, certificates checked."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=CONNECTIONS_IDLE_MAX,
            keepalive_expiry=IDLE_EXPIRY_S,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request on a pooled connection. Raises httpx's exceptions."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with httpx_errors():
            answer = self._pool.handle_request(asked)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def httpx_errors() -> Iterator[None]:
    """The two libraries name their exceptions alike; only httpx's leave this file."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("httpcore"):
            raise
        known = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise known(str(error)) from error
