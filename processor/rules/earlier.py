"""`earlier:` among the conditions of a rule: how many events of the contact came before."""

from __future__ import annotations

from collections.abc import Iterator

from processor.domain.condition import Line, fold, number_test
from processor.domain.earlier import ROOT, WITHIN_MAX_MS, Asked
from processor.rules.duration import span_ms_of
from processor.rules.operators import At, Known, check_name, tests_of
from processor.rules.reading import fields, texts_of
from processor.rules.report import Report
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.text import Text

KEYS = ("event", "source", "count", "within")
_COUNTS = frozenset(("is", "not", "in", "not_in", "at_least", "more_than", "at_most", "less_than", "between"))


def mentions_earlier(tree: Tree) -> bool:
    """Whether an `earlier:` stands anywhere in a `when:`."""
    if isinstance(tree, Table):
        nested = (value for key, value in tree.entries if key.text in ("any", "all", "not"))
        return any(key.text == ROOT for key, _ in tree.entries) or any(map(mentions_earlier, nested))
    return isinstance(tree, Listing) and any(map(mentions_earlier, tree.items))


def earlier_of(tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    """The tests of one `earlier:`, a mapping or a list of mappings; all of them must hold."""
    if not isinstance(tree, Listing):
        yield from _one(tree, known, report)
        return
    if not tree.items:
        text = Text("условий нет", "there are no conditions")
        report.add("value.empty", text, tree.place, Text("хотя бы одно условие", "at least one condition"))
    for item in tree.items:
        yield from _one(item, known, report)


def _one(tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    before = report.count
    found = fields(tree, KEYS, report)
    events = names_of("event", found["event"].value, known, report) if "event" in found else ()
    sources = names_of("source", found["source"].value, known, report) if "source" in found else ()
    within = found.get("within")
    within_ms = span_ms_of(within.value, WITHIN_MAX_MS, report) if within else None
    at = At(_path(events, sources, within.value if within else None), (), "number")
    tests = list(_counts(at, found["count"].value, known, report)) if "count" in found else [_any_at_all(at)]
    if report.count == before:
        asked = Asked(
            events=tuple(sorted({fold(event) for event in events})),
            sources=tuple(sorted({fold(source) for source in sources})),
            within_ms=within_ms,
        )
        for test in tests:
            yield Line(test.path, (ROOT, asked.part), test.test, test.expected, test.holds, values=test.values)


def names_of(kind: str, tree: Tree, known: Known, report: Report) -> tuple[str, ...]:
    """One name or a list of them, as they are written: types of events (`event`) or sources (`source`)."""
    found = texts_of(tree, report)
    for text, scalar in found:
        check_name(At(kind, (kind,), "text"), text, scalar, known, report)
    return tuple(text for text, _ in found)


def _path(events: tuple[str, ...], sources: tuple[str, ...], within: Tree | None) -> str:
    """The question as it is shown: `earlier order.created shop 90d`."""
    span = [within.text.strip()] if isinstance(within, Scalar) else []
    return " ".join((ROOT, *(["|".join(events)] if events else []), *(["|".join(sources)] if sources else []), *span))


def _any_at_all(at: At) -> Line:
    return Line(at.path, at.parts, "at_least", "1", number_test(lambda number: number >= 1))


def _counts(at: At, tree: Tree, known: Known, report: Report) -> Iterator[Line]:
    """The tests of a count, which is a whole number."""
    if isinstance(tree, Table):
        for key, _ in tree.entries:
            if key.text in ("exists", "empty"):
                text = Text(f"проверка «{key.text}» не для числа событий", f'test "{key.text}" is not for a count')
                named = ", ".join(sorted(_COUNTS))
                report.add("test.unfit", text, key.place, Text(f"одно из: {named}", f"one of: {named}"))
                return
    for scalar in _scalars(tree):
        if scalar.text.strip().startswith("-") or "." in scalar.text or "," in scalar.text:
            text = Text("столько событий не бывает", "there cannot be so many events")
            report.add("earlier.count", text, scalar.place, Text("целое число от нуля", "a whole number from zero"))
            return
    yield from tests_of(at, tree, known, report)


def _scalars(tree: Tree) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    for below in (
        tree.items
        if isinstance(tree, Listing)
        else [value for _, value in tree.entries]
        if isinstance(tree, Table)
        else []
    ):
        yield from _scalars(below)
