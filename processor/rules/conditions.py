"""`when:` of a rule: lines and groups of them, nested, become conditions ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from processor.domain.condition import Condition, Group, Line
from processor.domain.earlier import ROOT as EARLIER
from processor.domain.event import EVENT_TYPES
from processor.domain.path import split_path
from processor.rules.earlier import earlier_of
from processor.rules.mends import brought_back
from processor.rules.operators import At, Known, tests_of
from processor.rules.reading import fields, glued
from processor.rules.report import Report, named
from processor.rules.tree import Listing, Scalar, Table, Tree, plain
from processor.rules.vocabulary import DOTTED, kind_of, nearest_path, path_mended, slip_of
from processor.text import Text

_BESIDE = frozenset({"name", "note", "enabled", "then", "contact", "stop", "urgent", "settle", "after", "unless"})
_GROUPS = ("any", "all", "not")
_GLUED = (*DOTTED, *_GROUPS)


def condition_of(tree: Tree, known: Known, report: Report) -> Group:
    """All lines of a `when:`; lines with faults are left out and reported."""
    return Group("all", tuple(_lines(tree, known, report)))


def _lines(tree: Tree, known: Known, report: Report) -> Iterator[Condition]:
    if isinstance(tree, Listing) and not _names_events(tree):
        text = Text("здесь список: не сказано, все условия нужны или любое", "here is a list: all of it, or any?")
        report.add("value.kind", text, tree.place, Text("all: [...] или any: [...]", "all: [...] or any: [...]"))
        return
    if not isinstance(tree, Table):
        fields(tree, (), report, alone="event" if _names_events(tree) else None)
        return
    for key, value in tree.entries:
        if key.text in ("any", "all"):
            yield _group("any" if key.text == "any" else "all", value, known, report)
        elif key.text == "not":
            yield Group("not", (_negated(value, known, report),))
        elif key.text == EARLIER:
            yield from earlier_of(value, known, report)
        else:
            yield from _tests(tree, key, value, known, report)


def _tests(tree: Table, key: Scalar, value: Tree, known: Known, report: Report) -> Sequence[Line]:
    """The tests of one line; what an earlier rule says as well is the same object, and asked once for both."""
    written = (key.text, plain(value))
    if written in known.lines:
        return known.lines[written]
    before = report.count
    at = None if glued(key, value, _GLUED, report) or _belongs_beside(tree, key, report) else _at(key, report)
    lines = tuple(tests_of(at, value, known, report)) if at is not None else ()
    if report.count == before:
        known.lines[written] = lines
    return lines


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
            "поле события, form.fields.… или raw.…; вложенные условия: any, all, not; earlier",
            "a field of an event, form.fields.… or raw.…; nested conditions: any, all, not; earlier",
        )
        report.add("path.unknown", text, key.place, free, nearest_path(path, _GROUPS))
        return None
    return At(path, parts, kind)


def reachable(condition: Condition, path: str) -> frozenset[str] | None:
    """The folded texts that `path` must have one of, as far as `is` and lists say; None for any."""
    if isinstance(condition, Line):
        fits = condition.parts == (path,) and condition.equals is not None
        return frozenset(key for key in condition.equals or () if isinstance(key, str)) if fits else None
    found = [reachable(member, path) for member in condition.members] if condition.kind != "not" else []
    known = [texts for texts in found if texts is not None]
    if condition.kind == "any" and len(known) == len(found):
        return frozenset[str]().union(*known)
    return frozenset.intersection(*known) if known and condition.kind == "all" else None
