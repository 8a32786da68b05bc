"""Whether conditions can hold together at all. Never wrong when it says no; it may miss a contradiction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from processor.rules.hygiene.formula import Claim, Every, Formula, Some, negated
from processor.rules.hygiene.meaning import Blank, Opaque, Present, Values, apart, within

STEPS_MAX: Final = 2_000
"""Claims looked at in one proof; a file that needs more is no file of a person."""


Facts: TypeAlias = Mapping[tuple[str, ...], tuple[Claim, ...]]
"""Claims that all hold, by their paths."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two claims that cannot hold together."""

    first: Claim
    second: Claim


class _TooLongError(Exception):
    """The proof outgrew STEPS_MAX."""


@dataclass(slots=True)
class _Proof:
    steps: int = 0
    clash: Clash | None = None


@dataclass(slots=True)
class _Branch:
    """What is claimed so far, by path, and the choices that are still open."""

    claims: dict[tuple[str, ...], tuple[Claim, ...]] = field(default_factory=dict)
    choices: tuple[Some, ...] = ()


def clash_in(formula: Formula) -> Clash | None:
    """Two claims for which the formula can never hold, or None when it may hold as far as is known."""
    proof = _Proof()
    try:
        return proof.clash if _closes(_Branch(), (formula,), proof) else None
    except _TooLongError:
        return None


def follows(premise: Formula, conclusion: Formula) -> bool:
    """Whether `conclusion` holds for certain whenever `premise` does."""
    try:
        return _closes(_Branch(), (premise, negated(conclusion)), _Proof())
    except _TooLongError:
        return False


def facts_of(formula: Every) -> Facts | None:
    """The claims of a formula that has nothing but claims; else None."""
    facts: dict[tuple[str, ...], tuple[Claim, ...]] = {}
    for member in formula.members:
        if not isinstance(member, Claim):
            return None
        facts[member.parts] = (*facts.get(member.parts, ()), member)
    return facts


def denies(facts: Facts, claim: Claim) -> bool:
    """Whether the facts exclude the claim: `clash_in` for claims alone, which needs no branches."""
    known = facts.get(claim.parts, ())
    if any(contradict(one, claim) for one in known):
        return True
    return len(known) > 1 and _exhausted((*known, claim)) is not None


def _closes(branch: _Branch, formulas: tuple[Formula, ...], proof: _Proof) -> bool:
    """Whether the formulas contradict each other or the branch, whichever way the choices go."""
    todo = list(reversed(formulas))
    while todo:
        formula = todo.pop()
        if isinstance(formula, Every):
            todo.extend(reversed(formula.members))
        elif isinstance(formula, Some):
            branch.choices = (*branch.choices, formula)
        elif _adds_clash(branch.claims, formula, proof):
            return True
    if not branch.choices:
        return False
    choice = min(branch.choices, key=lambda one: len(one.members))
    rest = tuple(one for one in branch.choices if one is not choice)
    return all(_closes(_Branch(dict(branch.claims), rest), (member,), proof) for member in choice.members)


def _adds_clash(claims: dict[tuple[str, ...], tuple[Claim, ...]], claim: Claim, proof: _Proof) -> bool:
    proof.steps += 1
    if proof.steps > STEPS_MAX:
        raise _TooLongError
    before = claims.get(claim.parts, ())
    claims[claim.parts] = (*before, claim)
    other = next((one for one in before if contradict(one, claim)), None) or _exhausted(claims[claim.parts])
    if other is not None:
        proof.clash = Clash(other, claim)
    return other is not None


def _exhausted(claims: tuple[Claim, ...]) -> Claim | None:
    """A claim of which each value is ruled out, one by this claim, another by that."""
    for claim in claims:
        others = tuple(one for one in claims if one is not claim)
        meaning = claim.meaning
        if len(others) < 2 or not claim.affirmed or not isinstance(meaning, Values):  # a pair was compared as it is
            continue
        if all(_ruled_out(claim, Values(frozenset({value})), others) for value in meaning.among):
            return claim
    return None


def _ruled_out(claim: Claim, value: Values, others: tuple[Claim, ...]) -> bool:
    alone = Claim(claim.parts, value, True, claim.single, claim.written, claim.place)
    return any(contradict(alone, other) for other in others)


def contradict(one: Claim, other: Claim) -> bool:
    """Whether two claims about the same path exclude each other."""
    if isinstance(one.meaning, Opaque) or isinstance(other.meaning, Opaque):
        return one.meaning == other.meaning and one.affirmed is not other.affirmed
    if isinstance(one.meaning, Present | Blank):
        return _without(one, one.meaning, other)
    if isinstance(other.meaning, Present | Blank):
        return _without(other, other.meaning, one)
    if one.affirmed and other.affirmed:
        return one.single and apart(one.meaning, other.meaning)
    yes, no = (one.meaning, other.meaning) if one.affirmed else (other.meaning, one.meaning)
    return one.affirmed is not other.affirmed and within(yes, no)


def _without(one: Claim, meaning: Present | Blank, other: Claim) -> bool:
    """Whether one claim leaves nothing, or nothing but blanks, where the other needs something."""
    absent = isinstance(meaning, Present) and not one.affirmed
    filled = isinstance(meaning, Blank) and not one.affirmed
    if isinstance(other.meaning, Present):
        return filled and not other.affirmed
    if isinstance(other.meaning, Blank):
        return absent and not other.affirmed
    nothing = absent or (isinstance(meaning, Blank) and one.affirmed)
    return nothing and other.affirmed
