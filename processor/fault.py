"""One thing that a person wrote wrongly, with its place and its mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processor.text import Language, Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where: line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong (`text`), what was expected, and the nearest valid name; `code` is stable for scripts.

    `fix` is a text to put in the place of what is wrong. A warning keeps no file from running.
    """

    code: str
    text: Text
    place: Place | None = None
    expected: Text | None = None
    nearest: str | None = None
    fix: str | None = None
    severity: Severity = "error"

    def say(self, language: Language) -> str:
        """One line: place, what is wrong, what was expected, the nearest valid name."""
        parts = [f"{self.place}: {self.text.say(language)}" if self.place else self.text.say(language)]
        if self.expected:
            parts.append(("ожидается: " if language == "ru" else "expected: ") + self.expected.say(language))
        if self.nearest:
            parts.append(f"может быть, «{self.nearest}»?" if language == "ru" else f'did you mean "{self.nearest}"?')
        return "; ".join(parts)
