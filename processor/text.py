"""A sentence for a person, in every language we speak."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Russian and English; both are written where the message is raised."""

    ru: str
    en: str

    def say(self, language: Language) -> str:
        """The message in `language`."""
        return self.ru if language == "ru" else self.en

    def __str__(self) -> str:
        return self.en


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, or None when none is close."""
    folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def one_typo(left: str, right: str) -> bool:
    """Whether one slip of the finger lies between the two: a letter too many, too few, another, or two swapped."""
    short, long = sorted((left, right), key=len)
    same_start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest_short, rest_long = short[same_start:], long[same_start:]
    swapped = len(short) == len(long) and rest_short[:2] == rest_long[1::-1] and rest_short[2:] == rest_long[2:]
    return swapped or rest_short == rest_long[1:] or rest_short[1:] == rest_long[1:]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a Russian noun that goes with a number: 1 ошибка, 3 ошибки, 11 ошибок."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many
