"""Conditions of rules: small frozen objects, bound once when the rules are compiled, asked for every event."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeAlias

from processor.domain.moment import Written, written
from processor.domain.numeral import amount_of, is_code
from processor.domain.pattern import TEXT_CHARACTERS_MAX
from processor.domain.reach import elements, reach, shown

SEARCHED_CHARACTERS_MAX = 4 * TEXT_CHARACTERS_MAX


class Flag(Enum):
    """A boolean as it is looked up: in Python's sets True would be 1."""

    TRUE = "true"
    FALSE = "false"


Key: TypeAlias = str | Decimal | Flag | date
"""What two values have in common that are equal to a rule: a folded text, a number, a boolean or a day."""


class Reached(list[Any]):
    """The values that a path reached in one event (none: the field is missing), each folded once for all the tests."""

    _keys: frozenset[Key] | None = None
    _texts: frozenset[str] | None = None
    _written: tuple[str, ...] | None = None
    _numbers: tuple[Decimal, ...] | None = None

    @property
    def keys(self) -> frozenset[Key]:
        """What equality is told by; a text that writes a number counts as both."""
        if self._keys is None:
            self._keys = frozenset(key for value in elements(self) for key in _keys_of(value))
        return self._keys

    @property
    def texts(self) -> frozenset[str]:
        """The keys that are texts: all that equality with texts needs."""
        texts = self._texts
        if texts is None:
            texts = self._texts = frozenset([fold(value) for value in elements(self) if isinstance(value, str)])
        return texts

    @property
    def written(self) -> tuple[str, ...]:
        """Texts and numbers as a person reads them, folded; blank ones left out."""
        if self._written is None:
            self._written = tuple([text for text in map(_text_of, elements(self)) if text])
        return self._written

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """What is a number, or text that writes one."""
        if self._numbers is None:
            self._numbers = tuple([number for number in map(amount_of, elements(self)) if number is not None])
        return self._numbers


class Seen(dict[tuple[str, ...], Reached]):
    """One event under many conditions: what each path reaches is looked up once. `view`: from `reach.view_of`."""

    __slots__ = ("view",)

    def __init__(self, view: Mapping[str, Any]) -> None:
        self.view = view

    def __missing__(self, parts: tuple[str, ...]) -> Reached:
        reached = self[parts] = Reached(reach(self.view, parts))
        return reached


Holds = Callable[[Reached], bool]
"""Whether a test holds for what its path reached; the same for the same values."""
Asks = Callable[[Reached, Mapping[str, Any]], bool]
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

    `equals` holds what a value must equal one of, where the test is of that sort (and nothing more). `asks` decides
    instead of `holds` where it is given. `values`: the texts that `expected` lists, of a test of texts.
    """

    path: str
    parts: tuple[str, ...]
    test: str
    expected: str
    holds: Holds
    equals: frozenset[Key] | None = None
    asks: Asks | None = None
    values: tuple[str, ...] = ()

    def held(self, values: Reached, view: Mapping[str, Any]) -> bool:
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
        return condition.held(Reached(reach(view, condition.parts)), view)
    if condition.kind == "any":
        return any(met(member, view) for member in condition.members)
    together = all(met(member, view) for member in condition.members)
    return together if condition.kind == "all" else not together


def fold(text: str) -> str:
    """Text as it is compared: trimmed, without case, composed (a Mac writes й as two characters)."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def keys_of(operands: Sequence[Operand]) -> frozenset[Key]:
    """What a value must have a key in common with to equal one of the operands."""
    found: set[Key] = {operand.folded for operand in operands}
    found.update(operand.number for operand in operands if operand.number is not None)
    found.update(_FLAGS[operand.flag] for operand in operands if operand.flag is not None)
    found.update(operand.day for operand in operands if operand.day is not None)
    return frozenset(found)


_FLAGS = {True: Flag.TRUE, False: Flag.FALSE}


def _keys_of(value: Any) -> Iterator[Key]:
    if isinstance(value, bool):
        yield _FLAGS[value]
        return
    if isinstance(value, str):
        yield fold(value)
        day = written(value)
        if day is not None and day == Written(day.day):
            yield day.day
        if is_code(value):
            return
    number = amount_of(value)
    if number is not None:
        yield number


def is_any(operands: Sequence[Operand]) -> Holds:
    """Some element equals one of the operands: text with text, number with number, boolean with boolean."""
    keys = keys_of(operands)
    if all(isinstance(key, str) for key in keys):
        return lambda values: not keys.isdisjoint(values.texts)
    return lambda values: not keys.isdisjoint(values.keys)


def is_none(operands: Sequence[Operand]) -> Holds:
    """No element equals any of the operands; holds for a missing field."""
    some = is_any(operands)
    return lambda values: not some(values)


def text_test(operands: Sequence[Operand], how: Callable[[str, str], bool]) -> Holds:
    """Some element's text stands to one of the operands as `how` says (text, operand), both folded."""
    wanted = tuple(operand.folded for operand in operands)

    def holds(values: Reached) -> bool:
        for text in values.written:
            for operand in wanted:
                if how(text, operand):
                    return True
        return False

    return holds


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return fold(value)
    return fold(_plain_text_of(value))


def _plain_text_of(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    return shown(value)


def matching(searches: Sequence[Callable[[str], bool]]) -> Holds:
    """Some element's text, letters as they came, is what one of `searches` looks for.

    SEARCHED_CHARACTERS_MAX are looked at altogether: a stranger's list may be long.
    """

    def holds(values: Reached) -> bool:
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
    return lambda values: any(map(how, values.numbers))


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
