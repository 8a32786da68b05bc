"""`examples:` of a rule: each an event, and what the rule makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from processor.domain.condition import fold
from processor.domain.example import START_MS, Example, Step
from processor.domain.rule import Rule, Ruleset
from processor.domain.source import Source
from processor.rules.examples.event import Stage, event_of
from processor.rules.examples.expectation import of_rule
from processor.rules.examples.history import earlier_of
from processor.rules.operators import Known
from processor.rules.reading import LIST_LENGTH_MAX, Field, fields, missing, text_of
from processor.rules.report import Report
from processor.rules.tree import Listing, Table, Tree, grow
from processor.text import Text

KEYS: Final = ("name", "event", "earlier", "expect")
NAME_CHARACTERS_MAX: Final = 200

_EXAMPLE = Text(
    "- event: {event: order.created}, expect: {tags: [Покупатель]}",
    "- event: {event: order.created}, expect: {tags: [Buyer]}",
)
_ELSEWHERE: Final[Mapping[str, Text]] = {
    "source": Text("внутри event: {source: …}", "inside event: {source: …}"),
    **dict.fromkeys(
        ("delivery", "story"), Text("в файле примеров: …examples.yaml", "in a file of examples: …examples.yaml")
    ),
    **dict.fromkeys(("tags", "remove_tags", "status", "variables", "utm"), Text("внутри expect", "inside expect")),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """The sources of a rules file, those that can be read and the names of all."""

    sources: Mapping[str, Source]
    known: Known


def check_examples(found: Mapping[str, Field], rules: Sequence[Rule], setting: Setting, report: Report) -> None:
    """Note what is wrong with the examples beside `rules`; what is right is not kept, since only `test` wants it."""
    for _ in examples_of(found, rules, setting, report):
        pass


def examples_of(
    found: Mapping[str, Field], rules: Sequence[Rule], setting: Setting, report: Report
) -> Iterator[Example]:
    """The examples beside `rules`, in the order of the file, `found` being the fields of its top."""
    tree = found["rules"].value if "rules" in found else None
    if not isinstance(tree, Listing):
        return
    for rule, entry in zip(rules, tree.items, strict=False):
        written = (
            next((value for key, value in entry.entries if key.text == "examples"), None)
            if isinstance(entry, Table)
            else None
        )
        if written is not None:
            yield from _beside(rule, written, setting, report)


def _beside(rule: Rule, tree: Tree, setting: Setting, report: Report) -> Iterator[Example]:
    if not isinstance(tree, Listing):
        text = Text("здесь должен быть список примеров", "a list of examples must stand here")
        report.add("value.kind", text, tree.place, _EXAMPLE)
        return
    if not tree.items:
        report.add("value.empty", Text("список пуст", "the list is empty"), tree.place, _EXAMPLE)
    if len(tree.items) > LIST_LENGTH_MAX:
        text = Text(f"примеров {len(tree.items)}", f"there are {len(tree.items)} examples")
        limit = Text(f"не больше {LIST_LENGTH_MAX}", f"at most {LIST_LENGTH_MAX}")
        report.add("value.too_long", text, tree.place, limit)
        return
    stage = Stage(setting.sources, setting.known, _source_meant(rule, setting.sources))
    for number, item in enumerate(tree.items, 1):
        example = _example(item, number, rule, stage, report)
        if example is not None:
            yield example


def _source_meant(rule: Rule, sources: Mapping[str, Source]) -> str | None:
    """The one source that the rule names; where it names none, any will do."""
    if rule.sources is None:
        return next(iter(sources), "example")
    names = [name for name in sources if fold(name) in rule.sources]
    return names[0] if len(names) == 1 else None


def _example(tree: Tree, number: int, rule: Rule, stage: Stage, report: Report) -> Example | None:
    found = fields(tree, KEYS, report, _ELSEWHERE)
    name = text_of(found["name"].value, report, NAME_CHARACTERS_MAX) if "name" in found else None
    event = event_of(found["event"].value, stage, START_MS, report) if "event" in found else None
    if "event" not in found and isinstance(tree, Table):
        missing(
            "event",
            tree.place,
            Text("событие: event: {event: order.created}", "what happens: event: {event: order.created}"),
            report,
        )
    expected = of_rule(found["expect"].value if "expect" in found else None, report)
    earlier = earlier_of(found["earlier"].value, stage, event, report) if "earlier" in found else ()
    if event is None:
        return None
    return Example(name or str(number), tree.place, (Step(START_MS, event),), expected, rule.position, earlier)


def examples_beside(ruleset: Ruleset) -> tuple[Example, ...]:
    """The examples beside the rules of a file that is right."""
    report = Report()
    tree = grow(ruleset.text, ruleset.file, report)
    found = {key.text: Field(key, value) for key, value in tree.entries} if isinstance(tree, Table) else {}
    known = Known.of(ruleset.sources, frozenset(ruleset.sources), ruleset.zones)
    return tuple(examples_of(found, ruleset.rules, Setting(ruleset.sources, known), report))
