"""How many calls are allowed: any number of limits at once, written as `2/s,120/m`."""

from __future__ import annotations

from dataclasses import dataclass

_PERIOD_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any window of `period_ms`."""

    calls: int
    period_ms: int

    def __str__(self) -> str:
        unit = next(name for name, ms in _PERIOD_MS.items() if ms == self.period_ms)
        return f"{self.calls}/{unit}"


def parse_rate(text: str) -> tuple[Limit, ...]:
    """Read `2/s,120/m`. Raises ValueError, whose message says what is expected."""
    limits = []
    for part in text.split(","):
        calls, slash, unit = part.strip().partition("/")
        unit = unit.strip()
        if not slash or not calls.strip().isdecimal() or unit not in _PERIOD_MS or not 1 <= int(calls) <= 10_000:
            raise ValueError("2/s,120/m")
        limits.append(Limit(int(calls), _PERIOD_MS[unit]))
    return tuple(limits)


def rate_text(limits: tuple[Limit, ...]) -> str:
    """The reverse of `parse_rate`."""
    return ",".join(str(limit) for limit in limits)


def duration_ms(calls: int, limits: tuple[Limit, ...]) -> int:
    """How long so many calls take when every slot of the budget is used: the slowest limit decides."""
    return max((calls * limit.period_ms // limit.calls for limit in limits), default=0)
