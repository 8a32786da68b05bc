"""Conditions of rules: small frozen objects, bound once when the rules are compiled, asked for every event."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from processor.domain.moment import Written, written
from processor.domain.numeral import amount_of, is_code
from processor.domain.pattern import TEXT_CHARACTERS_MAX
from processor.domain.reach import elements, reach, shown

SEARCHED_CHARACTERS_MAX = 4 * TEXT_CHARACTERS_MAX

Holds = Callable[[Sequence[Any]], bool]
"""Whether a test holds for the values its path reached (none: the field is missing)."""
Asks = Callable[[Sequence[Any], Mapping[str, Any]], bool]
"""The same for a test that must also know of the rest of the event, such as when it was received."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in a rule: its text, and the number, the boolean or the day it stands for, where it may stand for one."""

    text: str
    folded: str
    number: Decimal | None = None
    flag: bool | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One test of one path; `expected` is how the rules file says it.

    `equals` holds the folded texts of which a value must be one, where the test is of that sort. `asks` decides instead
    of `holds` where it is given.
    """

    path: str
    parts: tuple[str, ...]
    test: str
    expected: str
    holds: Holds
    equals: frozenset[str] | None = None
    asks: Asks | None = None

    def held(self, values: Sequence[Any], view: Mapping[str, Any]) -> bool:
        """Whether the test holds for what `parts` reached in `view`."""
        return self.holds(values) if self.asks is None else self.asks(values, view)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions together: `all` hold, `any` holds, or `not` all hold."""

    kind: Literal["all", "any", "not"]
    members: tuple[Condition, ...]


Condition = Line | Group


def met(condition: Condition, view: Mapping[str, Any]) -> bool:
    """Whether the condition holds for the event seen as `view`."""
    if isinstance(condition, Line):
        return condition.held(reach(view, condition.parts), view)
    if condition.kind == "any":
        return any(met(member, view) for member in condition.members)
    together = all(met(member, view) for member in condition.members)
    return together if condition.kind == "all" else not together


def fold(text: str) -> str:
    """Text as it is compared: trimmed, without case, composed (a Mac writes й as two characters)."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def same(value: Any, operand: Operand) -> bool:
    """Whether a value of an event equals the operand: text with text, number with number, boolean with boolean."""
    if isinstance(value, bool):
        return operand.flag is value
    if isinstance(value, str):
        if fold(value) == operand.folded:
            return True
        if operand.day is not None and written(value) == Written(operand.day):
            return True
        return operand.number is not None and not is_code(value) and amount_of(value) == operand.number
    return operand.number is not None and amount_of(value) == operand.number


def is_any(operands: Sequence[Operand]) -> Holds:
    """Some element equals one of the operands."""
    return lambda values: any(same(value, operand) for value in elements(values) for operand in operands)


def is_none(operands: Sequence[Operand]) -> Holds:
    """No element equals any of the operands; holds for a missing field."""
    some = is_any(operands)
    return lambda values: not some(values)


def text_test(operands: Sequence[Operand], how: Callable[[str, str], bool]) -> Holds:
    """Some element's text stands to one of the operands as `how` says (text, operand), both folded."""
    return lambda values: any(
        how(text, operand.folded) for text in map(_text_of, elements(values)) if text for operand in operands
    )


def _text_of(value: Any) -> str:
    return fold(_plain_text_of(value))


def _plain_text_of(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    return shown(value)


def matching(searches: Sequence[Callable[[str], bool]]) -> Holds:
    """Some element's text, letters as they came, is what one of `searches` looks for.

    SEARCHED_CHARACTERS_MAX are looked at altogether: a stranger's list may be long.
    """

    def holds(values: Sequence[Any]) -> bool:
        seen = 0
        for text in map(_plain_text_of, elements(values)):
            if any(search(text) for search in searches if text):
                return True
            seen += min(len(text), TEXT_CHARACTERS_MAX) + 1
            if seen > SEARCHED_CHARACTERS_MAX:
                break
        return False

    return holds


def number_test(how: Callable[[Decimal], bool]) -> Holds:
    """Some element is a number (or text that writes one) of which `how` is true."""
    return lambda values: any(how(number) for number in map(amount_of, elements(values)) if number is not None)


def exists(wanted: bool) -> Holds:
    """The field is there (and not null), or is not."""
    return lambda values: bool(values) is wanted


def is_empty(wanted: bool) -> Holds:
    """The field is missing, blank text, or an empty list or mapping; or it has something in it."""
    return lambda values: all(_blank(value) for value in values) is wanted


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, list | tuple | Mapping) and not value
