"""`/metrics`: what runs, how long the line is and what calls cost, for Prometheus; nothing about people."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from processor.errors import StoreError
from processor.rules.book import RulesBook
from processor.store.condition import condition
from processor.store.connection import Store
from processor.store.counts import counts
from processor.store.estimate import lanes
from processor.store.gauges import line
from processor.store.refused import refused_counts
from processor.web.guard import Guard
from processor.web.running import Running

# Whoever asks more often gets the same page again: what it costs the store is bounded.
KEPT_S: Final = 1.0
_PREFIX: Final = "watbot_hooks_"
_STATES: Final = ("working", "throttled", "watbot_down", "token_refused", "begins")


@dataclass(slots=True)
class Metrics:
    """The endpoint `/metrics`; always 200, with `watbot_hooks_store_up 0` alone where the store does not answer."""

    client: Store
    book: RulesBook
    guard: Guard
    running: Running
    _page: bytes = b""
    _until_s: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, _: Request) -> Response:
        async with self._lock:
            now_s = asyncio.get_running_loop().time()
            if now_s >= self._until_s:
                self._page = await run_in_threadpool(self._write)
                self._until_s = now_s + KEPT_S
        return Response(self._page, media_type=CONTENT_TYPE_LATEST)

    def _write(self) -> bytes:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Page([*self._rules(), *self._store()]))
        return generate_latest(registry)

    def _rules(self) -> Iterator[Metric]:
        now, entry = self.book.published(), self.running.recorded
        info = GaugeMetricFamily(f"{_PREFIX}rules_info", "The rules in force.", labels=["version", "number"])
        info.add_metric([now.ruleset.version, str(entry.number) if entry else ""], 1)
        yield info
        yield _gauge("rules", "Rules in force, switched off ones included.", len(now.ruleset.rules))
        yield _gauge("rules_faults", "Mistakes of a newer rules file that is not in force.", len(now.faults))
        yield _gauge("rules_loaded_timestamp_seconds", "When this process took them (Unix time).", now.since_ms / 1000)
        yield _gauge("room", "1 while new events are taken, 0 while memory or disk runs out.", int(not self.guard.full))

    def _store(self) -> Iterator[Metric]:
        try:
            found = [*self._line(), *self._calls()]
        except StoreError:
            found = []
        yield _gauge("store_up", "1 when the store answers.", int(bool(found)))
        yield from found

    def _line(self) -> Iterator[Metric]:
        now = line(self.client)
        yield _gauge("deliveries_waiting", "Deliveries to be applied or fetched.", now.deliveries)
        yield _gauge("contacts_in_flight", "Contacts being brought up to date.", now.in_flight)
        yield _gauge("contacts_retrying", "Contacts that settle or wait for a retry.", now.retrying)
        yield _gauge("dead_letters", "Refused values and parked contacts.", now.dead)
        yield _gauge("workers", "Workers that gave a sign of life within 5 s.", now.workers)
        by_lane = {str(lane): number for lane, number in lanes(self.client).items()}
        yield _gauges("contacts_ready", "Contacts in line, by lane (the lowest goes first).", "lane", by_lane)

    def _calls(self) -> Iterator[Metric]:
        account = condition(self.client)
        states = {state: int(state == account.state) for state in (*_STATES, account.state)}
        yield _gauges("watbot_state", "1 for the state in which the account is.", "state", states)
        yield _gauge("watbot_failures", "Calls in a row without a sensible answer.", account.failures)
        yield _gauge("watbot_calls_last_minute", "Calls within the last 60 s.", account.calls_last_minute)
        (today,) = counts(self.client, days=1)
        rules = today.rules.values()
        usual = sum(rule.asked for rule in rules)
        yield _gauge("calls_usual_today", "Calls that the usual integration makes (UTC day).", usual)
        yield _gauges("calls_today", "Calls made, by outcome (UTC day).", "outcome", today.outcomes)
        spared = {"merged": sum(r.merged for r in rules), "already_so": sum(r.already_so for r in rules)}
        yield _gauges("calls_spared_today", "Calls that were not needed (UTC day).", "why", spared)
        refused: Counter[str] = Counter()
        for one, number in refused_counts(self.client, journal_days=0).items():
            refused[one.code] += number
        yield _gauges("refused_today", "Requests refused, by code (UTC day).", "code", refused)


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """What the library asks for its metrics."""

    metrics: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, said, value=value)


def _gauges(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    """One number for each value of a label."""
    gauge = GaugeMetricFamily(_PREFIX + name, said, labels=[label])
    for text, number in values.items():
        gauge.add_metric([text], number)
    return gauge
