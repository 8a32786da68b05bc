"""A rules file as a tree in which every value knows its place, and text stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from processor.fault import Place
from processor.rules.report import Report, named
from processor.rules.syntax import CAUGHT, translate
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


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values; a key that stood twice is told and kept once."""

    place: Place
    entries: tuple[tuple[Scalar, Tree], ...]


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
    try:
        node = _compose(hidden)
    except _TooMuchError:
        report.add("yaml.too_much", _TOO_MUCH, Place(file, 1, 1), _AT_MOST)
        return None
    except CAUGHT as error:
        fault = translate(error, hidden)
        report.add(fault.code, fault.text, Place(file, fault.line, fault.column), fault.expected)
        return None
    if node is None:
        return None
    planter = _Planter(file, report)
    try:
        return planter.plant(node, 0)
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

    def __init__(self, file: str, report: Report) -> None:
        self.file = file
        self.report = report
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
            return Scalar(place, show(node.value), node.style is None)
        if isinstance(node, SequenceNode):
            return Listing(place, tuple(self.plant(item, depth + 1) for item in node.value))
        if node.value and node.flow_style and all(isinstance(key, MappingNode) for key, _ in node.value):
            return self._unquoted(place)
        return Table(place, tuple(self._entries(node, depth)))

    def _unquoted(self, place: Place) -> Scalar:
        """To YAML `{{ order.number }}` is a mapping in a mapping; people mean a template."""
        text = Text("шаблон без кавычек", "a template without quotes")
        self.report.add("template.unquoted", text, place, Text('"{{ … }}"', '"{{ … }}"'))
        return Scalar(place, "?", False)

    def _entries(self, node: MappingNode, depth: int) -> Iterator[tuple[Scalar, Tree]]:
        seen: dict[str, Scalar] = {}
        for key_node, value_node in node.value:
            key = self.plant(key_node, depth + 1)
            value = self.plant(value_node, depth + 1)
            if not isinstance(key, Scalar):
                text = Text("имя поля должно быть текстом", "a key must be text")
                self.report.add("yaml.key", text, key.place)
            elif key.plain and key.text == "<<":
                text = Text("слияние «<<» не поддерживается", 'merging with "<<" is not supported')
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
        text = Text(f"якорь &{name} уже есть в строке {line}", f"anchor &{name} stands in line {line} already")
        self.report.add("yaml.anchor", text, place)

    def _check_tag(self, node: Any, place: Place) -> None:
        tag = str(node.tag or "")
        if tag.removeprefix("tag:yaml.org,2002:") in _CORE:
            return
        text = Text(f"метка YAML {named(tag)} не поддерживается", f"YAML tag {named(tag)} is not supported")
        self.report.add("yaml.tag", text, place, Text("значение без !метки", "the value without a !tag"))

    def _place(self, node: Any) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)


def hide(text: str) -> str:
    """`text`, equally long, with the braces of references out of the parser's sight."""
    return text if any(sign in text for sign in _HIDDEN) else _REFERENCE.sub(rf"${_HIDDEN[0]}\1{_HIDDEN[1]}", text)


def show(text: str) -> str:
    """A value of hidden text as it was written."""
    return text.replace(_HIDDEN[0], "{").replace(_HIDDEN[1], "}")
