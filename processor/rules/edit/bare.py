"""Pieces without places and quotes: what a text says, and what it should say after an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from processor.errors import EditRefused
from processor.rules.edit.pieces import Piece
from processor.rules.edit.render import Plain, Value, is_typed, number
from processor.rules.tree import DEPTH_MAX, VALUES_MAX
from processor.text import Text

Path: TypeAlias = "tuple[str | int, ...]"
# A scalar is (its text, whether it may be more than text).
Bare: TypeAlias = "tuple[str, bool] | list[Bare] | dict[str, Bare]"

_EARLY = Text(
    "ссылка *имя оказалась бы выше своего &имени; измените сам файл",
    "an *alias would stand above its &anchor; edit the file itself",
)


def bare_of_pieces(root: Piece) -> Bare:
    """What was read, aliases replaced by what they stand for. Raises EditRefused when that is too much."""
    anchors: dict[str, Piece] = {}
    for one in root.below():
        if one.anchor:
            anchors[one.anchor] = one
        if one.kind == "alias" and one.text not in anchors:
            raise EditRefused(_EARLY)
    return _Reader(anchors).read(root, 0)


@dataclass(slots=True)
class _Reader:
    """Counts what it reads: an alias may stand for much."""

    anchors: Mapping[str, Piece]
    count: int = 0

    def read(self, piece: Piece, depth: int) -> Bare:
        self.count += 1
        if depth > DEPTH_MAX or self.count > VALUES_MAX:
            raise EditRefused(Text("файл слишком велик", "the file is too large"))
        if piece.kind == "alias":
            return self.read(self.anchors[piece.text], depth + 1)
        if piece.kind == "list":
            return [self.read(item, depth + 1) for item in piece.items]
        if piece.kind == "table":
            return {self._key(key): self.read(value, depth + 1) for key, value in piece.entries}
        return _scalar(piece.text, plain=not piece.style)

    def _key(self, key: Piece) -> str:
        return (self.anchors[key.text] if key.kind == "alias" else key).text


def _scalar(text: str, *, plain: bool) -> Bare:
    if not plain or not is_typed(text):
        return text, False
    lowered = text.lower()
    if lowered in ("", "~", "null"):
        return "null", True
    return (lowered if lowered in ("true", "false") else text), True


def bare_of_value(value: Value) -> Bare:
    """What is to be written. Raises EditRefused."""
    if isinstance(value, str):
        return value, False
    if isinstance(value, Plain):
        return _scalar(value.text, plain=True)
    if value is None or isinstance(value, bool | int | float):
        return number(value), True
    if isinstance(value, Mapping):
        return {key: bare_of_value(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [bare_of_value(each) for each in value]
    raise EditRefused(Text("такое значение не записать", "such a value cannot be written"))


def value_of(bare: Bare) -> Value:
    """What is written, to be written again: the reverse of `bare_of_value`."""
    if isinstance(bare, list):
        return [value_of(each) for each in bare]
    if isinstance(bare, dict):
        return {key: value_of(each) for key, each in bare.items()}
    text, typed = bare
    return Plain(text) if typed else text


def same(one: Bare, other: Bare) -> bool:
    """Whether both say the same, in the same order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def at(bare: Bare, path: Path) -> Bare:
    """What stands at `path`. Raises EditRefused when nothing does."""
    for step in path:
        found = None
        if isinstance(bare, dict) and isinstance(step, str):
            found = bare.get(step)
        elif isinstance(bare, list) and isinstance(step, int) and 0 <= step < len(bare):
            found = bare[step]
        if found is None:
            raise EditRefused(nothing_at(path))
        bare = found
    return bare


def nothing_at(path: Path) -> Text:
    """The error's text."""
    named = ".".join(map(str, path))
    return Text(f"в файле нет {named}", f"there is no {named} in the file")
