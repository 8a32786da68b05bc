"""One thing that a person wrote wrongly, with its place and its mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from processor.text import Language, Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where: line and column count from 1; `length` characters are meant, 0 when only the start is known."""

    file: str
    line: int
    column: int
    length: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`text` takes the place of what stands from line and column up to the end, which is left; all count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str = field(repr=False)  # it may be a secret of which the quotes are mended


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong (`text`), what was expected, and the nearest valid name; `code` is stable for scripts.

    `fix` is a text to put in the place of what is wrong; `edits` say the same of a mend that touches other places.
    A warning keeps no file from running.
    """

    code: str
    text: Text
    place: Place | None = None
    expected: Text | None = None
    nearest: str | None = None
    fix: str | None = field(default=None, repr=False)
    severity: Severity = "error"
    edits: tuple[Edit, ...] = ()

    @property
    def mend(self) -> tuple[Edit, ...]:
        """What to change in the file so that this fault is gone; nothing when that is not known."""
        if self.edits or self.fix is None or self.place is None or not self.place.length:
            return self.edits
        place = self.place
        return (Edit(place.line, place.column, place.line, place.column + place.length, self.fix),)

    def say(self, language: Language) -> str:
        """One line: place, what is wrong, what was expected, the nearest valid name."""
        parts = [f"{self.place}: {self.text.say(language)}" if self.place else self.text.say(language)]
        if self.expected:
            parts.append(("ожидается: " if language == "ru" else "expected: ") + self.expected.say(language))
        if self.nearest:
            parts.append(f"может быть, «{self.nearest}»?" if language == "ru" else f'did you mean "{self.nearest}"?')
        return "; ".join(parts)
