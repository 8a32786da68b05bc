"""Which rules and conditions the examples have tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from processor.domain.explain import Check, explain
from processor.domain.rule import Ruleset
from processor.examples.play import Played

Gap = Literal["rule", "true", "false", "unless"]
"""What no example has shown: that a rule acts, that a condition holds, that it does not, that `unless` cancels it."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """One gap; `line` is the rule's place in the rules file, `condition` reads as in the rules file ("" of a rule)."""

    rule: str
    line: int
    gap: Gap
    condition: str = ""


@dataclass(slots=True)
class Coverage:
    """What the examples have tried of the enabled rules of `ruleset`: each rule, and each condition both ways.

    Every event of every example is put to every rule.
    """

    ruleset: Ruleset
    matched: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    seen: dict[str, list[tuple[Check, set[bool]]]] = field(default_factory=dict)

    def note(self, played: Played) -> None:
        """Take one example in."""
        self.matched.update(played.rules)
        self.cancelled.update(played.cancelled)
        for seen in played.events:
            for story in explain(self.ruleset, seen.event, seen.past):
                self._note(story.rule, story.checks)

    def _note(self, rule: str, checks: tuple[Check, ...]) -> None:
        lines = [check for check in checks if check.test]
        for check, (_, held) in zip(lines, self.seen.setdefault(rule, [(one, set()) for one in lines]), strict=True):
            held.add(check.held)

    def gaps(self) -> Iterator[Uncovered]:
        """What is not covered, in the order of the file."""
        for rule in self.ruleset.rules:
            if not rule.enabled:
                continue
            if rule.name not in self.matched:
                yield Uncovered(rule.name, rule.line, "rule")
            if rule.unless is not None and rule.name not in self.cancelled:
                yield Uncovered(rule.name, rule.line, "unless", f"unless {rule.unless.written}")
            for check, held in self.seen.get(rule.name, ()):
                written = f"{check.path} {check.test} {check.expected}"
                if True not in held:
                    yield Uncovered(rule.name, rule.line, "true", written)
                if False not in held:
                    yield Uncovered(rule.name, rule.line, "false", written)

    @property
    def percent(self) -> int:
        """Of a point for each rule, one for each `unless` and two for each condition how many are reached, in percent.

        It is rounded down; without rules it is 100.
        """
        points = sum(1 + (rule.unless is not None) for rule in self.ruleset.rules if rule.enabled)
        points += sum(2 * len(self.seen.get(rule.name, ())) for rule in self.ruleset.rules if rule.enabled)
        missed = sum(1 for _ in self.gaps())
        return 100 * (points - missed) // points if points else 100
