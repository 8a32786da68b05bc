"""What a test of a condition accepts, as sets of values that can be compared without any event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from processor.domain.numeral import number_of

TextTest = Literal["contains", "starts_with", "ends_with"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a rule as `condition.same` compares it: by text, by number, as a boolean."""

    folded: str
    number: Decimal | None = None
    flag: bool | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """An element equals one of them."""

    among: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Texts:
    """An element's text has one of the (folded) parts where `how` says."""

    how: TextTest
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Range:
    """An element is a number between the two; None is no bound, an open end leaves the bound itself out."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False

    def holds(self, number: Decimal) -> bool:
        """Whether the number lies within."""
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = self.high is None or number < self.high or (number == self.high and not self.high_open)
        return above and below


@dataclass(frozen=True, slots=True)
class Present:
    """The field is there."""


@dataclass(frozen=True, slots=True)
class Blank:
    """The field is missing or has nothing in it."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A test that is not looked into: it follows only from itself. `written` is how it stands in the file."""

    written: str


Element = Values | Texts | Range
Meaning = Element | Present | Blank | Opaque

_HOW: Final[Mapping[TextTest, Callable[[str, str], bool]]] = {
    "contains": lambda text, part: part in text,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def within(one: Element, other: Element) -> bool:
    """Whether whatever `one` accepts, `other` accepts too, for certain."""
    if isinstance(one, Values):
        return _values_within(one, other)
    if isinstance(one, Texts):
        return isinstance(other, Texts) and all(_part_within(part, one.how, other) for part in one.parts)
    return isinstance(other, Range) and _range_within(one, other)


def apart(one: Element, other: Element) -> bool:
    """Whether no single value can be accepted by both, for certain."""
    if isinstance(one, Values):
        return all(_value_apart(value, other) for value in one.among)
    if isinstance(other, Values):
        return apart(other, one)
    if isinstance(one, Range) and isinstance(other, Range):
        return _before(one, other) or _before(other, one)
    if isinstance(one, Texts) and isinstance(other, Texts) and one.how == other.how != "contains":
        how = _HOW[one.how]
        return not any(how(left, right) or how(right, left) for left in one.parts for right in other.parts)
    return False


def _values_within(one: Values, other: Element) -> bool:
    if isinstance(other, Values):
        return one.among <= other.among
    if isinstance(other, Texts):
        return all(_only_text(value) and _text_holds(value.folded, other) for value in one.among)
    return all(value.flag is None and _in_range(value, other) for value in one.among)


def _only_text(value: Value) -> bool:
    """Whether nothing but this very text equals it: a number may be written in many ways."""
    return value.number is None and value.flag is None and bool(value.folded)


def _in_range(value: Value, wanted: Range) -> bool:
    """Whether every value that equals `value` is a number within: by its number and by its text alike."""
    written = number_of(value.folded) if value.folded else value.number
    same = value.number is None or written == value.number
    return written is not None and same and wanted.holds(written)


def _part_within(part: str, how: TextTest, other: Texts) -> bool:
    """A beginning with `part` has whatever begins or lies in `part`; the same for endings and for parts."""
    if other.how == how:
        return any(_HOW[how](part, wanted) for wanted in other.parts)
    return other.how == "contains" and any(wanted in part for wanted in other.parts)


def _text_holds(text: str, wanted: Texts) -> bool:
    return any(_HOW[wanted.how](text, part) for part in wanted.parts)


def _range_within(one: Range, other: Range) -> bool:
    low = other.low is None or (
        one.low is not None and (one.low > other.low or (one.low == other.low and (one.low_open or not other.low_open)))
    )
    high = other.high is None or (
        one.high is not None
        and (one.high < other.high or (one.high == other.high and (one.high_open or not other.high_open)))
    )
    return low and high


def _before(one: Range, other: Range) -> bool:
    """Whether all of `one` lies below all of `other`."""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _value_apart(value: Value, other: Element) -> bool:
    if isinstance(other, Values):
        return all(_differ(value, one) for one in other.among)
    if isinstance(other, Texts):
        return _only_text(value) and not _text_holds(value.folded, other)
    written = number_of(value.folded) if value.folded else None
    return not any(number is not None and other.holds(number) for number in (written, value.number))


def _differ(one: Value, other: Value) -> bool:
    """Whether nothing equals both: by text, by number, by a text that writes the other's number, as a boolean."""
    if one.folded and one.folded == other.folded:
        return False
    numbers = [{value.number, number_of(value.folded) if value.folded else None} - {None} for value in (one, other)]
    return not numbers[0] & numbers[1] and (one.flag is None or one.flag is not other.flag)
