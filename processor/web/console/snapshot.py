"""How the line stands now: what the overview shows, read from the store at most once a second for all who look."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from processor.domain.checkup import Finding, of_tags
from processor.domain.policy import Policy
from processor.domain.rule import Ruleset
from processor.domain.sync import Sync
from processor.fault import Fault
from processor.rate import duration_ms
from processor.store.account import account
from processor.store.condition import Condition, condition
from processor.store.counts import DayCounts, counts
from processor.store.dead import parked_and_refused
from processor.store.estimate import Estimate, Spent, estimate, spent
from processor.store.gauges import Line, line
from processor.store.journal import Row, newest
from processor.store.refused import refused_counts
from processor.store.sync import syncs_of
from processor.web.console.desk import Desk

FRESH_MS: Final = 1_000
EVENTS_LOOKED_AT: Final = 200


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at everything. `refused_today`: refusals at the door, by source; `duration_ms`: how long the line takes.

    `last`: the newest event of each source, as far as it is among the newest EVENTS_LOOKED_AT.
    """

    at_ms: int
    line: Line
    condition: Condition
    parked: int
    refused: int
    estimate: Estimate
    duration_ms: int
    spent: Spent
    today: DayCounts
    refused_today: dict[str, int]
    last: dict[str, Row]
    syncs: tuple[Sync, ...]
    tags: Finding
    full: str | None
    rules: Ruleset
    faults: tuple[Fault, ...]


class Snapshots:
    """Hands out the last look while it is fresh. Thread-safe: one thread looks, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Snapshot | None = None

    def current(self, desk: Desk) -> Snapshot:
        """Not older than FRESH_MS. Raises StoreError."""
        with self._lock:
            now_ms = desk.clock.now_ms()
            if self._last is None or not 0 <= now_ms - self._last.at_ms < FRESH_MS:
                self._last = look(desk, now_ms)
            return self._last


def look(desk: Desk, now_ms: int) -> Snapshot:
    """Ask the store. Raises StoreError."""
    client, settings, rules = desk.client, desk.settings, desk.book.current()
    known = account(client)
    policy = Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as, rules.tags_as)
    about = estimate(client, known, policy, now_ms=now_ms)
    parked, refused = parked_and_refused(client)
    today = counts(client, days=1)[0]
    at_the_door: dict[str, int] = {}
    for one, number in refused_counts(client, journal_days=1).items():
        if one.day == today.day:
            at_the_door[one.source] = at_the_door.get(one.source, 0) + number
    last: dict[str, Row] = {}
    for row in newest(client, limit=EVENTS_LOOKED_AT):
        last.setdefault(row.source, row)
    return Snapshot(
        at_ms=now_ms,
        line=line(client),
        condition=condition(client),
        parked=parked,
        refused=refused,
        estimate=about,
        duration_ms=duration_ms(about.calls, settings.watbot_rate),
        spent=spent(client, settings.watbot_rate),
        today=today,
        refused_today=at_the_door,
        last=last,
        syncs=tuple(syncs_of(client, rules.bots)),
        tags=of_tags(rules.tags_as, known),
        full=desk.guard.full,
        rules=rules,
        faults=desk.book.faults,
    )
