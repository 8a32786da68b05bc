"""Faults on order: what the next calls shall suffer, in the order in which they were asked for."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

FAULTS_PENDING_MAX = 1_000
FAULT_CALLS_MAX = 1_000_000
FAULT_DELAY_MAX_MS = 120_000
HANG_MAX_MS = 120_000
BODYLESS = (204, 205, 304)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]{0,4000}")
_HEADERS_OF_THE_FRAME = ("content-length", "transfer-encoding", "connection")


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to each of the next `calls` calls (of the method `path`, or of any).

    `delay_ms` waits first. Then `status` is answered instead of doing the work (with `body` as it is, `body` alone
    means 200); without either the work is done as ever, and `headers` are added to its answer. `cut` closes the
    connection without an answer, "before" or "after" the work. `hang` holds the connection without an answer until
    the client leaves (at most HANG_MAX_MS); together with `cut` "after" the work is done first.
    """

    calls: Annotated[int, msgspec.Meta(ge=1, le=FAULT_CALLS_MAX)] = 1
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=FAULT_DELAY_MAX_MS)] = 0
    hang: bool = False
    cut: Literal["before", "after"] | None = None
    body: str | None = None
    headers: dict[str, str] = {}
    path: str | None = None

    @property
    def silent(self) -> bool:
        """Whether the call gets no answer at all."""
        return self.hang or self.cut is not None

    @property
    def works(self) -> bool:
        """Whether the work is done."""
        return self.cut == "after" if self.silent else self.status is None and self.body is None

    @property
    def idle(self) -> bool:
        """Whether nothing would be different."""
        return not self.silent and self.works and self.delay_ms == 0 and not self.headers


def read_fault(raw: bytes, methods: Iterable[str]) -> Fault | str:
    """The fault that the JSON asks for, or the reason why it cannot be."""
    try:
        fault = msgspec.json.decode(raw, type=Fault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return str(error)
    known = sorted(methods)
    if fault.path is not None and fault.path not in known:
        return f"path must be one of {', '.join(known)}, or null"
    if fault.idle:
        return "this fault changes nothing: give at least one of status, body, headers, delay_ms, hang, cut"
    if fault.body and fault.status in BODYLESS:
        return f"an answer with status {fault.status} has no body"
    bad = next((name for name, value in fault.headers.items() if not _sendable(name, value)), None)
    return fault if bad is None else f"this header cannot be sent: {bad!r}"


def _sendable(name: str, value: str) -> bool:
    framed = name.lower() in _HEADERS_OF_THE_FRAME
    return not framed and bool(_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value))


class FaultQueue:
    """The faults still to come."""

    def __init__(self) -> None:
        self._pending: deque[Fault] = deque()

    def add(self, fault: Fault) -> bool:
        """Put the fault behind the others; False when there are too many."""
        if len(self._pending) >= FAULTS_PENDING_MAX:
            return False
        self._pending.append(fault)
        return True

    def take(self, method: str) -> Fault | None:
        """The first fault that is meant for a call of `method`, one call of it used up; None when there is none."""
        for place, fault in enumerate(self._pending):
            if fault.path in (None, method):
                self._use(place, fault)
                return fault
        return None

    def pending(self) -> list[Fault]:
        """The faults in order, each with the calls it has left."""
        return list(self._pending)

    def clear(self) -> None:
        """Drop them all."""
        self._pending.clear()

    def _use(self, place: int, fault: Fault) -> None:
        if fault.calls > 1:
            self._pending[place] = msgspec.structs.replace(fault, calls=fault.calls - 1)
        else:
            del self._pending[place]
