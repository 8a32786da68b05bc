"""Why each rule matched an event or did not, condition by condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from processor.domain.condition import Condition, Line, met
from processor.domain.earlier import Past, with_past
from processor.domain.event import Event
from processor.domain.reach import reach, shown, view_of
from processor.domain.rule import Rule, Ruleset
from processor.domain.template import shortened

Outcome = Literal["matched", "not matched", "disabled", "after stop"]

ACTUAL_CHARACTERS_MAX = 200
_NOTHING = Past()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One condition: what was expected of `path`, what the event has there (None: nothing), and whether it held.

    A group has `any`, `all` or `not` for a path and no test; its members follow it, one deeper.
    """

    path: str
    test: str
    expected: str
    actual: str | None
    held: bool
    depth: int = 0


class RuleStory(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one rule; `line` is its place in the rules file."""

    rule: str
    line: int
    outcome: Outcome
    checks: tuple[Check, ...]


def explain(ruleset: Ruleset, event: Event, past: Past | None = None) -> tuple[RuleStory, ...]:
    """The story of every rule, in the order of the file, with every condition of it; no `past`: nothing came before."""
    view = with_past(view_of(event), _NOTHING if past is None else past)
    stories: list[RuleStory] = []
    stopped = False
    for rule in ruleset.rules:
        outcome = _outcome(rule, view, stopped)
        stopped = stopped or (outcome == "matched" and rule.stop)
        stories.append(
            RuleStory(rule=rule.name, line=rule.line, outcome=outcome, checks=_checks(rule.when, view, 0, top=True))
        )
    return tuple(stories)


def _outcome(rule: Rule, view: Mapping[str, Any], stopped: bool) -> Outcome:
    if not rule.enabled:
        return "disabled"
    if stopped:
        return "after stop"
    return "matched" if met(rule.when, view) else "not matched"


def _checks(condition: Condition, view: Mapping[str, Any], depth: int, *, top: bool = False) -> tuple[Check, ...]:
    if isinstance(condition, Line):
        return (_line(condition, view, depth),)
    # The lines of `when` itself need no heading: all of them must hold.
    heading = () if top else (_heading(condition.kind, met(condition, view), depth),)
    below = depth if top else depth + 1
    return heading + tuple(check for member in condition.members for check in _checks(member, view, below))


def _heading(kind: str, held: bool, depth: int) -> Check:
    return Check(path=kind, test="", expected="", actual=None, held=held, depth=depth)


def _line(line: Line, view: Mapping[str, Any], depth: int) -> Check:
    values = reach(view, line.parts)
    actual = shortened(shown(values[0] if len(values) == 1 else values), ACTUAL_CHARACTERS_MAX) if values else None
    return Check(
        path=line.path, test=line.test, expected=line.expected, actual=actual, held=line.holds(values), depth=depth
    )
