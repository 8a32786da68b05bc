"""Calls and delays of a shop's day: the usual integration, ours, and the fewest calls possible, side by side.

    uv run python -m benchmarks.delivery [--orders 300 2000 6000 10000] [--seed 1] [--tags add|replace]
        [--no-declared] [--utm stored|ignored] [--no-first-sync] [--idea NAME] [--jobs 2]

The real intake, rules, applier, scripts and reconciler run in simulated time over a real store (tests/harness); the day
is tests/harness/simulated_day.py. What the usual integration is: delivery_naive.py. What the bounds are, and why nobody
can go below them: delivery_bound.py. How ages are told, from Watbot's side: delivery_ages.py.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import current_process
from pathlib import Path

import structlog

from benchmarks.delivery_ages import ages, disagreeing
from benchmarks.delivery_bound import TagsKnown, clairvoyant_calls, fewest_calls
from benchmarks.delivery_ideas import IDEAS
from benchmarks.delivery_naive import naive
from benchmarks.delivery_record import DayRecord, Wait, ages_ms, drained_ms, percentile
from processor.sandbox.contact import TagsReading, UtmReading
from tests.harness.simulated import MIDNIGHT_MS, one_core, store_in_memory
from tests.harness.simulated_day import HOUR_MS, RULES, SALE_HOUR, Day, shop_day
from tests.harness.simulated_world import World

ORDERS = (300, 2_000, 6_000, 10_000)
UTM: Mapping[str, UtmReading] = {"stored": "store", "ignored": "ignore"}
SHARES = (0.50, 0.95, 0.99)
# Whoever waits for less does not wait: calls take their time.
PATIENCE_MS = 60_000

Rows = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One run."""

    orders: int
    seed: int
    tags: TagsReading
    utm: UtmReading
    first_sync: bool
    idea: str
    rules: str
    declared: bool
    core: int = 0

    @property
    def tags_known(self) -> TagsKnown:
        """What may be relied on: unless lists are known to add, none goes."""
        return "add" if self.declared and self.tags == "add" else "attach"


def simulate(wanted: Wanted, day: Day) -> tuple[DayRecord, World]:
    """The whole day, until nobody waits any more."""
    rules = wanted.rules.replace("bot: 1\n", f"bot: 1\ntags_as: {wanted.tags if wanted.declared else 'auto'}\n", 1)
    with one_core(wanted.core), store_in_memory() as settings, tempfile.TemporaryDirectory() as folder:
        world = World(settings, Path(folder), rules=rules, seed=wanted.seed, tags=wanted.tags, utm=wanted.utm)
        IDEAS[wanted.idea](world)
        world.add(day.customers, first_sync=wanted.first_sync)
        before = world.watbot.contacts()
        world.expect(day.arrivals)
        world.run()
        world.close()
        synced = frozenset(before) if wanted.first_sync else frozenset()
        after = world.watbot.contacts()
        return DayRecord(world.wishes, world.watbot.calls, before, after, synced, world.events), world


def measure(wanted: Wanted) -> Rows:
    """One column of the table."""
    began_s = time.perf_counter()
    day = shop_day(wanted.orders, wanted.seed)
    record, world = simulate(wanted, day)
    usual, ours, waited = naive(record), len(record.calls), ages(record)
    bound = fewest_calls(record, wanted.tags_known)
    clairvoyant = clairvoyant_calls(record, wanted.tags_known, wanted.utm)
    events = len({wish.event for wish in record.wishes})
    return {
        "orders": f"{wanted.orders:,}",
        "webhooks, repeated ones": f"{len(day.arrivals):,}, {len(day.arrivals) - len(record.came_ms):,}",
        "events that a rule matched": f"{events:,}",
        "calls: usual": f"{usual.calls:,}",
        "calls: ours": f"{ours:,}",
        "calls: fewest possible": f"{bound:,}",
        "calls: clairvoyant": f"{clairvoyant:,}",
        "calls an event: usual, ours": f"{usual.calls / events:.2f}, {ours / events:.2f}",
        "ours / usual": f"{ours / usual.calls:.3f}",
        "ours / fewest possible": f"{ours / bound:.4f}",
        "ours / clairvoyant": f"{ours / clairvoyant:.2f}",
        "age s p50 p95 p99, urgent: usual": _seconds(usual.urgent),
        "age s p50 p95 p99, urgent: ours": _seconds(waited.urgent),
        "age s p50 p95 p99, other: usual": _seconds(usual.other),
        "age s p50 p95 p99, other: ours": _seconds(waited.other),
        "drained after the sale, h: usual": _drained(usual.other),
        "drained after the sale, h: ours, urgent": _drained(waited.urgent),
        "drained after the sale, h: ours, all": _drained([*waited.urgent, *waited.other]),
        "wrong at the end, never, 429": f"{len(disagreeing(record))}, {len(waited.never)}, {world.watbot.throttled}",
        "simulated within, s": f"{time.perf_counter() - began_s:.0f}",
    }


def _drained(waits: Sequence[Wait]) -> str:
    return f"{drained_ms(waits, MIDNIGHT_MS + (SALE_HOUR + 1) * HOUR_MS, PATIENCE_MS) / HOUR_MS:.2f}"


def _seconds(waits: Sequence[Wait]) -> str:
    return "  ".join(f"{percentile(ages_ms(waits), share) / 1000:,.1f}" for share in SHARES)


def _on_a_core(wanted: Wanted) -> Rows:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    gc.disable()  # nothing here goes round in circles, and looking for that takes a tenth of the time
    identity = current_process()._identity  # the pool's workers are numbered
    return measure(replace(wanted, core=identity[0] if identity else 0))


def table(columns: Sequence[Rows]) -> str:
    """Rows under each other, a column for each run."""
    names = list(columns[0])
    widths = [max(len(column[name]) for name in names) for column in columns]
    first = max(map(len, names))
    lines = [
        f"{name:<{first}}  "
        + "  ".join(f"{column[name]:>{width}}" for column, width in zip(columns, widths, strict=True))
        for name in names
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, nargs="+", default=ORDERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tags", choices=("add", "replace"), default="add")
    told_so = "the rules say what a list of tags does (tags_as)"
    parser.add_argument("--declared", action=argparse.BooleanOptionalAction, default=True, help=told_so)
    parser.add_argument("--utm", choices=tuple(UTM), default="stored")
    parser.add_argument("--first-sync", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--idea", choices=tuple(IDEAS), default="none")
    parser.add_argument("--rules", type=Path, help="a rules file instead of the day's own; its source is called shop")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    told = parser.parse_args()
    rules = told.rules.read_text("utf-8") if told.rules else RULES
    runs = [
        Wanted(orders, told.seed, told.tags, UTM[told.utm], told.first_sync, told.idea, rules, told.declared)
        for orders in sorted(told.orders, reverse=True)
    ]
    with ProcessPoolExecutor(max(1, min(told.jobs, len(runs)))) as pool:
        columns = list(pool.map(_on_a_core, runs))
    named = ("seed", "tags", "declared", "utm", "first_sync", "idea")
    print(", ".join(f"{name} {getattr(told, name)}" for name in named))
    print(table(columns[::-1]))


if __name__ == "__main__":
    main()
