"""The lines of a rules file as YAML counts them, and edits applied to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from processor.fault import Edit

LINE_END: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; the last is what stands behind the last end."""
    return LINE_END.split(text)


def place_of(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `position`."""
    before = text[:position]
    ends = list(LINE_END.finditer(before))
    start = ends[-1].end() if ends else 0
    return len(ends) + 1, position - start + 1


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits done; places beyond its end mean its end."""
    starts = [0, *(end.end() for end in LINE_END.finditer(text))]
    spans = sorted((_at(starts, text, one.line, one.column), index) for index, one in enumerate(edits))
    for start, index in reversed(spans):
        one = edits[index]
        end = max(start, _at(starts, text, one.end_line, one.end_column))
        put = one.text
        if start >= len(text) and text and not LINE_END.search(text[-1:]) and put.endswith("\n"):
            put = "\n" + put  # a line of its own, behind a last line that does not end
        text = text[:start] + put + text[end:]
    return text


def _at(starts: Sequence[int], text: str, line: int, column: int) -> int:
    if line > len(starts):
        return len(text)
    return min(starts[line - 1] + column - 1, len(text))
