"""Liquid's arithmetic, exact: the library's own knows no Decimal and would quietly read 5000.00 as 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from processor.domain.liquid_problem import FilterProblem, number_given
from processor.domain.numeral import tame
from processor.text import Text

DIGITS_AFTER_POINT_MAX = 10


def _plain(number: Decimal) -> Decimal:
    result = tame(number)
    if result is None:
        raise FilterProblem(Text("в числе слишком много цифр", "the number has too many digits"))
    return result


def _both(how: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Decimal | int]:
    def work(left: Any, right: Any) -> Decimal | int:
        result = _plain(how(number_given(left), number_given(right)))
        # What was whole stays an int, which alone can index a list.
        return int(result) if isinstance(left, int) and isinstance(right, int) else result

    return work


def _whole(rounding: str) -> Callable[[Any], int]:
    return lambda value: int(number_given(value).quantize(Decimal(1), rounding=rounding))


def _divided_by(left: Any, right: Any) -> Decimal | int:
    dividend, divisor = number_given(left), number_given(right)
    if not divisor:
        raise FilterProblem(Text("деление на ноль", "division by zero"))
    # Liquid's law: whole by whole stays whole.
    if isinstance(left, int) and isinstance(right, int):
        return int((dividend / divisor).to_integral_value(rounding=ROUND_FLOOR))
    return _plain(dividend / divisor)


def _modulo(left: Any, right: Any) -> Decimal:
    dividend, divisor = number_given(left), number_given(right)
    if not divisor:
        raise FilterProblem(Text("деление на ноль", "division by zero"))
    return _plain(dividend - divisor * (dividend / divisor).to_integral_value(rounding=ROUND_FLOOR))


def _rounded(value: Any, digits: Any = 0) -> Decimal | int:
    places = int(number_given(digits))
    if not 0 <= places <= DIGITS_AFTER_POINT_MAX:
        most = DIGITS_AFTER_POINT_MAX
        raise FilterProblem(Text(f"после запятой от 0 до {most} цифр", f"round takes 0 to {most} digits"))
    result = number_given(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return result if places else int(result)


def _sum(values: Any, name: Any = None) -> Decimal:
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise FilterProblem(Text("это не список", "not a list"))
    if name is not None:
        values = [value.get(name) for value in values if isinstance(value, dict)]
    return _plain(sum((number_given(value) for value in values if value is not None), Decimal(0)))


SUMS: dict[str, Callable[..., Decimal | int]] = {
    "abs": lambda value: abs(number_given(value)),
    "at_least": _both(max),
    "at_most": _both(min),
    "ceil": _whole(ROUND_CEILING),
    "floor": _whole(ROUND_FLOOR),
    "plus": _both(lambda left, right: left + right),
    "minus": _both(lambda left, right: left - right),
    "times": _both(lambda left, right: left * right),
    "divided_by": _divided_by,
    "modulo": _modulo,
    "round": _rounded,
    "sum": _sum,
}
"""Filters by their Liquid names."""
