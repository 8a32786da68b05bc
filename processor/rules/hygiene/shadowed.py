"""Rules that are never asked: an earlier one with `stop: true` matches whatever they would match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.implied import Implied, Pairs
from processor.rules.hygiene.written import Written
from processor.rules.report import named
from processor.text import Text


def shadowed(rules: Sequence[Written]) -> Iterator[tuple[Written, Fault]]:
    """Each such rule with its warning, which names the rule that stops before it."""
    stops = Implied((one for one in rules if one.rule.stop and one.at_once), Pairs())
    for written in rules:
        stop = next(stops.by(written, partial(_before, written)), None)
        if stop is not None:
            yield written, _said(written, stop)


def _before(written: Written, stop: Written) -> bool:
    return stop.rule.position < written.rule.position


def _said(written: Written, stop: Written) -> Fault:
    name, other = named(written.rule.name), named(stop.rule.name)
    text = Text(
        f"до правила «{name}» дело не дойдёт: правило «{other}» (строка {stop.rule.line}, stop: true) "
        "подходит всегда, когда подошло бы оно",
        f'rule "{name}" is never reached: rule "{other}" (line {stop.rule.line}, stop: true) matches whenever it would',
    )
    return warning("rule.shadowed", text, written.place, Text(f"место выше «{other}»", f'a place above "{other}"'))
