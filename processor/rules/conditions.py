"""`when:` of a rule: lines and groups of them, nested, become conditions ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from processor.domain.condition import Condition, Group, Line
from processor.domain.earlier import ROOT as EARLIER
from processor.domain.path import split_path
from processor.rules.earlier import earlier_of
from processor.rules.operators import At, Known, tests_of
from processor.rules.reading import fields
from processor.rules.report import Report, named
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import kind_of, nearest_path
from processor.text import Text


def condition_of(tree: Tree, known: Known, report: Report) -> Group:
    """All lines of a `when:`; lines with faults are left out and reported."""
    return Group("all", tuple(_lines(tree, known, report)))


def _lines(tree: Tree, known: Known, report: Report) -> Iterator[Condition]:
    if not isinstance(tree, Table):
        fields(tree, (), report)
        return
    for key, value in tree.entries:
        if key.text in ("any", "all"):
            yield _group("any" if key.text == "any" else "all", value, known, report)
        elif key.text == "not":
            yield Group("not", (_negated(value, known, report),))
        elif key.text == EARLIER:
            yield from earlier_of(value, known, report)
        else:
            at = _at(key, report)
            if at is not None:
                yield from tests_of(at, value, known, report)


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
        report.add("path.written", text, key.place, example)
        return None
    kind = kind_of(parts)
    if kind is None:
        text = Text(f"в событии нет поля «{named(path)}»", f'an event has no field "{named(path)}"')
        free = Text(
            "поле события, form.fields.… или raw.…; вложенные условия: any, all, not; earlier",
            "a field of an event, form.fields.… or raw.…; nested conditions: any, all, not; earlier",
        )
        report.add("path.unknown", text, key.place, free, nearest_path(path))
        return None
    return At(path, parts, kind)


def reachable(group: Group, path: str) -> frozenset[str] | None:
    """The folded values that `path` must have one of, as far as the top lines of a `when:` say; None for any."""
    found: frozenset[str] | None = None
    for member in group.members:
        if isinstance(member, Line) and member.parts == (path,) and member.equals is not None:
            found = member.equals if found is None else found & member.equals
    return found
