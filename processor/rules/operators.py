"""The tests of a `when:` line, bound to what the rules file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processor.domain.condition import (
    Holds,
    Line,
    Operand,
    exists,
    fold,
    is_any,
    is_empty,
    is_none,
    number_test,
    text_test,
)
from processor.domain.numeral import number_of
from processor.domain.source import Source
from processor.rules.numbers import number_meant
from processor.rules.reading import fields, flag_of, scalars_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Scalar, Table, Tree
from processor.rules.vocabulary import KIND_NAMES, Kind, slip_of
from processor.text import Text

TESTS = (
    "is",
    "not",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "between",
    "exists",
    "empty",
)

_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
_NUMBER_TESTS: Mapping[str, Callable[[Decimal], Callable[[Decimal], bool]]] = {
    "at_least": lambda bound: lambda number: number >= bound,
    "more_than": lambda bound: lambda number: number > bound,
    "at_most": lambda bound: lambda number: number <= bound,
    "less_than": lambda bound: lambda number: number < bound,
}
_FITTING: Mapping[Kind, frozenset[str]] = {
    "text": frozenset(TESTS),
    "free": frozenset(TESTS),
    "number": frozenset(TESTS) - _TEXT_TESTS.keys(),
    "flag": frozenset(("is", "not", "in", "not_in", "exists", "empty")),
    "moment": frozenset(("exists", "empty")),
    "list": frozenset(("exists", "empty")),
    "part": frozenset(("exists", "empty")),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the file says that conditions are checked against."""

    sources: frozenset[str]
    own_types: frozenset[str]

    @classmethod
    def of(cls, sources: Mapping[str, Source], names: frozenset[str]) -> Known:
        """From the sources that could be read and the names of all that are written."""
        types = (ours for source in sources.values() for ours in source.event_types.values())
        return cls(frozenset(fold(name) for name in names), frozenset(fold(one) for one in types))


@dataclass(frozen=True, slots=True)
class At:
    """A path under test."""

    path: str
    parts: tuple[str, ...]
    kind: Kind


def tests_of(at: At, tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    """The tests that one line makes: a value (is), a list (in), or tests by name."""
    if not isinstance(tree, Table):
        yield from _test(at, "is" if isinstance(tree, Scalar) else "in", tree, known, report)
        return
    if not tree.entries:
        text = Text("условие пусто", "the condition is empty")
        report.add("value.empty", text, tree.place, Text("значение, список или проверка", "a value, a list or a test"))
    for name, field in fields(tree, TESTS, report).items():
        if name in _FITTING[at.kind]:
            yield from _test(at, name, field.value, known, report)
        else:
            _unfit(at, name, field.key, report)


def _unfit(at: At, name: str, scalar: Tree, report: Report) -> None:
    kind = KIND_NAMES[at.kind]
    text = Text(
        f"проверка «{name}» не для {named(at.path)}: там {kind.ru}",
        f'test "{name}" is not for {named(at.path)}: it is {kind.en}',
    )
    fitting = ", ".join(test for test in TESTS if test in _FITTING[at.kind])
    report.add("test.unfit", text, scalar.place, Text(f"одно из: {fitting}", f"one of: {fitting}"))


def _test(at: At, name: str, tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    if name not in _FITTING[at.kind]:
        _unfit(at, name, tree, report)
        return
    before = report.count
    if name in ("is", "not", "in", "not_in"):
        operands = tuple(_operands(at, tree, known, report))
        equals = frozenset(operand.folded for operand in operands) if name in ("is", "in") else None
        holds: Holds | None = is_any(operands) if equals is not None else is_none(operands)
        expected = _shown(operands)
    else:
        equals = None
        expected, holds = _bound(name, tree, report)
    if holds is not None and report.count == before:
        yield Line(at.path, at.parts, name, expected, holds, equals)


def _bound(name: str, tree: Tree, report: Report) -> tuple[str, Holds | None]:
    """How the test reads, and the test itself, bound to its operands."""
    if name in ("exists", "empty"):
        flag = flag_of(tree, report)
        shown = "true" if flag else "false"
        return (shown, None) if flag is None else (shown, exists(flag) if name == "exists" else is_empty(flag))
    if name in _NUMBER_TESTS or name == "between":
        return _number_bound(name, tree, report)
    operands = tuple(Operand(text, fold(text)) for text, _ in texts_of(tree, report))
    return _shown(operands), text_test(operands, _TEXT_TESTS[name])


def _number_bound(name: str, tree: Tree, report: Report) -> tuple[str, Holds | None]:
    wanted = 2 if name == "between" else 1
    scalars = scalars_of(tree, report) if name == "between" or isinstance(tree, Scalar) else ()
    numbers = [number for number in (_number(one, report) for one in scalars) if number is not None]
    if len(scalars) != wanted:
        text = Text("нужно не столько чисел", "that is not the right number of numbers")
        two = Text("два числа: [от, до]", "two numbers: [from, to]")
        report.add("test.number", text, tree.place, two if wanted == 2 else KIND_NAMES["number"])
    if len(numbers) != wanted:
        return "", None
    if name != "between":
        return str(numbers[0]), number_test(_NUMBER_TESTS[name](numbers[0]))
    low, high = numbers
    if low > high:
        text = Text(f"от {low} до {high}: ничего не подойдёт", f"from {low} to {high}: nothing fits")
        first = Text("сначала меньшее число", "the smaller number first")
        report.add("test.number", text, tree.place, first, fix=f"[{high}, {low}]")
    return f"{low}, {high}", number_test(lambda number: low <= number <= high)


def _number(scalar: Scalar, report: Report) -> Decimal | None:
    number = number_of(scalar.text)
    if number is None:
        text = Text(f"«{named(scalar.text)}» не число", f'"{named(scalar.text)}" is not a number')
        example = Text("число, например 5000 или 99,90", "such as 5000 or 99.90")
        report.add("test.number", text, scalar.place, example, fix=number_meant(scalar.text))
    return number


def _operands(at: At, tree: Tree, known: Known, report: Report) -> Iterator[Operand]:
    for text, scalar in texts_of(tree, report):
        if at.kind == "number":
            number = _number(scalar, report)
            yield Operand(text, fold(text), number)
        elif at.kind == "flag":
            yield Operand(text, fold(text), None, flag_of(scalar, report))
        elif at.kind == "free":
            yield Operand(text, fold(text), number_of(text) if scalar.plain else None, scalar.flag)
        else:
            _check_name(at, text, scalar, known, report)
            yield Operand(text, fold(text))


def _check_name(at: At, text: str, scalar: Scalar, known: Known, report: Report) -> None:
    """Sources must exist; an event type may be the sender's own word, but not a slip of one of ours."""
    if at.parts == ("source",) and fold(text) not in known.sources:
        message = Text(f"источника «{named(text)}» нет", f'there is no source "{named(text)}"')
        listed = ", ".join(sorted(known.sources)[:20]) or "—"
        report.add("source.unknown", message, scalar.place, Text(listed, listed), near(fold(text), known.sources))
    if at.parts == ("event",) and fold(text) not in known.own_types:
        slip = slip_of(text)
        if slip is not None:
            message = Text(f"неизвестный тип события «{named(text)}»", f'unknown type of event "{named(text)}"')
            own = Text(
                "известный тип; свой, похожий на него, объявляют в events: источника",
                "a known type; an own one that looks like it is declared in the source's events:",
            )
            report.add("event.unknown", message, scalar.place, own, slip)


def _shown(operands: tuple[Operand, ...]) -> str:
    return ", ".join(operand.text for operand in operands)
