"""Filters for words: plural, count, money, transliterate, hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from processor.domain.liquid_problem import FilterProblem, choice_given, number_given, text_given, whole_given
from processor.domain.numeral import tame
from processor.text import Text

HASH_DIGITS: Final = 16
HASH_DIGITS_MIN: Final = 8
HASH_DIGITS_MAX: Final = 64
CURRENCY_CHARACTERS_MAX: Final = 20
MONEY_DIGITS_MAX: Final = 24

_SIGNS: Final = {
    "RUB": "₽",
    "RUR": "₽",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "KZT": "₸",
    "UAH": "₴",
    "BYN": "Br",
    "GEL": "₾",
    "AMD": "֏",
    "AZN": "₼",
    "TRY": "₺",
    "CNY": "¥",
}
_BEFORE: Final = frozenset("$€£₾¥₺")
_THOUSANDS = re.compile(r"(?<=[0-9])(?=(?:[0-9]{3})+$)")
_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_RUSSIAN_LATIN: Final = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_NEIGHBOURS: Final = "іїєґўәғқңөұүһ"
_NEIGHBOURS_LATIN: Final = "i yi ye g u a g k n o u u h"
_LATIN: Final = {
    sign: latin.strip("-")
    for signs, latins in ((_RUSSIAN, _RUSSIAN_LATIN), (_NEIGHBOURS, _NEIGHBOURS_LATIN))
    for sign, latin in zip(signs, latins.split(), strict=True)
}


def money(value: Any, currency: Any = "RUB", language: Any = "ru") -> str:
    """A sum: 12 345,50 ₽, or in English $12,345.50; a whole one without a fraction."""
    spoken = choice_given(language, ("ru", "en"))
    name = text_given(currency).strip()
    if len(name) > CURRENCY_CHARACTERS_MAX:
        raise FilterProblem(Text("валюта слишком длинная", "the currency is too long"))
    sign = _SIGNS.get(name.upper(), name)
    number = number_given(value)
    if abs(number) >= 10**MONEY_DIGITS_MAX:
        raise FilterProblem(Text("в числе слишком много цифр", "the number has too many digits"))
    cents = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(cents):f}".partition(".")
    minus = "-" if cents < 0 else ""
    if spoken == "ru":
        text = minus + _THOUSANDS.sub(" ", whole) + ("" if fraction == "00" else f",{fraction}")
        return f"{text} {sign}".rstrip()
    text = _THOUSANDS.sub(",", whole) + ("" if fraction == "00" else f".{fraction}")
    return f"{minus}{sign}{text}" if sign in _BEFORE else f"{minus}{text} {sign}".rstrip()


def plural(value: Any, one: Any, few: Any, many: Any = None) -> str:
    """The word for so many: 1 товар, 2 товара, 5 товаров; with two words the English way."""
    number = abs(number_given(value))
    words = [text_given(word) for word in (one, few, many) if word is not None]
    if number != number.to_integral_value():
        return words[1]
    if len(words) == 2:
        return words[0] if number == 1 else words[1]
    ones, tens = int(number % 10), int(number % 100)
    if ones == 1 and tens != 11:
        return words[0]
    return words[1] if 2 <= ones <= 4 and not 12 <= tens <= 14 else words[2]


def count(value: Any, one: Any, few: Any, many: Any = None) -> str:
    """The number and its word: 5 товаров."""
    number = tame(number_given(value))
    shown = "" if number is None else f"{number.normalize():f}".replace(".", "." if many is None else ",")
    return f"{shown} {plural(value, one, few, many)}"


def transliterate(value: Any) -> str:
    """Russian letters as Latin ones: Щукин is Shchukin."""
    text = text_given(value)
    return "".join(_latin(sign, text[place + 1 : place + 2]) for place, sign in enumerate(text))


def _latin(sign: str, following: str) -> str:
    latin = _LATIN.get(sign.lower())
    if latin is None:
        return sign
    if sign.islower():
        return latin
    return latin.upper() if following.isupper() else latin.capitalize()


def digest(value: Any, length: Any = HASH_DIGITS) -> str:
    """The beginning of a text's SHA-256 in hex. It is no secret: a phone can be guessed from it."""
    wanted = whole_given(length, HASH_DIGITS_MIN, HASH_DIGITS_MAX)
    return hashlib.sha256(text_given(value).encode("utf-8", "replace")).hexdigest()[:wanted]


WORDS: Final[dict[str, Callable[..., Any]]] = {
    "money": money,
    "plural": plural,
    "count": count,
    "transliterate": transliterate,
    "hash": digest,
}
"""Filters by their Liquid names."""
