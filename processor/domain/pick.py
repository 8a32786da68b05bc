"""Paths that also choose among the elements of a list: `contacts[-1]`, `answers[key=phone].answer`, `items[*].name`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from processor.domain.path import (
    INDEX_DIGITS_MAX,
    MISSING,
    QUOTED,
    SEGMENT,
    Missing,
    look_up,
    read_segments,
    segment_name,
    split_path,
    unquoted,
)

ELEMENTS_MAX: Final = 1_000
"""How many elements of a list are looked at, and how many values one path can reach."""

_FIELD = rf"""(?:{QUOTED}|[^.\[\]"'=]+)(?:\.(?:{QUOTED}|[^.\[\]"'=]+))*"""
_VALUE = rf"""{QUOTED}|[^\[\]"']*"""
_CHOICE = rf"\[\s*(?:(?P<back>-[0-9]+)|(?P<every>\*)|(?P<field>{_FIELD})\s*=\s*(?P<value>{_VALUE}))\s*\]"
_SEGMENT = re.compile(f"{_CHOICE}|{SEGMENT}", re.DOTALL)


class Every(Enum):
    """`[*]`: all the elements."""

    EVERY = "every"


EVERY: Final = Every.EVERY


@dataclass(frozen=True, slots=True)
class Where:
    """`[key=value]`: the elements in which the field is `value`, compared trimmed and without case."""

    field: tuple[str, ...]
    value: str


Step: TypeAlias = str | int | Where | Every
"""A name (or an index as text), an index from the end (below zero), or a choice."""


def split_pick(text: str) -> tuple[Step, ...]:
    """The steps of a path with choices. Raises ValueError, saying at which character it fails."""
    return read_segments(text, _SEGMENT, _step_of)


def pick(tree: Any, steps: Sequence[Step]) -> Any:
    """What stands at `steps`, or MISSING; never raises.

    With `[*]` it is the list of all that was reached; else the first that is neither null nor an empty text.
    """
    if not any(isinstance(step, Where | Every | int) for step in steps):
        return look_up(tree, steps)  # type: ignore[arg-type]  # the line above: only names are left
    found = _reached([tree], steps)
    if any(step is EVERY for step in steps):
        return found or MISSING
    return next((value for value in found if value not in (None, "")), found[0] if found else MISSING)


def pick_column(tree: Any, steps: Sequence[Step]) -> list[Any]:
    """What stands at `steps`, one value (or MISSING) for each element that the first `[*]` reaches."""
    if EVERY not in steps:
        return [pick(tree, steps)]
    at = steps.index(EVERY)
    return [pick(row, steps[at + 1 :]) for row in _reached([tree], steps[: at + 1])]


def _reached(level: list[Any], steps: Sequence[Step]) -> list[Any]:
    for step in steps:
        below: list[Any] = []
        for node in level:
            below.extend(_below(node, step))
            if len(below) >= ELEMENTS_MAX:
                break
        level = below[:ELEMENTS_MAX]
    return level


def _below(node: Any, step: Step) -> Iterable[Any]:
    if isinstance(step, str):
        value = look_up(node, (step,))
        return () if value is MISSING else (value,)
    if isinstance(step, int):
        whole = isinstance(node, list | tuple) and len(node) >= -step
        return (node[step],) if whole else ()
    rows = _rows(node)
    if isinstance(step, Where):
        return [row for row in rows if _told(look_up(row, step.field)) == step.value]
    return rows


def _rows(node: Any) -> Sequence[Any]:
    """The elements of a list; a mapping's values count as such, since PHP numbers its lists."""
    if isinstance(node, Mapping):
        node = list(node.values())
    return node[:ELEMENTS_MAX] if isinstance(node, list | tuple) else ()


def _told(value: Any | Missing) -> str | None:
    """A value as `[key=value]` compares it."""
    if isinstance(value, str):
        return value.strip().casefold()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def _step_of(found: re.Match[str]) -> Step:
    if found["every"]:
        return EVERY
    if found["back"]:
        if len(found["back"]) > INDEX_DIGITS_MAX or int(found["back"]) == 0:
            raise ValueError(f"an index from the end at character {found.start() + 1}")
        return int(found["back"])
    if found["field"]:
        written = found["value"].strip()
        value = unquoted(written) if written[:1] in ('"', "'") else written
        return Where(split_path(found["field"].strip()), value.strip().casefold())
    return segment_name(found)
