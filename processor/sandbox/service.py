"""Everything that a call touches, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from processor.sandbox.calls import CallLog
from processor.sandbox.contacts import ContactBook
from processor.sandbox.faults import FaultQueue
from processor.sandbox.limiter import SlidingWindows
from processor.sandbox.methods import Method


def monotonic_ms() -> float:
    """Milliseconds since an arbitrary start; never goes back."""
    return time.monotonic_ns() / 1_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """The sandbox without its network; `token` None accepts any token but an empty one."""

    book: ContactBook
    limiter: SlidingWindows
    methods: dict[str, Method]
    token: str | None = field(default=None, repr=False)
    calls: CallLog = field(default_factory=CallLog)
    faults: FaultQueue = field(default_factory=FaultQueue)
    now_s: Callable[[], float] = time.time
    now_ms: Callable[[], float] = monotonic_ms

    def reset(self) -> None:
        """As if just started with no state."""
        self.book.clear()
        self.limiter.clear()
        self.calls.clear()
        self.faults.clear()
