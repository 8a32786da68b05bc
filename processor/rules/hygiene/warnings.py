"""Every warning that a rules file deserves, from the file alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from processor.domain.rule import Ruleset
from processor.fault import Fault
from processor.rules.hygiene.alike import alike
from processor.rules.hygiene.alphabets import alphabets
from processor.rules.hygiene.impossible import impossible
from processor.rules.hygiene.repeated import repeated
from processor.rules.hygiene.replaced import replaced
from processor.rules.hygiene.shadowed import shadowed
from processor.rules.hygiene.status_length import status_lengths
from processor.rules.hygiene.types import never_sent, unclaimed_sources
from processor.rules.hygiene.utm import utm
from processor.rules.hygiene.written import Written, written_rules
from processor.rules.report import Report
from processor.rules.tree import Tree, grow
from processor.text import Text

WARNINGS_MAX: Final = 200


def warnings_of(ruleset: Ruleset, tree: Tree | None = None) -> tuple[Fault, ...]:
    """The warnings in the order of their places, at most WARNINGS_MAX. Pure.

    `tree` is that of the ruleset's text; without it the text is read again.
    """
    tree = tree or grow(ruleset.text, ruleset.file, Report())
    if tree is None:
        return ()
    every = written_rules(ruleset, tree)
    never = list(impossible(every))
    rules = _without(every, (written.rule.position for written, _ in never))
    twice = list(repeated(rules))
    hidden = list(shadowed(_without(rules, (written.rule.position for written, _ in twice))))
    live = _without(rules, (written.rule.position for written, _ in (*twice, *hidden)))
    mixed = tuple(alphabets(every))
    told = frozenset(fault.place for fault in mixed)
    return in_order(
        (
            *(fault for _, fault in (*never, *twice, *hidden)),
            *replaced(live),
            *mixed,
            *(fault for fault in alike(every) if fault.place not in told),
            *status_lengths(every),
            *never_sent(ruleset, every),
            *unclaimed_sources(ruleset, tree, every),
            *utm(ruleset, every),
        )
    )


def _without(rules: Sequence[Written], positions: Iterable[int]) -> tuple[Written, ...]:
    gone = frozenset(positions)
    return tuple(one for one in rules if one.rule.position not in gone)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By place, each once, WARNINGS_MAX of them and a word about the rest."""
    once = {(fault.code, fault.place, fault.text): fault for fault in faults}
    found = sorted(once.values(), key=lambda fault: (fault.place is not None, fault.place))
    if len(found) <= WARNINGS_MAX:
        return tuple(found)
    more = len(found) - WARNINGS_MAX
    text = Text(f"и ещё предупреждений: {more}", f"and {more} more warnings")
    return (*found[:WARNINGS_MAX], Fault("warnings.more", text, found[WARNINGS_MAX].place, severity="warning"))
