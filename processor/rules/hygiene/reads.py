"""Every field that a rule reads: in its conditions and in its templates, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from processor.domain.template import TemplateFault, is_constant, parse
from processor.fault import Place
from processor.rules.hygiene.formula import Claim, Every, Formula
from processor.rules.hygiene.meaning import Blank, Opaque
from processor.rules.hygiene.written import Written, part
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import kind_of

_OF_EVERY_EVENT = frozenset(("source", "event", "received_at", "occurred_at", "thin"))
# What a Liquid path may end with besides a field.
_LIQUID = frozenset(("size", "first", "last"))


@dataclass(frozen=True, slots=True)
class Read:
    """A path, where it is written, and the claim that reads it, unless a template does."""

    parts: tuple[str, ...]
    place: Place
    claim: Claim | None = None


def reads_of(written: Written) -> Iterator[Read]:
    """The fields without which the rule does not match, or a template of it is not filled in."""
    for claim in _certain(written.when):
        if claim.key is not None and _needs_field(claim) and claim.parts[0] not in _OF_EVERY_EVENT:
            yield Read(claim.parts, claim.key.place, claim)
    for name in ("then", "contact"):
        for scalar in _templates(part(written.table, name)):
            for parts in _paths_in(scalar.text):
                yield Read(parts, scalar.place)


def _certain(formula: Formula) -> Iterator[Claim]:
    """The claims that must hold: of alternatives one may be for another shop."""
    if isinstance(formula, Claim):
        yield formula
    elif isinstance(formula, Every):
        for member in formula.members:
            yield from _certain(member)


def _needs_field(claim: Claim) -> bool:
    if isinstance(claim.meaning, Opaque) or kind_of(claim.parts) is None or claim.turned:
        return False
    return not claim.affirmed if isinstance(claim.meaning, Blank) else claim.affirmed


def _templates(tree: Tree | None) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        if not is_constant(tree.text):
            yield tree
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _templates(item)
    elif isinstance(tree, Table):
        for _, value in tree.entries:
            yield from _templates(value)


def _paths_in(source: str) -> Iterator[tuple[str, ...]]:
    """The fields that a template without a fallback or a choice prints for certain."""
    if "default" in source or "{%" in source:
        return
    try:
        parsed = parse(source, 0).parsed
    except TemplateFault:
        return
    for variables in parsed.analyze().globals.values() if parsed is not None else ():
        for variable in variables:
            parts = tuple(variable.segments)
            if all(isinstance(one, str) for one in parts) and not _LIQUID & set(parts) and len(parts) > 1:
                yield tuple(str(one) for one in parts)
