"""A rule as it stands in the file: its conditions as a formula, its effects one by one, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from processor.domain.rule import Rule, Ruleset
from processor.fault import Place
from processor.rules.hygiene.formula import Every, formula_of, written_of
from processor.rules.tree import Listing, Scalar, Table, Tree

Kind = Literal["tag", "status", "variable", "utm"]

KNOWN_KEYS: Final = frozenset(
    ("name", "note", "enabled", "when", "then", "contact", "stop", "bot", "urgent", "settle", "examples")
)
"""What may stand on a rule that acts at once; anything else may change when it acts, or whether."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a rule writes: `value` as the file says it, None for what is taken away.

    `scalar` is the name of a tag or a variable, else the value.
    """

    kind: Kind
    name: str
    value: str | None
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Written:
    """An enabled rule. `at_once`: it acts when its event comes, not later; `whom`: what decides about its contact."""

    rule: Rule
    table: Table
    place: Place
    when: Every
    effects: tuple[Effect, ...]
    at_once: bool
    whom: str
    then: str


def written_rules(ruleset: Ruleset, tree: Tree) -> tuple[Written, ...]:
    """The enabled rules of the file whose tree this is, in its order."""
    listing = part(tree, "rules")
    if not isinstance(listing, Listing) or len(listing.items) != len(ruleset.rules):
        return ()
    pairs = zip(ruleset.rules, listing.items, strict=True)
    return tuple(_written(rule, table) for rule, table in pairs if rule.enabled and isinstance(table, Table))


def part(tree: Tree | None, name: str) -> Tree | None:
    """What stands under a key of a table."""
    entries = tree.entries if isinstance(tree, Table) else ()
    return next((value for key, value in entries if key.text == name), None)


def scalars(tree: Tree | None) -> tuple[Scalar, ...]:
    """One value or a list of them."""
    listed = tree.items if isinstance(tree, Listing) else (tree,)
    return tuple(one for one in listed if isinstance(one, Scalar))


def _written(rule: Rule, table: Table) -> Written:
    then = part(table, "then")
    name = part(table, "name")
    contact = part(then, "contact") or part(table, "contact")
    return Written(
        rule=rule,
        table=table,
        place=name.place if name else table.place,
        when=formula_of(part(table, "when")),
        effects=tuple(_effects(then)),
        at_once=all(key.text in KNOWN_KEYS for key, _ in table.entries),
        whom=f"{rule.bot}:{written_of(contact) if contact else ''}",
        then=written_of(then) if then else "",
    )


def _effects(then: Tree | None) -> Iterator[Effect]:
    """In the order in which a plan applies them."""
    for scalar in scalars(part(then, "tags")):
        yield Effect("tag", scalar.text.strip(), "", scalar)
    for scalar in scalars(part(then, "remove_tags")):
        yield Effect("tag", scalar.text.strip(), None, scalar)
    variables = part(then, "variables")
    for key, value in variables.entries if isinstance(variables, Table) else ():
        if isinstance(value, Scalar):
            yield Effect("variable", key.text.strip(), value.text.strip(), key)
    for scalar in scalars(part(then, "remove_variables")):
        yield Effect("variable", scalar.text.strip(), None, scalar)
    status = part(then, "status")
    if isinstance(status, Table):
        each = part(status, "each")
        status = part(status, "value")
        if isinstance(each, Scalar) and each.flag and isinstance(status, Scalar):
            # Every one of a row is sent: none of them undoes another.
            yield Effect("status", f"each:{status.place}", status.text.strip(), status)
            status = None
    if isinstance(status, Scalar):
        yield Effect("status", "", status.text.strip(), status)
    utm = part(then, "utm")
    if isinstance(utm, Scalar):
        yield Effect("utm", "", utm.text, utm)
