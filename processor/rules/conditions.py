"""`when:` of a rule: lines and groups of them, nested, become conditions ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from processor.domain.condition import Condition, Group, Line
from processor.domain.event import EVENT_TYPES
from processor.domain.path import split_path
from processor.rules.mends import brought_back
from processor.rules.operators import At, Known, tests_of
from processor.rules.reading import fields, glued
from processor.rules.report import Report, named
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import DOTTED, kind_of, nearest_path, path_mended, slip_of
from processor.text import Text

_BESIDE = frozenset({"name", "note", "enabled", "then", "contact", "stop", "urgent", "settle", "after", "unless"})
_GROUPS = ("any", "all", "not")
_GLUED = (*DOTTED, *_GROUPS)


def condition_of(tree: Tree, known: Known, report: Report) -> Group:
    """All lines of a `when:`; lines with faults are left out and reported."""
    return Group("all", tuple(_lines(tree, known, report)))


def _lines(tree: Tree, known: Known, report: Report) -> Iterator[Condition]:
    if not isinstance(tree, Table):
        fields(tree, (), report, alone="event" if _names_events(tree) else None)
        return
    for key, value in tree.entries:
        if key.text in ("any", "all"):
            yield _group("any" if key.text == "any" else "all", value, known, report)
        elif key.text == "not":
            yield Group("not", (_negated(value, known, report),))
        else:
            at = None if glued(key, value, _GLUED, report) or _belongs_beside(tree, key, report) else _at(key, report)
            if at is not None:
                yield from tests_of(at, value, known, report)


def _belongs_beside(tree: Table, key: Scalar, report: Report) -> bool:
    """Whether a field of the rule stands inside its conditions; with a fault."""
    if key.text not in _BESIDE:
        return False
    text = Text(f"поле «{key.text}» внутри условий", f'the field "{key.text}" is inside the conditions')
    expected = Text("рядом с when, с тем же отступом", "beside when, with the same indentation")
    report.add("when.beside", text, key.place, expected, edits=brought_back(tree, key, "when", report))
    return True


def _names_events(tree: Tree) -> bool:
    """Whether a type of event, or a list of them, stands where conditions should."""
    ones = tree.items if isinstance(tree, Listing) else (tree,)
    return bool(ones) and all(
        isinstance(one, Scalar) and (one.text in EVENT_TYPES or slip_of(one.text) is not None) for one in ones
    )


def _group(kind: Literal["any", "all"], tree: Tree, known: Known, report: Report) -> Group:
    """A list of sets of conditions; each set holds when all its lines do. A set by itself is split into its lines."""
    if (isinstance(tree, Listing) and not tree.items) or (isinstance(tree, Table) and not tree.entries):
        text = Text("условий нет", "there are no conditions")
        report.add("value.empty", text, tree.place, Text("хотя бы одно условие", "at least one condition"))
    if isinstance(tree, Listing):
        return Group(kind, tuple(condition_of(item, known, report) for item in tree.items))
    return Group(kind, tuple(_lines(tree, known, report)))


def _negated(tree: Tree, known: Known, report: Report) -> Group:
    """What must not hold: all lines of a set together, or any set of a list."""
    return _group("any" if isinstance(tree, Listing) else "all", tree, known, report)


def _at(key: Scalar, report: Report) -> At | None:
    path = key.text.strip()
    try:
        parts = split_path(path)
    except ValueError:
        text = Text(f"путь «{named(path)}» записан неверно", f'path "{named(path)}" is not written right')
        example = Text('form.fields."Ваш телефон"', 'form.fields."Your phone"')
        report.add("path.written", text, key.place, example, fix=path_mended(path))
        return None
    kind = kind_of(parts)
    if kind is None:
        text = Text(f"в событии нет поля «{named(path)}»", f'an event has no field "{named(path)}"')
        free = Text(
            "поле события, form.fields.… или raw.…; вложенные условия: any, all, not",
            "a field of an event, form.fields.… or raw.…; nested conditions: any, all, not",
        )
        report.add("path.unknown", text, key.place, free, nearest_path(path, _GROUPS))
        return None
    return At(path, parts, kind)


def reachable(group: Group, path: str) -> frozenset[str] | None:
    """The folded values that `path` must have one of, as far as the top lines of a `when:` say; None for any."""
    found: frozenset[str] | None = None
    for member in group.members:
        if isinstance(member, Line) and member.parts == (path,) and member.equals is not None:
            found = member.equals if found is None else found & member.equals
    return found
