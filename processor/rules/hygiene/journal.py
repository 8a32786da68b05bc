"""Warnings that take what really came into account."""

from __future__ import annotations

from collections.abc import Iterable

from processor.domain.event import Event
from processor.domain.rule import Ruleset
from processor.fault import Fault
from processor.rules.hygiene.reads import reads_of
from processor.rules.hygiene.seen import gather
from processor.rules.hygiene.unmatched import unclaimed_types, unmatched
from processor.rules.hygiene.unseen import unseen
from processor.rules.hygiene.warnings import in_order
from processor.rules.hygiene.written import written_rules
from processor.rules.report import Report
from processor.rules.tree import Tree, grow


def journal_warnings_of(ruleset: Ruleset, events: Iterable[Event], tree: Tree | None = None) -> tuple[Fault, ...]:
    """Warnings about the rules in the light of these events, gone through once, in the order of their places. Pure.

    `tree` is that of the ruleset's text; without it the text is read again. Without events there is nothing to say.
    """
    tree = tree or grow(ruleset.text, ruleset.file, Report())
    if tree is None:
        return ()
    rules = written_rules(ruleset, tree)
    paths = {one.rule.position: tuple(dict.fromkeys(read.parts for read in reads_of(one))) for one in rules}
    seen = gather(ruleset, events, paths)
    return in_order((*unmatched(rules, seen), *unclaimed_types(ruleset, tree, rules, seen), *unseen(rules, seen)))
