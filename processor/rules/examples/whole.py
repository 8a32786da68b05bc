"""A file of examples beside the rules: what comes in, once or step by step, and what all rules make of it together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from processor.domain.event import Event
from processor.domain.example import START_MS, Example, Step
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound
from processor.fault import Place
from processor.rules.duration import ttl_ms_of
from processor.rules.examples.beside import NAME_CHARACTERS_MAX
from processor.rules.examples.delivery import delivery_of
from processor.rules.examples.event import Stage, event_of
from processor.rules.examples.expectation import of_whole
from processor.rules.examples.history import earlier_of
from processor.rules.examples.values import moment_of
from processor.rules.operators import Known
from processor.rules.reading import Field, fields, missing, text_of
from processor.rules.report import Report, TooManyFaultsError, named
from processor.rules.tree import Listing, Scalar, Table, Tree, grow
from processor.text import Text

TOP_KEYS: Final = ("version", "examples")
KEYS: Final = ("name", "note", "event", "delivery", "story", "earlier", "expect")
STEP_KEYS: Final = ("event", "delivery", "at", "after")
STEPS_MAX: Final = 100

GIVEN: Final = ("event", "delivery", "story")
_ONE_OF = Text("одно из: event, delivery, story", "one of: event, delivery, story")
_TIMING = Text("в шагах story", "in the steps of a story")


def examples_path(rules: Path) -> Path:
    """The file of examples that belongs to a rules file: rules.yaml has rules.examples.yaml."""
    return rules.with_name(f"{rules.stem}.examples{rules.suffix}")


def compile_examples(text: str, file: str, ruleset: Ruleset) -> tuple[Example, ...]:
    """The examples of `text`; `file` is its name in faults. Raises FaultsFound with every fault, and nothing else."""
    report = Report()
    examples: list[Example] = []
    try:
        tree = grow(text, file, report)
        if tree is None and not report.count:
            empty = Text("файл пуст", "the file is empty")
            report.add("file.empty", empty, Place(file, 1, 1), Text("examples: […]", "examples: […]"))
        if tree is not None:
            examples = _examples(tree, ruleset, report)
    except TooManyFaultsError:
        message = Text("ошибок слишком много; сначала исправьте эти", "too many faults; mend these first")
        raise FaultsFound([*report.in_order(), report.last(message)]) from None
    if report.count:
        raise FaultsFound(report.in_order())
    return tuple(examples)


def _examples(tree: Tree, ruleset: Ruleset, report: Report) -> list[Example]:
    found = fields(tree, TOP_KEYS, report, {"rules": Text("в файле правил", "in the rules file")})
    version = found["version"].value if "version" in found else None
    if version is not None and not (isinstance(version, Scalar) and version.text == "1"):
        text = Text("неизвестная версия файла примеров", "unknown version of the file of examples")
        report.add("version.unknown", text, version.place, Text("version: 1", "version: 1"))
    if "examples" not in found:
        if isinstance(tree, Table):
            missing("examples", tree.place, Text("список примеров", "a list of examples"), report)
        return []
    listed = found["examples"].value
    if not isinstance(listed, Listing):
        text = Text("здесь должен быть список примеров", "a list of examples must stand here")
        report.add("value.kind", text, listed.place, Text("каждый с «- name:»", 'each with "- name:"'))
        return []
    stage = Stage(ruleset.sources, Known.of(ruleset.sources, frozenset(ruleset.sources), ruleset.zones), _only(ruleset))
    rules = {rule.name: rule.position for rule in ruleset.rules}
    names: dict[str, Place] = {}
    read = [_example(item, names, stage, rules, report) for item in listed.items]
    return [example for example in read if example is not None]


def _only(ruleset: Ruleset) -> str | None:
    """The one source of the rules, which then need not be named."""
    return next(iter(ruleset.sources)) if len(ruleset.sources) == 1 else None


def _example(
    tree: Tree, names: dict[str, Place], stage: Stage, rules: Mapping[str, int], report: Report
) -> Example | None:
    found = fields(tree, KEYS, report, {"at": _TIMING, "after": _TIMING})
    if not isinstance(tree, Table):
        return None
    name = _name(tree, found, names, report)
    given = [found[one] for one in GIVEN if one in found]
    if not given:
        missing("event", tree.place, _ONE_OF, report)
    for extra in given[1:]:
        text = Text(
            f"«{extra.key.text}» лишнее: уже есть «{given[0].key.text}»",
            f'"{extra.key.text}" is one too many: there is "{given[0].key.text}"',
        )
        report.add("example.given", text, extra.key.place, _ONE_OF)
    steps = _story(found["story"].value, stage, report) if "story" in found else _single(found, stage, report)
    if "expect" in found:
        expected = of_whole(found["expect"].value, rules, report)
    else:
        missing(
            "expect",
            tree.place,
            Text("expect: {rules: [Название правила]}", "expect: {rules: [Name of a rule]}"),
            report,
        )
        return None
    first = steps[0].given if steps else None
    event = first if isinstance(first, Event) else None
    earlier = earlier_of(found["earlier"].value, stage, event, report) if "earlier" in found else ()
    return Example(name, tree.place, steps, expected, None, earlier) if steps else None


def _name(tree: Table, found: Mapping[str, Field], names: dict[str, Place], report: Report) -> str:
    if "name" not in found:
        missing("name", tree.place, Text("название примера", "the example's name"), report)
        return ""
    value = found["name"].value
    name = text_of(value, report, NAME_CHARACTERS_MAX) or ""
    first = names.setdefault(name, value.place) if name else value.place
    if first != value.place:
        text = Text(
            f"пример «{named(name)}» уже есть в строке {first.line}",
            f'example "{named(name)}" stands in line {first.line} already',
        )
        report.add("example.repeated", text, value.place, Text("своё имя у каждого", "a name of its own for each"))
    return name


def _single(found: Mapping[str, Field], stage: Stage, report: Report) -> tuple[Step, ...]:
    step = _given(found, START_MS, stage, report)
    return (step,) if step else ()


def _given(found: Mapping[str, Field], at_ms: int, stage: Stage, report: Report) -> Step | None:
    if "event" in found:
        event = event_of(found["event"].value, stage, at_ms, report)
        return Step(at_ms, event) if event else None
    if "delivery" in found:
        delivery = delivery_of(found["delivery"].value, stage, report)
        return Step(at_ms, delivery) if delivery else None
    return None


def _story(tree: Tree, stage: Stage, report: Report) -> tuple[Step, ...]:
    """Steps in their order; each comes `after` the one before (at once, when nothing is said) or `at` a moment."""
    if not isinstance(tree, Listing) or not tree.items:
        text = Text("здесь должен быть список шагов", "a list of steps must stand here")
        report.add("value.kind", text, tree.place, Text("- {event: …, after: 1h}", "- {event: …, after: 1h}"))
        return ()
    if len(tree.items) > STEPS_MAX:
        text = Text(f"шагов {len(tree.items)}", f"there are {len(tree.items)} steps")
        report.add("value.too_long", text, tree.place, Text(f"не больше {STEPS_MAX}", f"at most {STEPS_MAX}"))
        return ()
    steps: list[Step] = []
    at_ms = START_MS
    for number, item in enumerate(tree.items):
        found = fields(item, STEP_KEYS, report, {"expect": Text("рядом со story", "beside story")})
        at_ms = _moment_ms(found, at_ms, first=number == 0, report=report)
        if isinstance(item, Table) and not found.keys() & {"event", "delivery"}:
            missing("event", item.place, Text("event или delivery", "event or delivery"), report)
        step = _given(found, at_ms, stage, report)
        if step is not None:
            steps.append(step)
    return tuple(steps)


def _moment_ms(found: Mapping[str, Field], at_ms: int, *, first: bool, report: Report) -> int:
    if "at" in found and "after" in found:
        text = Text("«at» и «after» вместе", '"at" and "after" together')
        report.add("example.moment", text, found["after"].key.place, Text("одно из двух", "one of the two"))
    if "at" in found:
        moment = moment_of(found["at"].value, "Europe/Moscow", report)
        then_ms = int(moment.timestamp() * 1000) if moment else at_ms
        if then_ms < at_ms and not first:
            text = Text("раньше предыдущего шага", "before the step above")
            report.add("example.moment", text, found["at"].value.place, Text("шаги по порядку", "steps in their order"))
            return at_ms
        return then_ms
    lapse_ms = ttl_ms_of(found["after"].value, report) if "after" in found else None
    return at_ms + (lapse_ms or 0)
