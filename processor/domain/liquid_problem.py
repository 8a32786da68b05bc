"""What a filter of ours says when it cannot do its work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from liquid.exceptions import FilterArgumentError, UndefinedError
from liquid.undefined import is_undefined

from processor.domain.numeral import amount_of
from processor.text import Text

NOT_A_NUMBER = Text("это не число", "not a number")


class FilterProblem(FilterArgumentError):
    """A value or an argument that a filter cannot use; `said` tells people why."""

    said: Text

    def __init__(self, said: Text) -> None:
        super().__init__(said.en, token=None)
        self.said = said


def given(value: Any) -> Any:
    """The value, if the event has it. Raises UndefinedError."""
    if is_undefined(value):
        raise UndefinedError(value.msg, token=None)
    return value


def text_given(value: Any) -> str:
    """The value as text. Raises UndefinedError, and FilterProblem for a list or a part of an event."""
    if given(value) is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict | range):
        raise FilterProblem(Text("это не текст", "not a text"))
    return str(value)


def number_given(value: Any) -> Decimal:
    """The value as a number; "5 000,50 ₽" is one. Raises UndefinedError and FilterProblem."""
    number = amount_of(given(value))
    if number is None:
        raise FilterProblem(NOT_A_NUMBER)
    return number


def whole_given(value: Any, least: int, most: int) -> int:
    """A whole number from `least` to `most`. Raises UndefinedError and FilterProblem."""
    number = number_given(value)
    if number != number.to_integral_value() or not least <= number <= most:
        why = Text(f"нужно целое от {least} до {most}", f"a whole number from {least} to {most} is needed")
        raise FilterProblem(why)
    return int(number)


def choice_given(value: Any, choices: tuple[str, ...]) -> str:
    """One of `choices`. Raises UndefinedError and FilterProblem."""
    text = text_given(value).strip().casefold()
    if text not in choices:
        listed = ", ".join(choices)
        raise FilterProblem(Text(f"нужно одно из: {listed}", f"one of these is needed: {listed}"))
    return text
