"""Answers as HTTP responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from processor.sandbox.answers import Answer
from processor.sandbox.faults import Fault
from processor.sandbox.limiter import Admission

JSON = "application/json"


def json_reply(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """The answer as JSON; without a payload, no body at all."""
    every = {**answer.headers, **(headers or {})}
    if answer.payload is None:
        return Response(status_code=answer.status, headers=every)
    return Response(msgspec.json.encode(answer.payload), answer.status, every, JSON)


def json_of(value: Any, status: int = 200) -> Response:
    """Any value as JSON."""
    return json_reply(Answer(status, value))


def fault_reply(fault: Fault, headers: Mapping[str, str]) -> Response:
    """What a fault answers instead of the work: its own body and headers, HTML unless a header says otherwise."""
    named = {name.lower() for name in fault.headers}
    kind = None if "content-type" in named or not fault.body else "text/html"
    kept = {name: value for name, value in headers.items() if name.lower() not in named}
    status = 200 if fault.status is None else fault.status
    return Response(fault.body or None, status, {**kept, **fault.headers}, kind)


def rate_headers(admission: Admission) -> dict[str, str]:
    """How much of the tightest window is left; nothing when there is no limit."""
    if admission.limit is None:
        return {}
    return {"X-RateLimit-Limit": str(admission.limit), "X-RateLimit-Remaining": str(admission.remaining)}
