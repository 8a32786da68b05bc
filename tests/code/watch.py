"""Looks at every key of a real store and holds it against the table."""

from __future__ import annotations

import re
from collections.abc import Callable

import redis

from processor.settings import Settings
from processor.store.keys import DAY_MS, KEYS, name_of
from tests.code.test_keys import STAYS
from tests.code.tree import none

_DAYS = Settings()
_DAYS_IN = re.compile(r"(?:(\d+) x )?([A-Z]+_DAYS)\b")
_TIME_IN = re.compile(r"(\d+) (s|min|h)\b")
_UNIT_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000}


class Watch:
    """Looks at every key after each step; `seen` collects the rows that came to life."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self.seen: set[str] = set()

    def look(self, step: str) -> None:
        """Every key of the database must be as its row says."""
        faults = [
            f"after {step}: {name.decode()} {fault}"
            for name in self._client.scan_iter(count=1_000)
            if (fault := self._fault(name.decode()))
        ]
        none(faults, "See processor/store/keys.py: mend the script, or say there what is true.")

    def _fault(self, name: str) -> str | None:
        short = next(
            (s for s, k in KEYS.items() if name == k.name or (k.name[-1] == ":" and name.startswith(k.name))), None
        )
        if short is None:
            return "is not in the table"
        self.seen.add(short)
        row, kind, ttl_ms = KEYS[short], self._client.type(name), int(str(self._client.pttl(name)))
        if kind != row.kind.encode():
            return f"is a {kind!r}, the table says {row.kind}"
        if ttl_ms < 0:
            return (
                None
                if self._may_stay(short, name.removeprefix(row.name))
                else f"never ends, the table says: {row.lives}"
            )
        longest_ms = _longest_ms(row.lives)
        return f"lives {ttl_ms} ms, the table says: {row.lives}" if longest_ms and ttl_ms > longest_ms else None

    def _may_stay(self, short: str, own: str) -> bool:
        if KEYS[short].lives.startswith(STAYS):
            return True
        by_row: dict[str, Callable[[str], bool]] = {
            "delivery": self._unfinished,
            "event": self._unfinished,
            "story": self._unfinished,
            "fetched": self._unfinished,
            "contact": self._wanted,
        }
        return short in by_row and by_row[short](own)

    def _unfinished(self, event: str) -> bool:
        state, wishes = self._client.hmget(name_of("event", event), "state", "open")
        return state == b"queued" or int(wishes or 0) > 0

    def _wanted(self, contact: str) -> bool:
        fields: list[bytes] = self._client.hkeys(name_of("contact", contact))  # type: ignore[assignment]
        lines = (self._client.zscore(name_of(line), contact) for line in ("ready", "lease", "due"))
        return any(field.startswith(b"w:") for field in fields) and any(at is not None for at in lines)


def _row_of(name: str) -> str | None:
    for short, row in KEYS.items():
        if name == row.name or (row.name.endswith(":") and name.startswith(row.name)):
            return short
    return None


def _longest_ms(lives: str) -> int | None:
    if days := _DAYS_IN.match(lives):
        return int(days[1] or 1) * DAY_MS * int(getattr(_DAYS, days[2].lower()))
    if time := _TIME_IN.search(lives):
        return int(time[1]) * _UNIT_MS[time[2]]
    return None
