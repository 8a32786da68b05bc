"""Edits of block lists and block tables: whole lines come, go and move."""

from __future__ import annotations

import re

from processor.errors import EditRefused
from processor.rules.edit.layout import UNUSUAL, Layout, Splice
from processor.rules.edit.pieces import Piece
from processor.rules.edit.render import Value, entry, item

Span = tuple[int, int]


def dashes_of(layout: Layout, piece: Piece) -> list[int]:
    """Where the dash of each item stands. Raises EditRefused when one shares its line with something before it."""
    found, at = [], layout.skip_properties(piece.start)
    for one in piece.items:
        dash = layout.expect("-", at) - 1
        if not layout.begins_line(dash):
            raise EditRefused(UNUSUAL)
        found.append(dash)
        at = one.end
    return found


def segments_of(layout: Layout, piece: Piece) -> list[Span]:
    """The lines of each item with its own comments: right above it, and deeper ones right below. No last line break."""
    spans: list[Span] = []
    floor = 0
    for number, (dash, one) in enumerate(zip(dashes_of(layout, piece), piece.items, strict=True)):
        column = layout.column(dash)
        start = layout.lead(dash, floor, column if number else None)
        end = layout.tail(one.end, column)
        spans.append((start, end))
        floor = layout.next_line(end)
    return spans


def insert_item(layout: Layout, piece: Piece, index: int, value: Value) -> list[Splice]:
    """`value` as the item number `index` of a filled block list; blank lines between items go on as they were."""
    segments, dashes = segments_of(layout, piece), dashes_of(layout, piece)
    indent = layout.indent(dashes[-1])
    gap = layout.text[dashes[-1] + 1 : piece.items[-1].start]
    pad = len(gap) if gap and not gap.strip(" ") else 1
    new = indent + item(value, len(indent), layout.newline, pad)
    between = layout.newline * (1 + _blank_lines(layout, segments, index))
    if index < len(segments):
        at = segments[index][0]
        return [Splice(at, at, new + between)]
    at = segments[-1][1]
    return [Splice(at, at, between + new)]


def remove_item(layout: Layout, piece: Piece, index: int) -> list[Splice]:
    """Take out one of several items, with its comments and the blank lines behind it; other comments stay."""
    segments = segments_of(layout, piece)
    start, end = segments[index]
    if index + 1 < len(segments) and not layout.text[end : segments[index + 1][0]].strip():
        return [Splice(start, segments[index + 1][0])]
    if index + 1 == len(segments) and not layout.text[segments[index - 1][1] : start].strip():
        return [Splice(segments[index - 1][1], end)]
    return [whole_lines(layout, start, end)]


def move_item(layout: Layout, piece: Piece, source: int, target: int) -> list[Splice]:
    """One item to another place, with its comments and the blank lines that divide it; other comments stay."""
    if source == target:
        return []
    segments = segments_of(layout, piece)
    start, end = segments[source]
    (taken,) = remove_item(layout, piece, source)
    moved = layout.text[start:end]
    between = layout.text[end : taken.end] if taken.start == start else layout.text[taken.start : start]
    others = [span for number, span in enumerate(segments) if number != source]
    if target < len(others):
        at = others[target][0]
        return [taken, Splice(at, at, moved + between)]
    at = others[-1][1]
    return [taken, Splice(at, at, between + moved)]


def repeat_item(layout: Layout, piece: Piece, index: int) -> list[Splice]:
    """One item once more right below itself, with its comments; blank lines between items go on as they were."""
    segments = segments_of(layout, piece)
    start, end = segments[index]
    between = layout.newline * (1 + _blank_lines(layout, segments, index + 1))
    return [Splice(end, end, between + layout.text[start:end])]


def insert_entry(layout: Layout, piece: Piece, index: int, key: str, value: Value) -> list[Splice]:
    """`key: value` as the entry number `index` of a filled block table."""
    first = piece.entries[0][0]
    column = layout.column(first.start)
    new = entry(key, value, column, layout.newline)
    if index == 0:
        return [Splice(first.start, first.start, new + layout.newline + " " * column)]
    at = layout.tail(piece.entries[index - 1][1].end, column)
    return [Splice(at, at, layout.newline + " " * column + new)]


def remove_entry(layout: Layout, piece: Piece, index: int) -> list[Splice]:
    """Take out one of several entries, with the comment lines right above it in its column."""
    key, value = piece.entries[index]
    column = layout.column(key.start)
    end = layout.tail(value.end, column)
    if layout.begins_line(key.start):
        floor = layout.next_line(piece.entries[index - 1][1].end) if index else 0
        start = layout.lead(key.start, floor, None)
        start += 1 if start == 0 and layout.text.startswith("\ufeff") else 0
        return [whole_lines(layout, start, end)]
    follows = piece.entries[index + 1][0].start if index + 1 < len(piece.entries) else end
    if layout.has_comment(layout.next_line(value.end), follows):
        return [Splice(key.start, layout.end_of_line(value.end))]  # the dash keeps its line
    return [Splice(key.start, follows)]


def whole_lines(layout: Layout, start: int, end: int) -> Splice:
    """Take out the lines from `start` to `end` with one line break."""
    follows = layout.next_line(end)
    if follows > end or start == 0:
        return Splice(start, follows)
    before = 2 if layout.text[:start].endswith("\r\n") else 1
    return Splice(start - before, end)  # the last line, without a line break


def _blank_lines(layout: Layout, segments: list[Span], index: int) -> int:
    """How many blank lines divide the items around the place; as many as the nearest two have."""
    if len(segments) < 2:
        return 0
    pair = min(max(index - 1, 0), len(segments) - 2)
    gap = layout.text[segments[pair][1] : segments[pair + 1][0]]
    return max(0, len(re.findall(r"\r\n|[\r\n]", gap)) - 1) if not gap.strip() else 0
