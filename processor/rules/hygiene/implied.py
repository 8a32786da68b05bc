"""Which of many conditions follow from one: an index, so that not every pair is tried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from processor.rules.hygiene.formula import Claim, claims_of
from processor.rules.hygiene.meaning import Value, Values
from processor.rules.hygiene.refute import Facts, denies, facts_of, follows
from processor.rules.hygiene.written import Written

PAIRS_MAX: Final = 120_000
"""Pairs of rules compared for one sort of warning; beyond it nothing more is said."""

PROOF_PAIRS: Final = 20
"""For how many plain pairs one counts in which choices (`any`, a `not` of several lines) must be gone through."""

_Sign = tuple[tuple[str, ...], Value]


class Pairs:
    """How many pairs may still be compared."""

    def __init__(self, left: int = PAIRS_MAX) -> None:
        self._left = left

    def are_spent(self) -> bool:
        """Whether none are left."""
        return self._left <= 0

    def take(self, count: int) -> bool:
        """Whether so many more may be, and they are counted."""
        self._left -= count
        return self._left >= 0


class Implied:
    """Rules by a sign that every rule from which they follow must show: one value of a test for equality."""

    def __init__(self, rules: Iterable[Written], pairs: Pairs) -> None:
        self._pairs = pairs
        rules = tuple(rules)
        counts = Counter(sign for rule in rules for claim in rule.when.members for sign in _signs(claim))
        self._by_sign: dict[_Sign, list[Written]] = defaultdict(list)
        self._signless: list[Written] = []
        self._denied = {rule.rule.position: _denied(rule) for rule in rules}
        for rule in rules:
            found = [signs for claim in rule.when.members if (signs := _signs(claim))]
            if not found:
                self._signless.append(rule)
            for sign in min(found, key=lambda signs: sum(counts[sign] for sign in signs), default=()):
                self._by_sign[sign].append(rule)

    def by(self, premise: Written, wanted: Callable[[Written], bool]) -> Iterator[Written]:
        """The wanted rules that hold for certain whenever `premise` does, in the order of the file."""
        if self._pairs.are_spent():
            return
        signs = {sign for claim in claims_of(premise.when) for sign in _signs(claim)}
        found = {rule.rule.position: rule for sign in signs for rule in self._by_sign.get(sign, ())}
        found |= {rule.rule.position: rule for rule in self._signless}
        facts = facts_of(premise.when)
        for position in sorted(found):
            rule = found[position]
            if self._pairs.are_spent():
                return
            if rule is not premise and wanted(rule) and self._follows(premise, facts, rule):
                yield rule

    def _follows(self, premise: Written, facts: Facts | None, rule: Written) -> bool:
        denied = self._denied[rule.rule.position]
        if facts is None or denied is None:
            return self._pairs.take(PROOF_PAIRS) and follows(premise.when, rule.when)
        return self._pairs.take(1) and all(denies(facts, claim) for claim in denied)


def _denied(rule: Written) -> tuple[Claim, ...] | None:
    """The opposite of each line, where there are only plain lines."""
    claims = tuple(replace(one, affirmed=not one.affirmed) for one in rule.when.members if isinstance(one, Claim))
    return claims if len(claims) == len(rule.when.members) else None


def _signs(formula: object) -> tuple[_Sign, ...]:
    if isinstance(formula, Claim) and formula.affirmed and isinstance(formula.meaning, Values):
        return tuple((formula.parts, value) for value in formula.meaning.among)
    return ()
