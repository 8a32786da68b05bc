"""Why each rule matched an event or did not, condition by condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from processor.domain.condition import Condition, Line, Seen
from processor.domain.earlier import Past, with_past
from processor.domain.event import Event
from processor.domain.reach import shown, view_of
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
    teller = _Teller(Seen(with_past(view_of(event), _NOTHING if past is None else past)))
    stories: list[RuleStory] = []
    stopped = False
    for rule in ruleset.rules:
        checks: list[Check] = []
        held = teller.tell(rule.when, 0, checks, heading=False)
        outcome = _outcome(rule, held, stopped)
        stopped = stopped or (outcome == "matched" and rule.stop)
        stories.append(RuleStory(rule=rule.name, line=rule.line, outcome=outcome, checks=tuple(checks)))
    return tuple(stories)


def _outcome(rule: Rule, held: bool, stopped: bool) -> Outcome:
    if not rule.enabled:
        return "disabled"
    if stopped:
        return "after stop"
    return "matched" if held else "not matched"


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells conditions over one event; a line that many rules share is told once, and so is what stands at a path."""

    seen: Seen
    lines: dict[tuple[int, int], Check] = field(default_factory=dict)
    actual: dict[tuple[str, ...], str | None] = field(default_factory=dict)

    def tell(self, condition: Condition, depth: int, checks: list[Check], *, heading: bool = True) -> bool:
        """Whether the condition holds; it is added to `checks` with all below it."""
        if isinstance(condition, Line):
            check = self.lines.get((id(condition), depth)) or self._line(condition, depth)
            checks.append(check)
            return check.held
        at = len(checks)
        # The lines of `when` itself need no heading: all of them must hold.
        below = depth + 1 if heading else depth
        held = [self.tell(member, below, checks) for member in condition.members]
        whole = any(held) if condition.kind == "any" else all(held) is (condition.kind == "all")
        if heading:
            checks.insert(at, Check(path=condition.kind, test="", expected="", actual=None, held=whole, depth=depth))
        return whole

    def _line(self, line: Line, depth: int) -> Check:
        values = self.seen[line.parts]
        if line.parts not in self.actual:
            self.actual[line.parts] = _actual(values)
        check = self.lines[id(line), depth] = Check(
            path=line.path,
            test=line.test,
            expected=line.expected,
            actual=self.actual[line.parts],
            held=line.held(values, self.seen.view),
            depth=depth,
        )
        return check


def _actual(values: Sequence[Any]) -> str | None:
    if not values:
        return None
    return shortened(shown(values[0] if len(values) == 1 else values), ACTUAL_CHARACTERS_MAX)
