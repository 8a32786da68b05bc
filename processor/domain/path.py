"""Dotted paths into nested dicts and lists: `order.items[0].name`, `items.0.name`, `form.fields."Ваш телефон"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeVar

PATH_CHARACTERS_MAX: Final = 500
SEGMENTS_MAX: Final = 32
INDEX_DIGITS_MAX: Final = 6

# A bare name may hold anything but the signs that part segments: senders' names have spaces, dashes and any alphabet.
_BARE = r"""[^.\[\]"']+"""
QUOTED: Final = r'"(?:[^"\\]|\\.)*"' + "|" + r"'(?:[^'\\]|\\.)*'"
SEGMENT: Final = rf"(?P<quoted>{QUOTED})|\[\s*(?P<index>[0-9]+|{QUOTED})\s*\]|(?P<bare>{_BARE})"

Segment = TypeVar("Segment")

_SEGMENT = re.compile(SEGMENT, re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Missing(Enum):
    """The answer of `look_up` where nothing stands; None is a value that somebody sent. It counts as false."""

    MISSING = "missing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing.MISSING


def split_path(text: str) -> tuple[str, ...]:
    """The segments of a path, quotes and brackets taken off. Raises ValueError, saying at which character it fails."""
    return read_segments(text, _SEGMENT, segment_name)


def read_segments(text: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Segment]) -> tuple[Segment, ...]:
    """Each segment that `pattern` finds, as `read` reads it. Raises ValueError, saying at which character it fails."""
    if len(text) > PATH_CHARACTERS_MAX:
        raise ValueError(f"a path has at most {PATH_CHARACTERS_MAX} characters")
    parts: list[Segment] = []
    at = 0
    while at < len(text) or not parts:
        at = _after_dot(text, at, first=not parts)
        found = pattern.match(text, at)
        if found is None:
            raise ValueError(f"a name is expected at character {at + 1}")
        parts.append(read(found))
        at = found.end()
    if len(parts) > SEGMENTS_MAX:
        raise ValueError(f"a path has at most {SEGMENTS_MAX} segments")
    return tuple(parts)


def look_up(tree: Any, parts: Sequence[str]) -> Any:
    """What stands at `parts` in nested mappings and lists, or MISSING; never raises."""
    for part in parts:
        if isinstance(tree, Mapping):
            tree = tree.get(part, MISSING)
        elif isinstance(tree, list | tuple):
            tree = _element(tree, part)
        else:
            return MISSING
        if tree is MISSING:
            return MISSING
    return tree


def _after_dot(text: str, at: int, *, first: bool) -> int:
    """The place of the next segment; a bracket needs no dot before it, everything else does."""
    if first or text[at] == "[":
        return at
    if text[at] != ".":
        raise ValueError(f"a dot is expected at character {at + 1}")
    return at + 1


def segment_name(found: re.Match[str]) -> str:
    """The name in a match of SEGMENT. Raises ValueError when it is empty."""
    bare = found["bare"]
    if bare is not None:
        name = bare.strip()
    else:
        inner = found["quoted"] or found["index"]
        name = inner if inner[0].isdigit() else unquoted(inner)
    if not name:
        raise ValueError(f"an empty name at character {found.start() + 1}")
    return name


def unquoted(text: str) -> str:
    """A text without the quotes around it."""
    return _ESCAPED.sub(r"\1", text[1:-1])


def _element(items: Sequence[Any], part: str) -> Any:
    if not (part.isascii() and part.isdigit()) or len(part) > INDEX_DIGITS_MAX:
        return MISSING
    index = int(part)
    return items[index] if index < len(items) else MISSING
