"""Rules that matched nothing of what came, and types of events that no rule takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from processor.domain.condition import Line, fold
from processor.domain.rule import Ruleset
from processor.domain.template import shortened
from processor.fault import Fault
from processor.rules.hygiene.formula import claims_of
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.seen import Miss, Seen, takes
from processor.rules.hygiene.types import source_places
from processor.rules.hygiene.written import Written
from processor.rules.report import named
from processor.rules.tree import Tree
from processor.rules.vocabulary import kind_of
from processor.scrub import mask_people
from processor.text import Text

TYPES_SHOWN_MAX: Final = 10


def unmatched(rules: Sequence[Written], seen: Seen) -> Iterator[Fault]:
    """A warning for each rule that matched no event, with what it failed by where it came nearest."""
    for written in rules:
        if written.rule.position in seen.matched or not seen.events or _needs_more(written):
            continue
        count = sum(events for kind, events in seen.kinds.items() if takes(written.rule, kind))
        name = named(written.rule.name)
        text = Text(
            f"правило «{name}» не подошло ни к одному из последних событий "
            f"({seen.events}; его типа и источника: {count})",
            f'rule "{name}" matched none of the latest events ({seen.events}; of its type and source: {count})',
        )
        yield warning("rule.unmatched", text, written.place, _nearest(seen.misses.get(written.rule.position)))


def _needs_more(written: Written) -> bool:
    """Whether one event by itself does not decide: conditions on earlier ones."""
    return any(kind_of(claim.parts) is None for claim in claims_of(written.when))


def _nearest(miss: Miss | None) -> Text | None:
    if miss is None:
        return None
    if miss.line is None:
        return Text(
            "условия выполнялись, но список раньше закончило правило со stop: true",
            "its conditions held, but a rule with stop: true had ended the list",
        )
    if not isinstance(miss.line, Line):
        return Text(f"ближе всего: не выполнено «{miss.line.kind}»", f'nearest: "{miss.line.kind}" failed')
    wanted = shortened(f"{miss.line.path} {miss.line.test} {miss.line.expected}")
    if miss.actual is None:
        return Text(f"ближе всего: {wanted}, а поля не было", f"nearest: {wanted}, but there was no such field")
    actual = shortened(mask_people(miss.actual), 60)
    return Text(f"ближе всего: {wanted}, а было «{actual}»", f'nearest: {wanted}, but it was "{actual}"')


def unclaimed_types(ruleset: Ruleset, tree: Tree, rules: Sequence[Written], seen: Seen) -> Iterator[Fault]:
    """One warning a source: the types that came and that no rule takes, the most frequent first."""
    names = {fold(name): name for name in ruleset.sources}
    places = source_places(tree)
    left: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for kind, count in seen.kinds.most_common():
        if kind[0] in names and not any(takes(written.rule, kind) for written in rules):
            left[names[kind[0]]].append((seen.named[kind][1], count))
    for name, types in left.items():
        if name in places:
            listed = _listed(types)
            text = Text(
                f"от «{named(name)}» пришли события, которых не берёт ни одно правило: {listed}",
                f'"{named(name)}" sent events that no rule takes: {listed}',
            )
            yield warning("type.unclaimed", text, places[name])


def _listed(types: Sequence[tuple[str, int]]) -> str:
    shown = ", ".join(f"{shortened(name, 60)} × {count}" for name, count in types[:TYPES_SHOWN_MAX])
    return shown + (", …" if len(types) > TYPES_SHOWN_MAX else "")
