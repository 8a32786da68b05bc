"""Where a sender keeps a value: a path into its body, or a template that makes the value of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from processor.domain.path import MISSING
from processor.domain.pick import Step, pick, pick_column, split_pick
from processor.domain.template import Rendered, Template, TemplateFault, is_constant, parse, render
from processor.text import Text

PLACES_REMEMBERED_MAX: Final = 1024

Level: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Path:
    """A path into the sender's body."""

    steps: tuple[Step, ...]


Place: TypeAlias = Path | Template


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A field of ours that stayed empty because its template failed; `text` says why."""

    field: str
    text: Text


@lru_cache(maxsize=PLACES_REMEMBERED_MAX)
def place_of(written: str) -> Place:
    """A path or a template. Raises ValueError for a path, TemplateFault for a template that is written wrongly."""
    return Path(split_pick(written)) if is_constant(written) else parse(written, 0)


@lru_cache(maxsize=PLACES_REMEMBERED_MAX)
def place_or_name(written: str) -> Place:
    """The same, but what is written wrongly is a field's whole name: the check of the rules reports it."""
    try:
        return place_of(written)
    except (ValueError, TemplateFault):
        return Path((written,))


def is_template(written: str) -> bool:
    """Whether the value is made by a template."""
    return not is_constant(written)


def find(levels: Sequence[Level], path: Path) -> Any:
    """What stands at `path` on the first of the levels where something does; else None."""
    found = (pick(level, path.steps) for level in levels)
    return next((value for value in found if value is not MISSING), None)


def find_column(levels: Sequence[Level], path: Path) -> list[Any]:
    """The values of one field of every element, None where an element has none; from the first level with any."""
    for level in levels:
        column = [None if value is MISSING else value for value in pick_column(level, path.steps)]
        if any(value is not None for value in column):
            return column
    return []


def filled(levels: Sequence[Level], template: Template) -> Rendered:
    """The template filled in: it sees the fields of every level by their names, and the whole first level as `raw`."""
    page: dict[str, Any] = {}
    for level in reversed(levels):
        page |= level
    return render(template, page | {"raw": levels[0]})
