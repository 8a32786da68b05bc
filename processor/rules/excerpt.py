"""The line that a fault is about, with what is meant underlined; and the lines as they should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from processor.fault import Edit, Place
from processor.rules.lines import edited, lines_of
from processor.rules.masked import COVER, masked_lines
from processor.visible import runs_leftwards, sign_shown, visible, width_of

LINE_WIDTH_MAX: Final = 100
BEFORE_WIDTH: Final = 40
MENDED_LINES_MAX: Final = 8
LENGTH_MAX: Final = 400
"""Characters of a mended line that somebody still reads and pastes."""
CONTEXT_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line number from 1, the line as it is shown, and the marks below it."""

    line: int
    shown: str
    marks: str


@dataclass(frozen=True, slots=True)
class Mended:
    """The lines that change, as they should be, with the number of the first; `removed` lines stood there before.

    `long` tells that nobody would read or paste them.
    """

    line: int
    lines: tuple[str, ...]
    removed: int
    long: bool = False


def excerpt_of(text: str, place: Place) -> Excerpt | None:
    """The line at `place` of the file, secrets covered; nothing when the file has no such line."""
    return excerpt_from(masked_lines(text), place)


def excerpt_from(lines: Sequence[str], place: Place) -> Excerpt | None:
    """The same over lines whose secrets are covered already."""
    if not 1 <= place.line <= len(lines):
        return None
    line = lines[place.line - 1]
    start = min(place.column - 1, len(line))
    end = min(start + max(place.length, 1), max(len(line), start + 1))
    first, last = _window(line, start, end)
    head, tail = "…" if first else "", "…" if last < len(line) else ""
    shown = head + "".join(map(sign_shown, line[first:last])) + tail
    before = width_of(head + "".join(map(sign_shown, line[first:start])))
    under = max(1, width_of("".join(map(sign_shown, line[start : min(end, last)]))))
    marks = " " * before + "^" * under
    if runs_leftwards(line[first:last]) and line[start:end].strip():
        marks += f" {visible(line[start : min(end, last)])}"
    return Excerpt(place.line, shown.rstrip(), marks)


def _window(line: str, start: int, end: int) -> tuple[int, int]:
    """The part of a long line that is shown: what is meant, with as much around it as there is room for."""
    widths = [width_of(sign_shown(sign)) for sign in line] if len(line) < 10_000 else [1] * len(line)
    if sum(widths) <= LINE_WIDTH_MAX:
        return 0, len(line)
    first, room = start, BEFORE_WIDTH
    while first > 0 and room >= widths[first - 1]:
        first -= 1
        room -= widths[first]
    room = LINE_WIDTH_MAX - sum(widths[first:start])
    last = start
    while last < len(line) and room >= widths[last]:
        room -= widths[last]
        last += 1
    return first, max(last, min(end, start + 1), min(len(line), start))


def mended_of(text: str, edits: Sequence[Edit]) -> Mended | None:
    """The lines that the edits change, secrets covered; nothing when nothing changes."""
    if not edits:
        return None
    old, above = _around(lines_of(text), edits)
    near = [replace(one, line=one.line - above, end_line=one.end_line - above) for one in edits]
    new = lines_of(edited("\n".join(old), near))
    first = _same(old, new, len(old), len(new))
    behind = _same(old[::-1], new[::-1], len(old) - first, len(new) - first)
    lines = masked_lines("\n".join(new))[first : len(new) - behind]
    removed = len(old) - behind - first
    if not lines and not removed:
        return None
    hidden = masked_lines("\n".join(old))[first : len(old) - behind]
    if "".join(hidden).count(COVER) > "".join(lines).count(COVER):
        # A key that is renamed would lay open the secret behind it.
        return Mended(above + first + 1, (COVER,), removed, long=True)
    long = len(lines) > MENDED_LINES_MAX or max(map(len, lines), default=0) > LENGTH_MAX
    return Mended(above + first + 1, tuple(visible_line(line) for line in lines), removed, long)


def _around(lines: list[str], edits: Sequence[Edit]) -> tuple[list[str], int]:
    """The lines that the edits touch, with some above that tell what is a secret; and how many were left out above."""
    above = max(0, min(one.line for one in edits) - 1 - CONTEXT_LINES)
    return lines[above : max(one.end_line for one in edits) + 1], above


def is_shown(edits: Sequence[Edit], mended: Mended) -> bool:
    """Whether everything that the edits put in may be shown: nothing of it is covered as a secret."""
    shown = "\n".join(mended.lines)
    return all(visible_line(piece) in shown for one in edits for piece in lines_of(one.text))


def visible_line(line: str) -> str:
    """A line to be pasted: as it is, without what a terminal would obey; tabs stay."""
    return "\t".join(visible(part) for part in line.split("\t"))


def _same(left: Sequence[str], right: Sequence[str], left_max: int, right_max: int) -> int:
    """How many lines both begin with."""
    count = 0
    while count < min(left_max, right_max) and left[count] == right[count]:
        count += 1
    return count
