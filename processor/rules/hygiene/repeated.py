"""Rules that say the same twice: the same conditions and the same effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processor.fault import Fault
from processor.rules.hygiene.formula import Claim, Formula
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.written import Written
from processor.rules.report import named
from processor.text import Text


def repeated(rules: Iterable[Written]) -> Iterator[tuple[Written, Fault]]:
    """Each rule that repeats an earlier one, with its warning."""
    seen: dict[object, Written] = {}
    for written in rules:
        rule = written.rule
        how = (rule.stop, rule.urgent, rule.settle_ms, _other_keys(written))
        own = (key_of(written.when), written.then, written.whom, how)
        first = seen.setdefault(own, written)
        if first is not written:
            yield written, _said(written, first)


def key_of(formula: Formula) -> object:
    """The same for conditions that are the same but for the order of their lines."""
    if isinstance(formula, Claim):
        return formula.sense
    return (type(formula).__name__, frozenset(key_of(member) for member in formula.members))


def _other_keys(written: Written) -> object:
    return None if written.at_once else written.place  # a rule with a time of its own is compared with none


def _said(written: Written, first: Written) -> Fault:
    name, other = named(written.rule.name), named(first.rule.name)
    text = Text(
        f"правило «{name}» повторяет правило «{other}» (строка {first.rule.line}): те же условия, те же действия",
        f'rule "{name}" repeats rule "{other}" (line {first.rule.line}): the same conditions, the same effects',
    )
    return warning("rule.duplicate", text, written.place, Text("одно из двух", "one of the two"))
