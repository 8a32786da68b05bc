"""Filters for what people are called and reached by: phone, name, first_name, digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from processor.domain.home import Home
from processor.domain.liquid_problem import FilterProblem, choice_given, text_given
from processor.domain.phone import normal_phone, shown_phone
from processor.text import Text

NAME_CHARACTERS_MAX: Final = 1_000

_FORMATS: Final = ("international", "national", "digits", "masked", "e164")
_SHOWN_DIGITS: Final = 2
_WORD = re.compile(r"[^\W\d_]+")
_NOT_DIGITS = re.compile(r"[^0-9]")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична|инична|оглы|кызы)$")
_SURNAME = re.compile(r"(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ский|цкий|ская|цкая|енко|ук|юк|ян|швили|дзе)$")


def phone(value: Any, form: Any = "international", *, home: Home) -> str:
    """A phone as `form` says: international, national, digits, masked or e164."""
    wanted = choice_given(form, _FORMATS)
    found = normal_phone(text_given(value), home.region)
    if found is None:
        raise FilterProblem(Text("это не телефон", "not a phone"))
    if wanted == "e164":
        return found
    if wanted == "digits":
        return found[1:]
    text = shown_phone(found, national=wanted == "national")
    return _masked(text) if wanted == "masked" else text


def _masked(text: str) -> str:
    """The country and the first group, and the last digits; stars for the others."""
    groups = text.split(" ")
    head = " ".join(groups[:2]) if len(groups) > 2 else groups[0]
    rest = text[len(head) :]
    kept = len(rest) - _SHOWN_DIGITS
    return head + "".join("*" if sign.isdecimal() and place < kept else sign for place, sign in enumerate(rest))


def digits(value: Any) -> str:
    """The digits of a text, 0 to 9."""
    return _NOT_DIGITS.sub("", text_given(value))


def name(value: Any) -> str:
    """A name with capitals: ИВАН иванов is Иван Иванов; McDonald stays."""
    text = " ".join(text_given(value)[:NAME_CHARACTERS_MAX].split())
    return _WORD.sub(lambda word: _capital(word[0]), text)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:].lower() if word.isupper() or word.islower() else word


def first_name(value: Any) -> str:
    """The first name of a full one, in whatever order a Russian name stands; else the first word."""
    words = name(value).split()
    folded = [word.casefold() for word in words]
    for place, word in enumerate(folded):
        if place and _PATRONYMIC.search(word) and len(words) <= 3:
            return words[place - 1]
    if len(words) == 2 and _SURNAME.search(folded[0]) and not _SURNAME.search(folded[1]):
        return words[1]
    return words[0] if words else ""


PEOPLE: Final[dict[str, Callable[..., Any]]] = {
    "phone": phone,
    "digits": digits,
    "name": name,
    "first_name": first_name,
}
"""Filters by their Liquid names."""
