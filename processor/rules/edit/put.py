"""Another value in the place of one, as near to how that was written as it can be."""

from __future__ import annotations

from processor.errors import EditRefused
from processor.rules.edit.layout import UNUSUAL, Layout, Splice
from processor.rules.edit.pieces import Piece
from processor.rules.edit.render import INDENT, WIDTH, Value, block, flow, is_collection, literal


def put(layout: Layout, container: Piece | None, index: int, old: Piece, value: Value) -> list[Splice]:
    """`value` instead of `old`, the value number `index` of `container`."""
    if container is None:
        raise EditRefused(UNUSUAL)
    if container.flow or old.flow:
        return [_inline(layout, old, flow(value, old.style))]
    if old.kind in ("list", "table"):
        if is_collection(value) and value:
            start = layout.skip_properties(old.start)
            column = layout.column(start)
            return [Splice(start, old.end, block(value, column, layout.newline))]
        return _after_sign(layout, container, index, old, flow(value))
    column = _column(layout, container, index)
    own_line = "\n" in layout.text[_sign_end(layout, container, index) : old.start]
    commented = layout.comment_behind(old.end)
    if isinstance(value, str) and "\n" in value and not commented and not own_line:
        written = literal(value, column + INDENT, layout.newline)
        if written:
            return [_inline(layout, old, written)]
    if is_collection(value) and value and not commented and column + len(flow(value)) > WIDTH:
        return filled(layout, container, index, old, value)
    return [_inline(layout, old, flow(value, old.style))]


def filled(layout: Layout, container: Piece | None, index: int, old: Piece, value: Value) -> list[Splice]:
    """A filled collection, line by line, instead of nothing, `[]` or `{}`; a comment behind it stays."""
    if container is None:
        raise EditRefused(UNUSUAL)
    if container.flow:
        return [_inline(layout, old, flow(value))]
    column = _column(layout, container, index)
    inner = column + INDENT
    if container.kind == "list":
        return [_inline(layout, old, block(value, inner, layout.newline))]
    start = _sign_end(layout, container, index)
    end = layout.end_of_line(old.end)
    new = layout.newline + " " * inner + block(value, inner, layout.newline)
    return [Splice(start, old.end), Splice(end, end, new)]


def emptied(layout: Layout, container: Piece | None, index: int, old: Piece) -> list[Splice]:
    """`[]` or `{}` instead of a block collection whose last item goes."""
    if container is None:
        raise EditRefused(UNUSUAL)
    return _after_sign(layout, container, index, old, "[]" if old.kind == "list" else "{}")


def _after_sign(layout: Layout, container: Piece, index: int, old: Piece, new: str) -> list[Splice]:
    """Instead of a block collection, one value behind the colon or dash; a comment in that line stays."""
    start = _sign_end(layout, container, index)
    line_end = layout.end_of_line(start)
    end = layout.tail(old.end, _column(layout, container, index))
    if line_end >= old.start:  # `- name: …`: it begins in this line
        return [Splice(start, old.end, f" {new}")]
    if layout.has_comment(start, line_end):
        return [Splice(start, start, f" {new}"), Splice(line_end, end)]
    return [Splice(start, end, f" {new}")]


def _inline(layout: Layout, old: Piece, new: str) -> Splice:
    """A value with nothing written for it stands right behind its sign."""
    glued = old.start == old.end and old.start > 0 and layout.text[old.start - 1] in ":-"
    return Splice(old.start, old.end, f" {new}" if glued else new)


def _sign_end(layout: Layout, container: Piece, index: int) -> int:
    """The position behind the colon of the entry, or behind the dash of the item."""
    if container.kind == "table":
        return layout.expect(":", container.entries[index][0].end)
    before = container.items[index - 1].end if index else layout.skip_properties(container.start)
    return layout.expect("-", before)


def _column(layout: Layout, container: Piece, index: int) -> int:
    """The column of the key, or of the dash."""
    if container.kind == "table":
        return layout.column(container.entries[index][0].start)
    return layout.column(_sign_end(layout, container, index) - 1)
