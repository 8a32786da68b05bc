"""Seeded runs of the whole line with several workers under every fault: what is promised holds.

Real store, scripts, rules, appliers and reconcilers; simulated are time, processes, network and Watbot. What is
promised, and what cannot be, stands in tests/harness/faults/law.py. FAULT_RUNS and FAULT_SEED choose how many runs and
from which seed on; a seed gives the same run again. The long run is
`FAULT_RUNS=1000 FAULT_SEED=1 uv run pytest -s tests/flow/test_fault_runs.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from processor.settings import Settings
from tests.harness.faults.server import Change
from tests.harness.faults.world import Ended, World
from tests.harness.simulated import store_in_memory

RUNS = int(os.environ.get("FAULT_RUNS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "1"))
TAIL_LINES = 60
# A broken variant must be caught within so many runs.
CAUGHT_WITHIN = 30


@pytest.fixture(scope="module")
def memory() -> Iterator[Settings]:
    """A store for this module that writes no file."""
    with store_in_memory() as settings:
        yield settings


def _run(settings: Settings, folder: Path, seed: int, changes: dict[str, Change] | None = None) -> Ended:
    with capture_logs():
        return World(settings, folder, seed, changes).run()


@pytest.mark.timeout(60 + RUNS * 20)
def test_whatever_fails_nothing_is_lost_wrong_or_out_of_order(memory: Settings, tmp_path: Path) -> None:
    totals: Counter[str] = Counter()
    bad: list[str] = []
    for seed in range(SEED, SEED + RUNS):
        ended = _run(memory, tmp_path, seed)
        totals.update(ended.totals)
        if ended.wrongs:
            tail = "\n".join(ended.trace[-TAIL_LINES:])
            bad.append(f"FAULT_RUNS=1 FAULT_SEED={seed}: " + "\n  ".join(ended.wrongs))
            print(f"\n{tail}\n{bad[-1]}", flush=True)
    print(f"\n{RUNS} runs from seed {SEED}, {len(bad)} bad")
    print("\n".join(f"{count:>9,} {name}" for name, count in sorted(totals.items()) if count))
    assert not bad, "\n".join(bad)


def test_a_seed_gives_the_same_run_again(memory: Settings, tmp_path: Path) -> None:
    first, again, other = (_run(memory, tmp_path, seed) for seed in (SEED, SEED, SEED + 1))
    assert first.trace == again.trace
    assert first.digest == again.digest != other.digest


def _without(text: str, by: str = "") -> Change:
    return lambda whole: whole.replace(text, by)


BROKEN: dict[str, tuple[str, Change]] = {
    "no fence": ("record", _without("if redis.call('HGET', K.holder, contact) ~= ARGV[2] then return 0 end")),
    "a wish renewed meanwhile is dropped": ("record", _without("stamp_of(held) ~= stamp", "false")),
    "an expired lease is not brought back": (
        "sweep",
        _without("ZRANGEBYSCORE', K.lease, '-inf', now,", "ZRANGEBYSCORE', K.lease, 1, 0,"),
    ),
    "stamps are ignored": ("wish", _without("not newer(element, stamp, stamp_of(held))", "false")),
    "repetitions are not known": ("intake", _without("if not first then", "first = nil if not first then")),
    "a departure is not written down": ("pace", _without("redis.call('ZADD', K.slots, now, slot)")),
    "a failed call counts as done": (
        "record",
        _without(
            "if record.next == 'retry' then",
            "if record.next == 'retry' then for i, f in ipairs(redis.call('HKEYS', key)) do "
            "if string.sub(f, 1, 2) == 'w:' then redis.call('HDEL', key, f) end end",
        ),
    ),
    "whoever is released does not line up again": (
        "record",
        _without("line_up(contact, math.max(place, record.score))"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_is_found_out(memory: Settings, tmp_path: Path, name: str) -> None:
    script, change = BROKEN[name]
    caught = (seed for seed in range(1, 1 + CAUGHT_WITHIN) if _run(memory, tmp_path, seed, {script: change}).wrongs)
    seed = next(caught, None)
    print(f"\n{name}: caught by seed {seed}")
    assert seed is not None
