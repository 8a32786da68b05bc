"""A rules file as a tree in which every value knows its place, and text stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from processor.fault import Place
from processor.rules.draft import DraftText
from processor.rules.quoting import quoted
from processor.rules.recover import Reading
from processor.rules.report import Report, named
from processor.rules.slip_texts import SLIP_TEXTS
from processor.text import Text

DEPTH_MAX = 40
VALUES_MAX = 500_000
REPEATED_MAX = 50_000

_NULLS = ("", "~", "null", "Null", "NULL")
_CORE = frozenset(["str", "int", "float", "bool", "null", "map", "seq", "merge", "timestamp", "value"])

# YAML reads the braces of ${NAME} inside {…} as a mapping; people write it so all the same. They are hidden from the
# parser behind two signs of the same width that nobody types, and brought back in every value.
_REFERENCE = re.compile(r"\$\{([^{}\r\n]*)\}")
_HIDDEN = ("\ue000", "\ue001")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; `plain` tells that it stood without quotes, so that true or 5 may be more than text."""

    place: Place
    text: str
    plain: bool
    end_line: int = 0

    @property
    def is_null(self) -> bool:
        """null of YAML 1.2, or nothing written at all."""
        return self.plain and self.text in _NULLS

    @property
    def flag(self) -> bool | None:
        """true or false of YAML 1.2; yes, no, on and off are text."""
        return {"true": True, "false": False}.get(self.text.lower()) if self.plain else None


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in a row."""

    place: Place
    items: tuple[Tree, ...]
    flow: bool = False
    end_line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values; a key that stood twice is told and kept once."""

    place: Place
    entries: tuple[tuple[Scalar, Tree], ...]
    flow: bool = False
    end_line: int = 0


Tree = Scalar | Listing | Table


def plain(tree: Tree) -> Hashable:
    """What is written, without its place: equal for what reads the same."""
    if isinstance(tree, Scalar):
        return tree.text, tree.plain
    if isinstance(tree, Listing):
        return tuple(plain(item) for item in tree.items)
    return tuple((plain(key), plain(value)) for key, value in tree.entries)


_TOO_MUCH = Text("файл слишком велик или вложен сам в себя", "the file is too large or nested in itself")
_AT_MOST = Text(
    f"не больше {VALUES_MAX} значений, {REPEATED_MAX} повторённых ссылками *имя, и {DEPTH_MAX} уровней",
    f"at most {VALUES_MAX} values, {REPEATED_MAX} repeated by an *alias, and {DEPTH_MAX} levels",
)


class _TooMuchError(Exception):
    """The tree outgrew its bounds."""


def grow(text: str, file: str, report: Report) -> Tree | None:
    """The tree of `text`, or None when it cannot be read or is empty; what is wrong goes to `report`."""
    hidden = hide(text)
    reading = Reading(hidden, file, report, _compose)
    try:
        reading.read()
    except _TooMuchError:
        report.add("yaml.too_much", _TOO_MUCH, Place(file, 1, 1), _AT_MOST)
        return None
    if reading.node is None:
        return None
    planter = _Planter(file, report, reading.draft)
    try:
        return planter.plant(reading.node, 0)
    except _TooMuchError:
        return None


