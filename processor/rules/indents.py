"""Mends of one line that are only guesses: to be tried, and kept if they help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from processor.rules.draft import Slip
from processor.rules.line_signs import QUOTED
from processor.rules.meant import FAMILIES
from processor.rules.quoting import quoted

LINES_BACK_MAX: Final = 200
CANDIDATES_MAX: Final = 4

_KEY = re.compile(r"([A-Za-z_.]+)\s*:(?:\s|$)")


def indent_slips(lines: Sequence[str], number: int) -> Iterator[Slip]:
    """The indentations of the levels above that line: first where its kin stand, then the nearest."""
    if not 0 <= number < len(lines) or not lines[number].strip():
        return
    line = lines[number]
    rest = line.lstrip(" ")
    width = len(line) - len(rest)
    dashed = rest.startswith("- ")
    levels = _levels(lines, number, dashed)
    levels.pop(width, None)
    own = _family(rest)

    def order(level: int) -> tuple[bool, int, int]:
        return own is None or own not in levels[level], abs(level - width), level

    for level in sorted(levels, key=order)[:CANDIDATES_MAX]:
        yield Slip("yaml.indent", number, width, len(line.strip()), 0, width, " " * level)


def escape_slips(number: int, line: str, column: int) -> Iterator[Slip]:
    """The text in double quotes around that column put in single ones, where a backslash means nothing."""
    for found in QUOTED.finditer(line):
        if found.start() <= column < found.end() and line[found.start()] == '"':
            put = quoted(found[0][1:-1])
            yield Slip("yaml.escape", number, column, 1, found.start(), found.end(), put)


def _levels(lines: Sequence[str], number: int, dashed: bool) -> dict[int, set[int | None]]:
    """Where keys (or, for an item, dashes) begin in the lines above, and which families of names stand there."""
    found: dict[int, set[int | None]] = {}
    deepest = True
    for line in reversed(lines[max(0, number - LINES_BACK_MAX) : number]):
        rest = line.lstrip(" ")
        if not rest or rest.startswith("#"):
            continue
        width = len(line) - len(rest)
        if deepest and rest.rstrip().endswith(":"):
            found.setdefault(width + 2, set())
        deepest = False
        if rest.startswith("- "):
            inner = width + len(rest) - len(rest[1:].lstrip(" "))
            found.setdefault(width if dashed else inner, set()).add(_family(rest[1:].lstrip(" ")))
        elif not dashed:
            found.setdefault(width, set()).add(_family(rest))
        if width == 0:
            break
    return found


def _family(rest: str) -> int | None:
    key = _KEY.match(rest)
    return next((index for index, names in enumerate(FAMILIES) if key and key[1] in names), None)
