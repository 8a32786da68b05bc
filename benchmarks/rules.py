"""What it costs to ask the rules about one event: ours beside plain Python, CEL, zen-engine and json-logic.

    uv run --with common-expression-language==0.10.0 --with zen-engine==2.1.3 --with json-logic-qubit==0.9.1 \
        python -m benchmarks.rules [--rules 10 100 1000 10000] [--events 280] [--rounds 5] [--seed 1]

The same rules (rules_written.py: types, sources, sums, lists, UTM, items, forms, any, not) in every language, the same
events, all in one run; that all find the same rules is asserted for every event first. Each figure is processor time,
the least of several rounds: read the ratios. The others get the event folded beforehand ("python, table and folding"
tells what that takes) and, but for the loop, only the rules of its type and source; ours gets it as it came. `view_of`
makes what both conditions and templates read.

"ours, explained" is every condition of every rule. No event pays for it: it is worked out when somebody asks
(processor/story.py). `compile` is from the text of the file to rules, once.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.rules_peers import PEERS
from benchmarks.rules_written import events_of, folded, rules_of, written_for_us
from processor.domain.event import Event
from processor.domain.explain import explain
from processor.domain.match import match_view
from processor.domain.reach import view_of
from processor.domain.rule import Ruleset
from processor.rules.compile import compile_rules

RULES = (10, 100, 1_000, 10_000)
BASE = "python, table"
# Explaining every rule takes milliseconds: fewer events tell as much.
EXPLAINED_EVENTS = 28
SLOW_EVENTS = 56
SLOW_RULES = 10_000


def main() -> None:
    """Print one table for each number of rules."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="+", default=RULES)
    parser.add_argument("--events", type=int, default=280)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    events = events_of(asked.events, asked.seed)
    for count in asked.rules:
        run(count, events, asked.seed, asked.rounds)


def run(count: int, events: Sequence[Event], seed: int, rounds: int) -> None:
    """All contenders over `count` rules."""
    rules = rules_of(count, seed)
    text = written_for_us(rules)
    started = time.process_time()
    ruleset = compile_rules(text, "rules.yaml", {}, demo=True)
    compile_s = time.process_time() - started
    views = [view_of(event) for event in events]
    others = [folded(event) for event in events]
    peers = {name: make(rules) for name, make in PEERS.items()}
    matches = agreed(ruleset, events, {name: [match(one) for one in others] for name, match in peers.items()})

    calls: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
        "ours": (lambda pair: match_view(ruleset, pair[1], pair[0]), list(zip(events, views, strict=True))),
        "ours, explained": (lambda event: explain(ruleset, event), events[:EXPLAINED_EVENTS]),
        "view_of": (view_of, events),
    }
    few = SLOW_EVENTS if count >= SLOW_RULES else len(others)
    calls |= {name: (match, others if name == BASE else others[:few]) for name, match in peers.items()}
    table = peers[BASE]
    calls[f"{BASE} and folding"] = (lambda event: table(folded(event)), events)
    took = least(calls, rounds)
    print(
        f"\n{count} rules, {len(text.encode()) // count} bytes each, {matches:.1f} match an event; "
        f"compile {compile_s:.2f} s"
    )
    for name, microseconds in took.items():
        print(f"  {name:<28}{microseconds:>12.1f} us{microseconds / took[BASE]:>10.2f} x {BASE}")


def agreed(ruleset: Ruleset, events: Sequence[Event], found: dict[str, list[list[int]]]) -> float:
    """How many rules match an event, on average, when all agree on which. Raises AssertionError when they do not."""
    total = 0
    for place, event in enumerate(events):
        ours = [rule.position for rule in match_view(ruleset, view_of(event), event)]
        total += len(ours)
        for name, theirs in found.items():
            assert theirs[place] == ours, f"{name} disagrees on event {place}: {theirs[place]} and {ours}"
    told = [story.outcome == "matched" for story in explain(ruleset, events[0])]
    assert [place for place, held in enumerate(told) if held] == found[BASE][0]
    return total / len(events)


def least(calls: dict[str, tuple[Callable[[Any], object], Sequence[Any]]], rounds: int) -> dict[str, float]:
    """Microseconds of processor time an event of each call, the least of the rounds, which take turns."""
    took = dict.fromkeys(calls, float("inf"))
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for name, (call, inputs) in calls.items():
            started = time.process_time_ns()
            for one in inputs:
                call(one)
            took[name] = min(took[name], (time.process_time_ns() - started) / 1000 / len(inputs))
    gc.enable()
    return took


if __name__ == "__main__":
    main()
