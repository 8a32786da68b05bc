"""Liquid's arithmetic, exact: the library's own knows no Decimal and would quietly read 5000.00 as 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from liquid.exceptions import FilterArgumentError, UndefinedError
from liquid.undefined import is_undefined

from processor.domain.numeral import amount_of, tame

DIGITS_AFTER_POINT_MAX = 10


def _number(value: Any) -> Decimal:
    if is_undefined(value):
        raise UndefinedError(value.msg, token=None)
    number = amount_of(value)
    if number is None:
        raise FilterArgumentError("not a number", token=None)
    return number


def _plain(number: Decimal) -> Decimal:
    result = tame(number)
    if result is None:
        raise FilterArgumentError("the number has too many digits", token=None)
    return result


def _both(how: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Decimal | int]:
    def work(left: Any, right: Any) -> Decimal | int:
        result = _plain(how(_number(left), _number(right)))
        # What was whole stays an int, which alone can index a list.
        return int(result) if isinstance(left, int) and isinstance(right, int) else result

    return work


def _whole(rounding: str) -> Callable[[Any], int]:
    return lambda value: int(_number(value).quantize(Decimal(1), rounding=rounding))


def _divided_by(left: Any, right: Any) -> Decimal | int:
    dividend, divisor = _number(left), _number(right)
    if not divisor:
        raise FilterArgumentError("division by zero", token=None)
    # Liquid's law: whole by whole stays whole.
    if isinstance(left, int) and isinstance(right, int):
        return int((dividend / divisor).to_integral_value(rounding=ROUND_FLOOR))
    return _plain(dividend / divisor)


def _modulo(left: Any, right: Any) -> Decimal:
    dividend, divisor = _number(left), _number(right)
    if not divisor:
        raise FilterArgumentError("division by zero", token=None)
    return _plain(dividend - divisor * (dividend / divisor).to_integral_value(rounding=ROUND_FLOOR))


def _rounded(value: Any, digits: Any = 0) -> Decimal | int:
    places = int(_number(digits))
    if not 0 <= places <= DIGITS_AFTER_POINT_MAX:
        raise FilterArgumentError(f"round takes 0 to {DIGITS_AFTER_POINT_MAX} digits", token=None)
    result = _number(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return result if places else int(result)


def _sum(values: Any, name: Any = None) -> Decimal:
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise FilterArgumentError("not a list", token=None)
    if name is not None:
        values = [value.get(name) for value in values if isinstance(value, dict)]
    return _plain(sum((_number(value) for value in values if value is not None), Decimal(0)))


SUMS: dict[str, Callable[..., Decimal | int]] = {
    "abs": lambda value: abs(_number(value)),
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
