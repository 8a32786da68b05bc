"""Edits inside brackets."""

from __future__ import annotations

from processor.rules.edit.layout import Layout, Splice
from processor.rules.edit.pieces import Piece

Span = tuple[int, int]


def spans_of(piece: Piece) -> list[Span]:
    """From where to where each item or entry goes."""
    if piece.kind == "list":
        return [(item.start, item.end) for item in piece.items]
    return [(key.start, value.end) for key, value in piece.entries]


def insert(layout: Layout, piece: Piece, index: int, new: str) -> list[Splice]:
    """`new` as the item (or entry) number `index`."""
    spans = spans_of(piece)
    if not spans:
        return [Splice(piece.end - 1, piece.end - 1, new)]
    alone = all(layout.begins_line(start) for start, _ in spans)  # each on a line of its own
    if index < len(spans):
        start = spans[index][0]
        between = layout.newline + layout.indent(start) if alone else " "
        return [Splice(start, start, f"{new},{between}")]
    start, end = spans[-1]
    if alone and not layout.has_comment(end, layout.end_of_line(end)):
        return [Splice(end, end, f",{layout.newline}{layout.indent(start)}{new}")]
    return [Splice(end, end, f", {new}")]


def repeat(layout: Layout, piece: Piece, index: int) -> list[Splice]:
    """One item once more right behind itself."""
    start, end = spans_of(piece)[index]
    return insert(layout, piece, index + 1, layout.text[start:end])


def remove(layout: Layout, piece: Piece, index: int) -> list[Splice]:
    """Take one out, with the comma that divides it from its neighbour; comments stay."""
    spans = spans_of(piece)
    start, end = spans[index]
    if index + 1 < len(spans):
        follows = spans[index + 1][0]
        if not layout.has_comment(end, follows):
            return [Splice(start, follows)]
        return [Splice(start, layout.expect(",", end))]
    if index > 0 and not layout.has_comment(spans[index - 1][1], start):
        return [Splice(spans[index - 1][1], end)]
    if index == 0:
        behind = layout.skip_blank(end)
        return [Splice(start, behind + 1 if layout.text.startswith(",", behind) else end)]
    return [Splice(start, end)]  # the comma before it may stay


def move(layout: Layout, piece: Piece, source: int, target: int) -> list[Splice]:
    """One item to another place; commas and comments between the items stay where they are."""
    spans = spans_of(piece)
    order = list(range(len(spans)))
    order.insert(target, order.pop(source))
    return [Splice(*spans[to], layout.text[slice(*spans[of])]) for to, of in enumerate(order) if to != of]
