"""Effects that never last: whenever their rule matches, a later one matches too and writes something else there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from processor.fault import Fault
from processor.rules.hygiene.formula import Every
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.implied import Implied, Pairs
from processor.rules.hygiene.refute import clash_in
from processor.rules.hygiene.written import Effect, Kind, Written
from processor.rules.report import named
from processor.text import Text

STOPS_LOOKED_AT_MAX: Final = 20

_KINDS: Final[Mapping[Kind, Text]] = {
    "tag": Text("тег", "the tag"),
    "status": Text("статус", "the status"),
    "variable": Text("переменная", "the variable"),
    "utm": Text("utm", "utm"),
}

_ONE: Final = Text("одно из двух", "one of the two")


@dataclass(frozen=True, slots=True)
class _Writer:
    written: Written
    effect: Effect


def replaced(rules: Sequence[Written]) -> Iterator[Fault]:
    """One warning for each such effect, at its place."""
    pairs = Pairs()
    stops = tuple(one for one in rules if one.rule.stop)
    writers: dict[tuple[Kind, str], list[_Writer]] = defaultdict(list)
    for written in rules:
        for effect in written.effects:
            writers[effect.kind, effect.name].append(_Writer(written, effect))
    for same in writers.values():
        if len({writer.effect.value for writer in same}) > 1:
            yield from _replaced(same, stops, pairs)


def _replaced(writers: Sequence[_Writer], stops: Sequence[Written], pairs: Pairs) -> Iterator[Fault]:
    # Within one rule the last word counts, as in a plan.
    last = {writer.written.rule.position: writer for writer in writers}
    for writer in writers:
        final = last[writer.written.rule.position]
        if final.effect.value != writer.effect.value:
            yield _said(writer, final)
    later = Implied((writer.written for writer in last.values() if writer.written.at_once), pairs)
    for position, writer in last.items():
        if not writer.written.at_once or writer.written.rule.stop:
            continue

        def other(rule: Written, writer: _Writer = writer, position: int = position) -> bool:
            mine, its = writer.effect, last[rule.rule.position].effect
            return rule.rule.position > position and its.value != mine.value and rule.whom == writer.written.whom

        found = (one for one in later.by(writer.written, other) if not _may_stop(stops, writer.written, one))
        winner = next(found, None)
        if winner is not None:
            yield _said(writer, last[winner.rule.position])


def _may_stop(stops: Sequence[Written], first: Written, last: Written) -> bool:
    """Whether a rule between the two may end the list before the last one is asked."""
    start, end = first.rule.position, last.rule.position
    between = [one for one in stops if start < one.rule.position < end]
    if len(between) > STOPS_LOOKED_AT_MAX:
        return True
    return any(clash_in(Every((first.when, stop.when))) is None for stop in between)


def _said(writer: _Writer, winner: _Writer) -> Fault:
    effect, kind = writer.effect, _KINDS[writer.effect.kind]
    name, line = named(winner.written.rule.name), winner.effect.scalar.place.line
    if effect.kind == "tag":
        return warning("effect.undone", _tag(effect, name, line), effect.scalar.place, _ONE)
    shown = named(effect.name or effect.value or "")
    text = Text(
        f"{kind.ru} «{shown}» не удержится: каждый раз своё значение ставит и правило «{name}» (строка {line})",
        f'{kind.en} "{shown}" never lasts: each time rule "{name}" (line {line}) writes its own value too',
    )
    expected = Text("общее правило выше, частное ниже", "the general rule above, the special one below")
    return warning("effect.replaced", text, effect.scalar.place, expected)


def _tag(effect: Effect, name: str, line: int) -> Text:
    tag = named(effect.name)
    if effect.value is not None:
        return Text(
            f"тег «{tag}» не удержится: его всегда снимает правило «{name}» (строка {line})",
            f'the tag "{tag}" never lasts: rule "{name}" (line {line}) always takes it off',
        )
    return Text(
        f"тег «{tag}» снят не будет: его всегда ставит правило «{name}» (строка {line})",
        f'the tag "{tag}" never stays off: rule "{name}" (line {line}) always puts it on',
    )
