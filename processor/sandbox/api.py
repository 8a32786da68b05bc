"""The line a call walks: route, token, parameters, limit, fault on order, method, answer."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from processor.sandbox.answers import NOT_FOUND, TOO_LARGE, UNAUTHENTICATED, Answer, invalid, too_many, wrong_verb
from processor.sandbox.calls import Call, as_sent
from processor.sandbox.connection import Connections, gone, hold, pause
from processor.sandbox.faults import HANG_MAX_MS, Fault
from processor.sandbox.methods import Context, Method
from processor.sandbox.params import read_params, read_token
from processor.sandbox.replies import fault_reply, json_reply, rate_headers
from processor.sandbox.service import Service
from processor.sandbox.validate import check

BODY_BYTES_MAX = 1024 * 1024


class Api:
    """The ASGI application of the API's methods; the route hands it the path parameter `method`."""

    def __init__(self, service: Service, connections: Connections) -> None:
        self._service = service
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or leave it without an answer where a fault asks for that."""
        service = self._service
        call = service.calls.arrived(service.now_s(), service.now_ms(), scope["method"], scope["path"])
        try:
            response = await self._respond(Request(scope, receive), call)
        except asyncio.CancelledError:
            response = None  # the server stops and waits no longer, for example for the rest of a body
        if response is None:
            self._connections.cut(scope)
            await gone(receive)
            return
        call.status = response.status_code
        await response(scope, receive, send)

    async def _respond(self, request: Request, call: Call) -> Response | None:
        name = request.path_params["method"]
        method = self._service.methods.get(name)
        if method is None:
            return json_reply(NOT_FOUND)
        refusal = self._refusal(request, method)
        if refusal:
            return json_reply(refusal)
        try:
            body = await read_body(request, BODY_BYTES_MAX)
        except ClientDisconnect:
            return None
        if body is None:
            return json_reply(TOO_LARGE)
        return await self._admitted(name, method, request, body, call)

    def _refusal(self, request: Request, method: Method) -> Answer | None:
        if request.method != method.verb:
            return wrong_verb(request.method, method.verb)
        return None if self._proven(read_token(request.scope["query_string"])) else UNAUTHENTICATED

    def _proven(self, token: str) -> bool:
        wanted = self._service.token
        return bool(token) and (wanted is None or hmac.compare_digest(token.encode(), wanted.encode()))

    async def _admitted(self, name: str, method: Method, request: Request, body: bytes, call: Call) -> Response | None:
        params = read_params(request.scope["query_string"], request.headers.get("content-type", ""), body)
        call.body = as_sent(params)
        admission = self._service.limiter.admit(self._service.now_ms())
        if not admission.allowed:
            return json_reply(too_many(admission.retry_after_s), rate_headers(admission))

        def work() -> Answer:
            answer = self._work(method, request, params)
            call.contact_id = answer.contact_id
            return answer

        fault = self._service.faults.take(name) or Fault()
        return await self._suffer(fault, work, request.receive, rate_headers(admission))

    async def _suffer(
        self, fault: Fault, work: Callable[[], Answer], receive: Receive, headers: Mapping[str, str]
    ) -> Response | None:
        if fault.delay_ms:
            await pause(fault.delay_ms, self._connections)
        answer = work() if fault.works else None
        if fault.hang:
            await hold(receive, HANG_MAX_MS, self._connections)
        if fault.silent:
            return None
        return json_reply(answer, {**headers, **fault.headers}) if answer else fault_reply(fault, headers)

    def _work(self, method: Method, request: Request, params: Mapping[str, Any]) -> Answer:
        book = self._service.book
        checked = check(method.fields, params, book.has)
        if checked.errors:
            return invalid(checked.errors)
        address = f"{request.scope['scheme']}://{request.headers.get('host', '')}{request.scope['path']}"
        return method.act(Context(book, int(self._service.now_s()), address), checked.values)


async def read_body(request: Request, bytes_max: int) -> bytes | None:
    """The whole body, or None when it is longer than `bytes_max`. Raises ClientDisconnect."""
    chunks, size_bytes = [], 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > bytes_max:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
