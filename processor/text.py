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
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
