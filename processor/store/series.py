"""What went by of late: events in, changes out, calls, in equal steps of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import redis

from processor.store.connection import translated
from processor.store.keys import name_of

Span = Literal["hour", "day", "month"]
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
STEPS: Final[Mapping[Span, tuple[int, int]]] = MappingProxyType(
    {"hour": (60, MINUTE_MS), "day": (24, HOUR_MS), "month": (30, 24 * HOUR_MS)}
)
"""How many steps a span has, and how long (ms) each is; days are of UTC."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: since when (Unix ms), and what went by within it."""

    since_ms: int
    events: int = 0
    changes: int = 0
    calls: int = 0


def series(client: redis.Redis, span: Span) -> list[Step]:
    """The steps of a span, the oldest first, the current one last. Raises StoreError."""
    count, step_ms = STEPS[span]
    with translated():
        seconds, _ = client.time()
        last = seconds * 1000 // step_ms * step_ms
        starts = [last - number * step_ms for number in range(count - 1, -1, -1)]
        names = list(dict.fromkeys(_key(at, span) for at in starts))
        with client.pipeline(transaction=False) as look:
            for name in names:
                look.hgetall(name)
            found: dict[str, Any] = dict(zip(names, look.execute(), strict=True))
    return [_step(at, span, found[_key(at, span)]) for at in starts]


def _key(at_ms: int, span: Span) -> str:
    hour = at_ms // HOUR_MS
    return name_of("series", f"h{hour}" if span == "hour" else f"d{hour // 24}")


def _step(at_ms: int, span: Span, fields: Mapping[bytes, bytes]) -> Step:
    def told(what: str) -> int:
        if span == "month":
            return sum(int(number) for name, number in fields.items() if name.startswith(f"{what}:".encode()))
        place = at_ms // MINUTE_MS % 60 if span == "hour" else at_ms // HOUR_MS % 24
        return int(fields.get(f"{what}:{place}".encode(), 0))

    return Step(at_ms, told("in"), told("out"), told("calls"))
