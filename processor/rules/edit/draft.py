"""One text being edited: places in it by path, changed one at a time, each change proven before it counts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from processor.errors import EditRefused, FaultsFound
from processor.rules.edit import flow, lines
from processor.rules.edit.bare import Bare, Path, at, bare_of_pieces, bare_of_value, nothing_at, same
from processor.rules.edit.layout import Layout, Splice, spliced
from processor.rules.edit.pieces import Piece, pieces_of
from processor.rules.edit.put import emptied, filled, put
from processor.rules.edit.render import Value, scalar
from processor.rules.edit.render import flow as in_brackets
from processor.rules.lines import LINE_END
from processor.rules.report import Report
from processor.rules.tree import grow
from processor.text import Text

_BROKEN = Text(
    "правка изменила бы и другое место; исправьте это в самом файле",
    "the edit would change another place, too; edit the file itself",
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A value with what holds it: `container` (None for the root) and its number there; `chain` from the root down."""

    piece: Piece
    chain: tuple[Piece, ...]
    index: int = 0

    @property
    def container(self) -> Piece | None:
        """The list or table it stands in."""
        return self.chain[-1] if self.chain else None


class Draft:
    """A rules file's text under edit. Every change raises EditRefused, and then the text is as it was."""

    def __init__(self, text: str, file: str) -> None:
        """Raises FaultsFound when the text is no YAML that rules can be written in, EditRefused when it is empty."""
        root = pieces_of(text)
        if root is None:
            _refuse_unread(text, file)
        self._set(text, root, bare_of_pieces(root))

    def _set(self, text: str, root: Piece, bare: Bare) -> None:
        self.text, self.bare, self._root, self._layout = text, bare, root, Layout(text)

    def has(self, path: Path) -> bool:
        """Whether something stands at `path`."""
        try:
            at(self.bare, path)
        except EditRefused:
            return False
        return True

    def put(self, path: Path, value: Value, index: int | None = None) -> None:
        """Set a value, or add the entry where there is none: as entry number `index`, else as the last.

        Tables that are missing on the way are added, too.
        """
        deepest = next(length for length in range(len(path), -1, -1) if self.has(path[:length]))
        for step in reversed(path[deepest + 1 :]):
            value = {str(step): value}
        if deepest == len(path):
            spot = self._spot(path)
            self._refuse_named(spot.piece)
            whole = copy.deepcopy(self.bare)
            _replace(whole, path, bare_of_value(value))
            self._try(put(self._layout, spot.container, spot.index, spot.piece, value), whole)
            return
        self._add_entry(path[:deepest], path[deepest], value, index)

    def insert(self, path: Path, index: int, value: Value) -> None:
        """Add an item to the list at `path`, as number `index`."""
        spot = self._spot(path)
        self._refuse_shared(spot.piece)
        whole, target = self._wanted(path)
        if isinstance(target, tuple) and target == ("null", True):
            _replace(whole, path, [bare_of_value(value)])
            self._try(filled(self._layout, spot.container, spot.index, spot.piece, [value]), whole)
            return
        if not isinstance(target, list) or not 0 <= index <= len(target):
            raise EditRefused(nothing_at((*path, index)))
        target.insert(index, bare_of_value(value))
        piece = spot.piece
        if not piece.items and spot.container is not None and not spot.container.flow:
            done = filled(self._layout, spot.container, spot.index, piece, [value])
        elif piece.flow:
            done = flow.insert(self._layout, piece, index, in_brackets(value))
        else:
            done = lines.insert_item(self._layout, piece, index, value)
        self._try(done, whole)

    def remove(self, path: Path) -> None:
        """Take an entry or an item out, with its own comments."""
        spot = self._spot(path)
        self._refuse_named(spot.piece)
        container = spot.container
        whole, target = self._wanted(path[:-1])
        del target[path[-1]]  # type: ignore[arg-type, union-attr]
        if container is None:
            raise EditRefused(nothing_at(path))
        if container.flow:
            done = flow.remove(self._layout, container, spot.index)
        elif len(container.items) + len(container.entries) == 1:
            holder = self._spot(path[:-1])
            done = emptied(self._layout, holder.container, holder.index, container)
        elif container.kind == "list":
            done = lines.remove_item(self._layout, container, spot.index)
        else:
            done = lines.remove_entry(self._layout, container, spot.index)
        self._try(done, whole)

    def move(self, path: Path, source: int, target: int) -> None:
        """Make item `source` of the list at `path` the item number `target`."""
        spot = self._spot(path)
        self._refuse_shared(spot.piece)
        whole, items = self._wanted(path)
        if not isinstance(items, list) or not (0 <= source < len(items) and 0 <= target < len(items)):
            raise EditRefused(nothing_at((*path, source)))
        items.insert(target, items.pop(source))
        move = flow.move if spot.piece.flow else lines.move_item
        self._try(move(self._layout, spot.piece, source, target), whole)

    def repeat(self, path: Path, index: int) -> None:
        """Put item `index` of the list at `path` once more behind itself, as it is written, with its own comments."""
        spot = self._spot(path)
        self._refuse_shared(spot.piece)
        whole, items = self._wanted(path)
        if not isinstance(items, list) or not 0 <= index < len(items):
            raise EditRefused(nothing_at((*path, index)))
        items.insert(index + 1, copy.deepcopy(items[index]))
        repeat = flow.repeat if spot.piece.flow else lines.repeat_item
        self._try(repeat(self._layout, spot.piece, index), whole)

    def is_shared(self, path: Path) -> bool:
        """Whether an alias stands at `path`, or what an alias names."""
        piece = self._spot(path).piece
        return piece.kind == "alias" or bool(piece.anchor and self._uses(piece.anchor))

    def comment_behind(self, path: Path) -> bool:
        """Whether a comment stands behind the value at `path` in its line."""
        return self._layout.comment_behind(self._spot(path).piece.end)

    def _add_entry(self, path: Path, step: str | int, value: Value, index: int | None) -> None:
        if not isinstance(step, str):
            raise EditRefused(nothing_at((*path, step)))
        spot = self._spot(path)
        self._refuse_shared(spot.piece)
        whole, target = self._wanted(path)
        piece = spot.piece
        if target == ("null", True) or (target == {} and not (spot.container and spot.container.flow)):
            _replace(whole, path, {step: bare_of_value(value)})
            self._try(filled(self._layout, spot.container, spot.index, piece, {step: value}), whole)
            return
        if not isinstance(target, dict):
            raise EditRefused(nothing_at((*path, step)))
        place = len(target) if index is None else min(index, len(target))
        entries = list(target.items())
        entries.insert(place, (step, bare_of_value(value)))
        target.clear()
        target.update(entries)
        if piece.flow:
            done = flow.insert(self._layout, piece, place, f"{scalar(step)}: {in_brackets(value)}")
        else:
            done = lines.insert_entry(self._layout, piece, place, step, value)
        self._try(done, whole)

    def _wanted(self, path: Path) -> tuple[Bare, Bare]:
        """A copy of what the text says, and of it what stands at `path`, to be changed."""
        whole = copy.deepcopy(self.bare)
        return whole, at(whole, path)

    def _try(self, splices: Sequence[Splice], wanted: Bare) -> None:
        text = spliced(self.text, list(splices))
        root = pieces_of(text)
        if root is None:
            raise EditRefused(_BROKEN)
        bare = bare_of_pieces(root)
        if not same(bare, wanted):
            raise EditRefused(_BROKEN)
        self._set(text, root, bare)

    def _spot(self, path: Path) -> Spot:
        """Where `path` stands in the text; nothing on the way may be shared with another place."""
        at(self.bare, path)
        piece, chain, index = self._root, [], 0
        for step in path:
            self._refuse_shared(piece)
            chain.append(piece)
            found = step if isinstance(step, int) else piece.entry(step)
            if found is None:
                raise EditRefused(nothing_at(path))
            index = found
            piece = piece.items[index] if piece.kind == "list" else piece.entries[index][1]
        return Spot(piece, tuple(chain), index)

    def _refuse_shared(self, piece: Piece) -> None:
        if piece.kind == "alias":
            self._refuse(piece.text)
        if piece.anchor and self._uses(piece.anchor):
            self._refuse(piece.anchor)

    def _refuse_named(self, piece: Piece) -> None:
        """What is to go must not hold what other places name."""
        inside = list(piece.below())
        within = {id(one) for one in inside}
        for one in inside:
            if one.anchor and any(id(use) not in within for use in self._uses(one.anchor)):
                self._refuse(one.anchor)

    def _uses(self, name: str) -> list[Piece]:
        return [one for one in self._root.below() if one.kind == "alias" and one.text == name]

    def _refuse(self, name: str) -> None:
        uses = self._uses(name)
        line = len(LINE_END.findall(self.text[: uses[0].start])) + 1 if uses else 0
        raise EditRefused(
            Text(
                f"это место общее: &{name} используется как *{name} в строке {line}; исправьте его в самом файле",
                f"this place is shared: &{name} is used as *{name} in line {line}; edit the file itself",
            )
        )


def _refuse_unread(text: str, file: str) -> NoReturn:
    report = Report()
    grow(text, file, report)
    if report.count:
        raise FaultsFound(report.in_order())
    raise EditRefused(Text("файл пуст", "the file is empty"))


def _replace(whole: Bare, path: Path, value: Bare) -> None:
    holder = at(whole, path[:-1])
    holder[path[-1]] = value  # type: ignore[index]
