"""The back door for people and tests, below `/_sandbox`: no token, no limit, not counted as calls."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.sandbox.answers import TOO_LARGE, whole
from processor.sandbox.api import BODY_BYTES_MAX, read_body
from processor.sandbox.faults import FAULTS_PENDING_MAX, read_fault
from processor.sandbox.replies import json_of, json_reply
from processor.sandbox.service import Service

CONTROL_ROOT = "/_sandbox"


class Control:
    """The handlers of the back door."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """The routes, faults and all."""
        return [
            Route(CONTROL_ROOT, self.reset, methods=["DELETE"]),
            Route(f"{CONTROL_ROOT}/calls", self.calls, methods=["GET"]),
            Route(f"{CONTROL_ROOT}/contacts", self.contacts, methods=["GET"]),
            Route(f"{CONTROL_ROOT}/faults", self.faults, methods=["GET"]),
            Route(f"{CONTROL_ROOT}/faults", self.add_fault, methods=["POST"]),
            Route(f"{CONTROL_ROOT}/faults", self.mend, methods=["DELETE"]),
        ]

    async def reset(self, _: Request) -> Response:
        """Forget everything."""
        self._service.reset()
        return Response(status_code=204)

    async def calls(self, request: Request) -> Response:
        """The calls, oldest first; `?since=N` leaves out the first N."""
        since = request.query_params.get("since", "0")
        if not (since.isascii() and since.isdigit() and len(since) <= 18):
            return json_of({"message": "since must be a whole number, at least 0"}, 422)
        return json_of(self._service.calls.since(int(since)))

    async def contacts(self, _: Request) -> Response:
        """Every contact whole."""
        return json_of([whole(contact) for contact in self._service.book.all()])

    async def faults(self, _: Request) -> Response:
        """The faults still to come."""
        return json_of(self._service.faults.pending())

    async def mend(self, _: Request) -> Response:
        """Take back the faults still to come; contacts and calls stay."""
        self._service.faults.clear()
        return Response(status_code=204)

    async def add_fault(self, request: Request) -> Response:
        """Order a fault; see faults.Fault for its fields."""
        raw = await read_body(request, BODY_BYTES_MAX)
        if raw is None:
            return json_reply(TOO_LARGE)
        fault = read_fault(raw, self._service.methods)
        if isinstance(fault, str):
            return json_of({"message": fault}, 422)
        if not self._service.faults.add(fault):
            return json_of({"message": f"at most {FAULTS_PENDING_MAX} faults may be pending"}, 422)
        return json_of(msgspec.to_builtins(fault), 201)
