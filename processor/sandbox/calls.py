"""The calls that arrived, as the back door shows them; never a token."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import Any

import msgspec

CALLS_KEPT_MAX = 100_000


class Call(msgspec.Struct, kw_only=True):
    """One arrival: `n` counts from 1, `at` is Unix seconds; `status` is None while there is no answer, or for ever."""

    n: int
    at: float
    monotonic_ms: float
    method: str
    path: str
    body: msgspec.Raw
    status: int | None = None
    contact_id: int | None = None


class CallLog:
    """The last CALLS_KEPT_MAX calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CALLS_KEPT_MAX)
        self._count = 0

    def arrived(self, at: float, monotonic_ms: float, method: str, path: str) -> Call:
        """Remember an arrival; the caller fills in what becomes of it."""
        self._count += 1
        call = Call(n=self._count, at=at, monotonic_ms=monotonic_ms, method=method, path=path, body=msgspec.Raw(b"{}"))
        self._calls.append(call)
        return call

    def since(self, skipped: int) -> list[Call]:
        """The calls after number `skipped`, oldest first."""
        forgotten = self._count - len(self._calls)
        return list(islice(self._calls, max(0, skipped - forgotten), None))

    def clear(self) -> None:
        """Forget every call; counting starts from 1 again."""
        self._calls.clear()
        self._count = 0


def as_sent(params: Mapping[str, Any]) -> msgspec.Raw:
    """Parameters as JSON, written at once so that keeping a call never keeps live objects."""
    return msgspec.Raw(json.dumps(params).encode())
