"""Time as a seam: everything that asks for the time is handed a clock."""

import time
from typing import Protocol


class Clock(Protocol):
    """What the line needs of time."""

    def now_ms(self) -> int:
        """Unix time, milliseconds."""
        ...

    def monotonic_ms(self) -> float:
        """Milliseconds since an arbitrary start; never goes back."""
        ...

    def sleep_ms(self, duration_ms: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Unix time, milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> float:
        """Milliseconds since an arbitrary start; never goes back."""
        return time.monotonic_ns() / 1_000_000

    def sleep_ms(self, duration_ms: float) -> None:
        """Wait; not at all for zero or less."""
        if duration_ms > 0:
            time.sleep(duration_ms / 1000)