class _Composer(Composer):
    """Stops at VALUES_MAX: each node takes a kilobyte, and a file of nothing but brackets would have millions."""

    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node, with all below it. Raises _TooMuchError."""
        self.nodes += 1
        if self.nodes > VALUES_MAX:
            raise _TooMuchError
        return super().compose_node(parent, index)


def _compose(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    yaml.max_depth = DEPTH_MAX
    yaml.composer.warn_double_anchors = False
    return yaml.compose(text)


class _Planter:
    """Turns the parser's nodes into our tree, counting every value, those behind aliases once for each alias.

    What aliases repeat is counted by itself: a few lines of them can stand for billions of values.
    """

    def __init__(self, file: str, report: Report, draft: DraftText) -> None:
        self.file = file
        self.report = report
        self.draft = draft
        self.count = 0
        self.repeated = 0
        self.planted: set[int] = set()
        self.anchors: dict[str, Any] = {}

    def plant(self, node: Any, depth: int) -> Tree:
        self.count += 1
        self.repeated += id(node) in self.planted
        self.planted.add(id(node))
        place = self._place(node)
        if depth > DEPTH_MAX or self.count > VALUES_MAX or self.repeated > REPEATED_MAX:
            self.report.add("yaml.too_much", _TOO_MUCH, place, _AT_MOST)
            raise _TooMuchError
        self._check_anchor(node, place)
        self._check_tag(node, place)
        if isinstance(node, ScalarNode):
            return Scalar(place, show(node.value), node.style is None, _end_line(node))
        if isinstance(node, SequenceNode):
            items = tuple(self.plant(item, depth + 1) for item in node.value)
            return Listing(place, items, bool(node.flow_style), _end_line(node))
        if node.value and node.flow_style and all(isinstance(key, MappingNode) for key, _ in node.value):
            return self._unquoted(place)
        return Table(place, tuple(self._entries(node, depth)), bool(node.flow_style), _end_line(node))

    def _unquoted(self, place: Place) -> Scalar:
        """To YAML `{{ order.number }}` is a mapping in a mapping; people mean a template."""
        text, expected = SLIP_TEXTS["template.unquoted"]
        raw = self.report.raw(place)
        self.report.add("template.unquoted", text, place, expected, fix=quoted(raw) if raw else None)
        return Scalar(place, "?", False)

    def _entries(self, node: MappingNode, depth: int) -> Iterator[tuple[Scalar, Tree]]:
        seen: dict[str, Scalar] = {}
        for key_node, value_node in node.value:
            key = self.plant(key_node, depth + 1)
            value = self.plant(value_node, depth + 1)
            if isinstance(value, Scalar) and not value.place.length and value.place.line != key.place.line:
                value = replace(value, place=_behind(key.place)) if value.is_null else value
            if not isinstance(key, Scalar):
                text = Text("имя поля должно быть текстом", "a key must be text")
                self.report.add("yaml.key", text, key.place)
            elif key.plain and key.text == "<<":
                text = Text("слияние знаком «<<» не поддерживается", 'merging with "<<" is not supported')
                mend = Text("поля, выписанные полностью", "the fields written out")
                self.report.add("yaml.merge", text, key.place, mend)
            elif key.text in seen:
                self._repeated(key, seen[key.text])
            else:
                seen[key.text] = key
                yield key, value

    def _repeated(self, key: Scalar, first: Scalar) -> None:
        name, line = named(key.text), first.place.line
        text = Text(
            f"«{name}» повторяется: уже есть в строке {line}", f'"{name}" is repeated: it stands in line {line}'
        )
        self.report.add("yaml.repeated", text, key.place)

    def _check_anchor(self, node: Any, place: Place) -> None:
        if node.anchor is None or self.anchors.setdefault(node.anchor, node) is node:
            return
        line = self._place(self.anchors[node.anchor]).line
        name = named(str(node.anchor))
        text = Text(f"метка &{name} уже есть в строке {line}", f"the mark &{name} stands in line {line} already")
        expected = Text(
            "другое имя; текст, который начинается с &, берут в кавычки",
            "another name; text that begins with & in quotes",
        )
        self.report.add("yaml.anchor", text, place, expected)

    def _check_tag(self, node: Any, place: Place) -> None:
        tag = str(node.tag or "")
        if tag.removeprefix("tag:yaml.org,2002:") in _CORE:
            return
        name = named(tag.replace("tag:yaml.org,2002:", "!!"))
        text = Text(
            f"«{name}» — команда YAML; такие не поддерживаются", f'"{name}" is a YAML tag; these are not supported'
        )
        raw = self.report.raw(place)
        bare = re.sub(r"^!\S*\s*", "", raw)
        expected = Text("значение без знака «!» или в кавычках", 'the value without "!", or in quotes')
        self.report.add("yaml.tag", text, place, expected, fix=(bare or quoted(raw)) if raw else None)

    def _place(self, node: Any) -> Place:
        start, end, back = node.start_mark, node.end_mark, self.draft.back
        column = back(start.line, start.column)
        length = max(0, back(start.line, end.column) - column) if end.line == start.line else 0
        return Place(self.file, start.line + 1, column + 1, length)


def _behind(key: Place) -> Place:
    """Where the value of a key should stand that has none: the parser says where the next thing begins."""
    return Place(key.file, key.line, key.column + key.length + 1)


def _end_line(node: Any) -> int:
    """The last line, from 1, on which something of the node stands."""
    end = node.end_mark
    return int(end.line) + (1 if end.column > 0 and end.line >= node.start_mark.line else 0)


def hide(text: str) -> str:
    """`text`, equally long, with the braces of references out of the parser's sight."""
    return text if any(sign in text for sign in _HIDDEN) else _REFERENCE.sub(rf"${_HIDDEN[0]}\1{_HIDDEN[1]}", text)


def show(text: str) -> str:
    """A value of hidden text as it was written."""
    return text.replace(_HIDDEN[0], "{").replace(_HIDDEN[1], "}")
