"""A rules file as pieces that know where in the text they begin and end; aliases stand for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from processor.rules.syntax import CAUGHT
from processor.rules.tree import hide, show

Kind = Literal["scalar", "list", "table", "alias"]
# Of a block scalar the sign that keeps the blank lines behind it.
_KEEPS = "+"


@dataclass(slots=True)
class Piece:
    """A value, its properties (&anchor, !tag) included; `start` and `end` count characters, comments behind left out.

    `text` is a scalar's value or an alias's name; `style` the quote of a scalar, "" when plain. `flow`: in brackets.
    """

    start: int
    end: int
    kind: Kind
    flow: bool = False
    style: str = ""
    anchor: str = ""
    text: str = ""
    items: list[Piece] = field(default_factory=list)
    entries: list[tuple[Piece, Piece]] = field(default_factory=list)

    def entry(self, name: str) -> int | None:
        """The index of the entry with this key, if there is one."""
        return next((i for i, (key, _) in enumerate(self.entries) if key.kind == "scalar" and key.text == name), None)

    def below(self) -> Iterator[Piece]:
        """This piece and every one inside it, as they stand."""
        yield self
        for item in self.items:
            yield from item.below()
        for key, value in self.entries:
            yield from key.below()
            yield from value.below()


def pieces_of(text: str) -> Piece | None:
    """The document's root; None when it is empty or no YAML."""
    hidden = hide(text)
    try:
        yaml = YAML(typ="safe", pure=True)
        return _Builder(hidden).build(yaml.parse(hidden))
    except CAUGHT:
        return None


class _Builder:
    """Makes pieces of the parser's events."""

    def __init__(self, text: str) -> None:
        self.text = text

    def build(self, events: Iterator[Any]) -> Piece | None:
        for event in events:
            if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                return self._piece(event, events)
        return None

    def _piece(self, event: Any, events: Iterator[Any]) -> Piece:
        start, end, anchor = event.start_mark.index, event.end_mark.index, str(event.anchor or "")
        if isinstance(event, AliasEvent):
            return Piece(start, end, "alias", text=anchor)
        if isinstance(event, ScalarEvent):
            style = str(event.style or "")
            if style in ("|", ">"):
                end = self._block_end(start, end)
            return Piece(start, end, "scalar", style=style, anchor=anchor, text=show(event.value))
        if isinstance(event, SequenceStartEvent):
            piece = Piece(start, end, "list", bool(event.flow_style), anchor=anchor)
            self._fill_list(piece, events)
        else:
            piece = Piece(start, end, "table", bool(event.flow_style), anchor=anchor)
            self._fill_table(piece, events)
        return piece

    def _fill_list(self, piece: Piece, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, SequenceEndEvent):
                self._close(piece, event, piece.items[-1] if piece.items else None)
                return
            piece.items.append(self._piece(event, events))

    def _fill_table(self, piece: Piece, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, MappingEndEvent):
                self._close(piece, event, piece.entries[-1][1] if piece.entries else None)
                return
            key = self._piece(event, events)
            piece.entries.append((key, self._piece(next(events), events)))

    def _close(self, piece: Piece, event: Any, last: Piece | None) -> None:
        piece.end = event.end_mark.index if piece.flow or last is None else last.end

    def _block_end(self, start: int, end: int) -> int:
        """Blank lines behind a block scalar are no part of it, unless it keeps them."""
        written = self.text[start:end]
        head = written.splitlines()[0].partition("#")[0] if written else ""
        if _KEEPS in head.rpartition("|")[2].rpartition(">")[2]:
            kept = written.rstrip(" ")  # the indentation of what follows is none of its own
            return start + len(kept.removesuffix("\n").removesuffix("\r"))
        return start + len(written.rstrip())
