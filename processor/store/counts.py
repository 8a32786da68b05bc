"""What was counted, by day and rule: calls that are usual, made, and spared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import redis

from processor.store.connection import translated
from processor.store.keys import DAY_MS, name_of


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """Calls of one rule: `asked` is what the usual integration makes, `already_so` what needed none."""

    asked: int = 0
    made: int = 0
    already_so: int = 0

    @property
    def merged(self) -> int:
        """Spared by merging: several wishes in one call, or one wish in place of another. Of today also what waits."""
        return max(0, self.asked - self.made - self.already_so)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One day (UTC), as days since 1970. `outcomes`: ok, answered, unavailable, throttled, stopped -> calls.

    `matched`: rule -> events; one that is applied anew counts anew.
    """

    day: int
    rules: Mapping[str, RuleCounts] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    matched: Mapping[str, int] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """All calls of the day, whatever they were for."""
        return sum(self.outcomes.values())


def counts(client: redis.Redis, *, days: int) -> list[DayCounts]:
    """The last `days` days, today first. Raises StoreError."""
    with translated():
        seconds, _ = client.time()
        today = seconds * 1000 // DAY_MS
        with client.pipeline(transaction=False) as look:
            for day in range(today, today - days, -1):
                look.hgetall(name_of("counts", str(day)))
            found = look.execute()
    return [_day(today - number, fields) for number, fields in enumerate(found)]


def _day(day: int, fields: Mapping[bytes, bytes]) -> DayCounts:
    by_kind: dict[str, dict[str, int]] = {"asked": {}, "made": {}, "spared": {}, "call": {}, "matched": {}}
    for name, calls in fields.items():
        kind, _, of = name.decode().partition(":")
        by_kind.setdefault(kind, {})[of] = int(calls)
    asked, made, spared = by_kind["asked"], by_kind["made"], by_kind["spared"]
    rules = {
        rule: RuleCounts(asked.get(rule, 0), made.get(rule, 0), spared.get(rule, 0))
        for rule in sorted({*asked, *made, *spared})
    }
    return DayCounts(day, rules, by_kind["call"], by_kind["matched"])
