"""What really came: gathered from events one by one, for the rules that might have taken them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from processor.domain.condition import Condition, Group, Line, fold, met
from processor.domain.event import Event
from processor.domain.match import match_view
from processor.domain.reach import elements, reach, shown, view_of
from processor.domain.rule import Rule, Ruleset

VALUES_MAX: Final = 500
"""Different values, or names of fields, that are remembered of one path."""

MISSES_MAX: Final = 200
"""Events of its type with which a rule that matched nothing is compared."""

Kind = tuple[str, str]
"""A source and a type of event, both folded."""


@dataclass(slots=True)
class PathSeen:
    """One path in the events of one kind: how many had it, with which values, and which names stand beside it."""

    events: int = 0
    reached: int = 0
    values: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Miss:
    """The event that came nearest to a rule: how many of its top lines failed, and the first of them."""

    failed: int
    line: Condition | None
    actual: str | None


@dataclass(slots=True)
class Seen:
    """Everything that was gathered; `kinds` counts events, `named` keeps source and type as they were written."""

    events: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    named: dict[Kind, tuple[str, str]] = field(default_factory=dict)
    matched: set[int] = field(default_factory=set)
    paths: dict[tuple[Kind, tuple[str, ...]], PathSeen] = field(default_factory=lambda: defaultdict(PathSeen))
    misses: dict[int, Miss] = field(default_factory=dict)
    compared: Counter[int] = field(default_factory=Counter)


def takes(rule: Rule, kind: Kind) -> bool:
    """Whether the rule may match events of this source and type at all."""
    source, event_type = kind
    return (rule.sources is None or source in rule.sources) and (rule.events is None or event_type in rule.events)


def gather(ruleset: Ruleset, events: Iterable[Event], paths: Mapping[int, Sequence[tuple[str, ...]]]) -> Seen:
    """Go through the events once; `paths` holds, by a rule's position, the paths that it reads."""
    seen = Seen()
    wanted: dict[Kind, tuple[tuple[str, ...], ...]] = {}
    for event in events:
        view = view_of(event)
        kind = (fold(event.source), fold(event.event))
        seen.events += 1
        seen.kinds[kind] += 1
        seen.named.setdefault(kind, (event.source, event.event))
        matched = {rule.position for rule in match_view(ruleset, view, event)}
        seen.matched |= matched
        if kind not in wanted:
            wanted[kind] = tuple(_paths_of(ruleset, kind, paths))
        for path in wanted[kind]:
            _look(seen.paths[kind, path], view, path)
        for rule in ruleset.index.candidates(kind[1]):
            if rule.position not in seen.matched and takes(rule, kind):
                _miss(seen, rule, view)
    return seen


def _paths_of(
    ruleset: Ruleset, kind: Kind, paths: Mapping[int, Sequence[tuple[str, ...]]]
) -> Iterator[tuple[str, ...]]:
    found = (path for rule in ruleset.rules if takes(rule, kind) for path in paths.get(rule.position, ()))
    yield from dict.fromkeys(found)


def _look(seen: PathSeen, view: Mapping[str, Any], path: tuple[str, ...]) -> None:
    values = reach(view, path)
    seen.events += 1
    seen.reached += bool(values)
    for value in elements(values):
        if isinstance(value, str) and (len(seen.values) < VALUES_MAX or value in seen.values):
            seen.values[value.strip()] += 1
    for beside in reach(view, path[:-1]) if not values else ():
        if isinstance(beside, Mapping):
            seen.names.update(name for name in list(beside)[:VALUES_MAX] if isinstance(name, str))


def _miss(seen: Seen, rule: Rule, view: Mapping[str, Any]) -> None:
    if seen.compared[rule.position] >= MISSES_MAX:
        return
    seen.compared[rule.position] += 1
    members = rule.when.members if isinstance(rule.when, Group) and rule.when.kind == "all" else (rule.when,)
    failed = [member for member in members if not met(member, view)]
    nearest = seen.misses.get(rule.position)
    if nearest is None or len(failed) < nearest.failed:
        line = failed[0] if failed else None
        seen.misses[rule.position] = Miss(len(failed), line, _actual(line, view))


def _actual(line: Condition | None, view: Mapping[str, Any]) -> str | None:
    values = reach(view, line.parts) if isinstance(line, Line) else []
    return ", ".join(shown(value) for value in values) if values else None
