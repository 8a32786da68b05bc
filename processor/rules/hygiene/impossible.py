"""Rules that can never match: two of their lines contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.refute import Clash, clash_in
from processor.rules.hygiene.written import Written
from processor.rules.report import named
from processor.text import Text


def impossible(rules: Iterable[Written]) -> Iterator[tuple[Written, Fault]]:
    """Each such rule, with its warning at the second of the two lines."""
    for written in rules:
        clash = clash_in(written.when)
        if clash is not None:
            yield written, _said(written, clash)


def _said(written: Written, clash: Clash) -> Fault:
    name = named(written.rule.name)
    first, second, line = clash.first.said, clash.second.said, clash.first.place.line
    why = Text(
        f"«{first}» (строка {line}) и «{second}» вместе невозможны",
        f'"{first}" (line {line}) and "{second}" cannot both hold',
    )
    text = Text(
        f"правило «{name}» не сработает никогда: {why.ru}",
        f'rule "{name}" can never match: {why.en}',
    )
    expected = Text(
        "одно из двух; для «одно или другое» — any: [{…}, {…}]", "one of the two; for either of them any: [{…}, {…}]"
    )
    return warning("rule.never", text, clash.second.place, expected)
