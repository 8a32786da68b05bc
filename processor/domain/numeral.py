"""Numbers as people and machines write them: 5000, "5 000,50", -3.5, "5 000 руб.", "1,234.50"."""

import re
from decimal import Decimal
from typing import Any

LENGTH_MAX_CHARACTERS = 40
EXPONENT_MAX = 30
"""More digits are a sender's mistake or malice: 1E+999999999 would take all memory when written out."""

_SPACES = " \u00a0\u2009\u202f"
_WRITTEN = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:[.,][0-9]+)?")
# Thousands parted by one sign and the fraction by the other, or so many thousands that it is no fraction.
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]+|(?:\.[0-9]{3})+,[0-9]+|(?:,[0-9]{3}){2,}|(?:\.[0-9]{3}){2,})"
)
_CURRENCY = r"₽|руб(?:\.|лей|ля|ль)?|р\.?|rub|rur|\$|usd|€|eur|₸|тенге|тг\.?|kzt|byn|br|₴|грн\.?|uah|сум|uzs"
_PRICE = re.compile(
    rf"(?:[$€₽₸₴][{_SPACES}]?)?(?P<number>[+-]?[0-9][0-9{_SPACES}.,]*?)[{_SPACES}]?(?:{_CURRENCY})?", re.IGNORECASE
)
_DOUBTFUL = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")
_DROP_SPACES = str.maketrans({**dict.fromkeys(_SPACES), ",": ".", "\u2212": "-"})


def number_of(text: str) -> Decimal | None:
    """The number that `text` writes, the Russian way and with a currency included ("5 000,50 ₽"), or None."""
    trimmed = text.strip().replace("\u2212", "-")
    if len(trimmed) > LENGTH_MAX_CHARACTERS:
        return None
    if not trimmed[-1:].isdecimal() or not (trimmed[0].isdecimal() or trimmed[0] in "+-"):
        price = _PRICE.fullmatch(trimmed)
        if price is None:
            return None
        trimmed = price["number"]
    if _WRITTEN.fullmatch(trimmed):
        return Decimal(trimmed.translate(_DROP_SPACES))
    if not _GROUPED.fullmatch(trimmed):
        return None
    fraction = max(trimmed.rfind(","), trimmed.rfind("."))
    whole = trimmed.replace(",", "").replace(".", "")
    if "," in trimmed and "." in trimmed:
        return Decimal(f"{whole[: fraction + 1 - len(trimmed)]}.{trimmed[fraction + 1 :]}")
    return Decimal(whole)


def is_doubtful(text: str) -> bool:
    """Whether "5,000" stands there: five to one reader, five thousand to another."""
    return _DOUBTFUL.fullmatch(text.strip()) is not None


def is_code(text: str) -> bool:
    """Whether digits are a name rather than an amount: 007 and +79000000001 equal no number."""
    trimmed = text.strip()
    return trimmed.startswith("+") or (len(trimmed) > 1 and trimmed[0] == "0" and trimmed[1].isdecimal())


def amount_of(value: Any) -> Decimal | None:
    """The value of an event as a number, or None when it is none (a boolean is none)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return number_of(value)
    if isinstance(value, Decimal | int):
        return tame(Decimal(value))
    return tame(Decimal(repr(value))) if isinstance(value, float) else None


def tame(number: Decimal) -> Decimal | None:
    """The number with every digit written out (1E+3 as 1000); None for NaN, infinity and numbers without measure."""
    if not number.is_finite():
        return None
    # Nearly every amount is short and has its digits written out, which this tells in a quarter of the time.
    written = str(number)
    if len(written) <= EXPONENT_MAX and "E" not in written:
        return number
    exponent = number.as_tuple().exponent
    if abs(number.adjusted()) > EXPONENT_MAX or not isinstance(exponent, int) or exponent < -EXPONENT_MAX:
        return None
    return number if exponent <= 0 else Decimal(f"{number:f}")
