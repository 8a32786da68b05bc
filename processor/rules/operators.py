"""The tests of a `when:` line, bound to what the rules file says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from processor.domain.condition import (
    Holds,
    Line,
    Operand,
    exists,
    fold,
    is_any,
    is_empty,
    is_none,
    keys_of,
    number_test,
    text_test,
)
from processor.domain.home import Zones
from processor.domain.moment import written
from processor.domain.numeral import is_code, is_doubtful, number_of
from processor.domain.phone import normal_phone
from processor.domain.source import Source
from processor.rules.flags import flag_word
from processor.rules.moments import MOMENT_TESTS, is_date, moment_test
from processor.rules.numbers import number_meant
from processor.rules.patterns import matches_of
from processor.rules.reading import fields, flag_of, scalars_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Listing, Scalar, Table, Tree
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
    "matches",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "between",
    *MOMENT_TESTS,
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
_EQUALITY: Final = ("is", "not", "in", "not_in")
_MATCHES: Final = frozenset({"matches"})
_FITTING: Mapping[Kind, frozenset[str]] = {
    "text": frozenset(TESTS) - frozenset(MOMENT_TESTS),
    "free": frozenset(TESTS),
    "number": frozenset(TESTS) - _TEXT_TESTS.keys() - _MATCHES - frozenset(MOMENT_TESTS),
    "flag": frozenset((*_EQUALITY, "exists", "empty")),
    "moment": frozenset((*_EQUALITY, "between", *MOMENT_TESTS, "exists", "empty")),
    "list": frozenset(("exists", "empty")),
    "part": frozenset(("exists", "empty")),
}


_SPLIT = Text(
    "запятая делит поля: число пишут 5000, а с дробью — 5.5",
    "a comma parts fields: a number is written 5000, one with a fraction 5.5",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the file says that conditions are checked against; `lines` gathers those read so far."""

    sources: frozenset[str]
    own_types: frozenset[str]
    zones: Zones
    lines: dict[Hashable, tuple[Line, ...]] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, sources: Mapping[str, Source], names: frozenset[str], zones: Zones) -> Known:
        """From the sources that could be read, the names of all that are written, and their zones."""
        types = (ours for source in sources.values() for ours in source.event_types.values())
        return cls(frozenset(fold(name) for name in names), frozenset(fold(one) for one in types), zones)


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
    split = {key.text: _SPLIT for key, _ in tree.entries if key.text.isdecimal()}
    for name, field in fields(tree, TESTS, report, split).items():
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
    if _asks_moments(at, name, tree):
        expected, asks = moment_test(name, tree, known.zones, report)
    else:
        yield from _valued(at, name, tree, known, report)
        return
    if asks is not None and report.count == before:
        yield Line(at.path, at.parts, name, expected, _never, None, asks)


def _asks_moments(at: At, name: str, tree: Tree) -> bool:
    if at.kind == "moment":
        return name not in ("exists", "empty")
    return name in MOMENT_TESTS or (name == "between" and at.kind == "free" and _are_dates(tree))


def _valued(at: At, name: str, tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    """A test that needs to know the values alone."""
    before = report.count
    if name in _EQUALITY:
        operands = tuple(_operands(at, tree, known, report))
        equals = keys_of(operands) if name in ("is", "in") else None
        holds: Holds | None = is_any(operands) if equals is not None else is_none(operands)
        expected = _shown(operands)
    elif name in _TEXT_TESTS:
        operands = tuple(Operand(text, fold(text)) for text, _ in texts_of(tree, report))
        equals, expected, holds = None, _shown(operands), text_test(operands, _TEXT_TESTS[name])
    else:
        operands, equals = (), None
        expected, holds = _bound(name, tree, report)
    if holds is not None and report.count == before:
        yield Line(at.path, at.parts, name, expected, holds, equals, values=tuple(one.text for one in operands))


def _never(values: Sequence[Any]) -> bool:  # noqa: ARG001 - the shape of every test
    return False


def _are_dates(tree: Tree) -> bool:
    items = tree.items if isinstance(tree, Listing) else ()
    return bool(items) and all(isinstance(item, Scalar) and is_date(item.text) for item in items)


def _bound(name: str, tree: Tree, report: Report) -> tuple[str, Holds | None]:
    """How the test reads, and the test itself, bound to its operands."""
    if name in ("exists", "empty"):
        flag = flag_of(tree, report)
        shown = "true" if flag else "false"
        return (shown, None) if flag is None else (shown, exists(flag) if name == "exists" else is_empty(flag))
    if name in _NUMBER_TESTS or name == "between":
        return _number_bound(name, tree, report)
    return matches_of(tree, report)


def _number_bound(name: str, tree: Tree, report: Report) -> tuple[str, Holds | None]:
    wanted = 2 if name == "between" else 1
    scalars = scalars_of(tree, report) if name == "between" or isinstance(tree, Scalar) else ()
    numbers = [number for number in (_number(one, report) for one in scalars) if number is not None]
    if len(scalars) != wanted:
        text = Text("нужно не столько чисел", "that is not the right number of numbers")
        two = Text("два числа: [от, до], без запятых внутри", "two numbers: [from, to], without commas inside")
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
    if is_doubtful(scalar.text):
        plain = scalar.text.strip().replace(",", "")
        text = Text(
            f"«{named(scalar.text)}» читают и как тысячи, и как дробь",
            f'"{named(scalar.text)}" is thousands or a fraction',
        )
        point = scalar.text.strip().replace(",", ".")
        report.add("test.number", text, scalar.place, Text(f"{plain} или {point}", f"{plain} or {point}"), plain)
    elif number is None:
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
            yield _free(text, scalar)
        else:
            check_name(at, text, scalar, known, report)
            yield Operand(text, fold(_as_event(at, text)))


def _free(text: str, scalar: Scalar) -> Operand:
    """Without quotes a text also stands for the number, the yes or no, or the day that it writes; 007 is a name."""
    if not scalar.plain:
        return Operand(text, fold(text))
    said = written(text)
    day = said.day if said and said.clock is None and said.zone is None else None
    number = None if is_code(text) else number_of(text)
    return Operand(text, fold(text), number, flag_word(text), day)


def _as_event(at: At, text: str) -> str:
    """A phone is +79000000001 in events, however the rule writes it."""
    return (normal_phone(text) or text) if at.parts == ("customer", "phone") else text


def check_name(at: At, text: str, scalar: Scalar, known: Known, report: Report) -> None:
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
