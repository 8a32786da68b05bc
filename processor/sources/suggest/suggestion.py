"""What is suggested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from processor.text import Text

EXAMPLE_CHARACTERS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`ours` can be read at `theirs`, where `value` stands now.

    `confidence` is out of 100. `example` is the value as an event has it, phones and e-mails masked.
    """

    ours: str
    theirs: str
    example: str
    why: Text
    confidence: int
    value: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TypeSuggestion:
    """The type may stand at `theirs`, where it is `value` now; `ours` is the known type that this is likely to be."""

    theirs: str
    value: str
    ours: str | None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The best place of each field, in the order of our vocabulary, and where the type may stand, the best first."""

    fields: tuple[Suggestion, ...] = ()
    types: tuple[TypeSuggestion, ...] = ()


def shortened(text: str) -> str:
    """A text on one line, cut to EXAMPLE_CHARACTERS_MAX."""
    line = " ".join(text.split())
    return line if len(line) <= EXAMPLE_CHARACTERS_MAX else line[: EXAMPLE_CHARACTERS_MAX - 1] + "…"
