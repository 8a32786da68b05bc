"""`fields:`, `event:` and `events:` of a source: where the sender keeps what we look for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from processor.domain.mapping import is_template
from processor.domain.path import split_path
from processor.domain.pick import split_pick
from processor.domain.template import TEMPLATE_CHARACTERS_MAX
from processor.fault import Place
from processor.rules.reading import fields, text_of
from processor.rules.report import Report, named
from processor.rules.source_draft import Draft
from processor.rules.templates import foreign_template
from processor.rules.tree import Scalar, Table, Tree
from processor.rules.vocabulary import kind_of, nearest_path, slip_of
from processor.text import Text

FIRST_TARGETS = ("customer", "order", "payment", "form", "utm", "page", "occurred_at")


def field_paths(draft: Draft) -> Mapping[str, str]:
    """Our path -> the sender's, both checked."""
    paths: dict[str, str] = {}
    if "fields" not in draft.found:
        return MappingProxyType(paths)
    tree = draft.found["fields"].value
    if not isinstance(tree, Table):
        fields(tree, (), draft.report)
        return MappingProxyType(paths)
    for key, value in tree.entries:
        theirs = place_written(value, draft.report)
        if _is_target(key, draft.report) and theirs is not None:
            paths[key.text.strip()] = theirs
    return MappingProxyType(paths)


def _is_target(key: Scalar, report: Report) -> bool:
    parts = _split(key.text, key.place, report)
    if parts is None:
        return False
    kind = kind_of(parts)
    if parts[0] in FIRST_TARGETS and kind not in (None, "part") and parts != ("form", "fields"):
        return True
    text = Text(f"в событии нет поля «{named(key.text)}»", f'an event has no field "{named(key.text)}"')
    example = Text("путь вроде customer.phone или order.total", "a path such as customer.phone or order.total")
    report.add("path.unknown", text, key.place, example, nearest_path(key.text))
    return False


def place_written(tree: Tree, report: Report) -> str | None:
    """A path in the sender's own body, or a template of several; None with a fault when it is written wrongly."""
    written = text_of(tree, report, TEMPLATE_CHARACTERS_MAX)
    if written is None or not isinstance(tree, Scalar):
        return None
    if is_template(written):
        return written if foreign_template(written, tree, report) else None
    try:
        split_pick(written)
    except ValueError:
        _miswritten(written, tree.place, report)
        return None
    return written


def _split(path: str, place: Place, report: Report) -> tuple[str, ...] | None:
    try:
        return split_path(path.strip())
    except ValueError:
        _miswritten(path, place, report)
        return None


def _miswritten(path: str, place: Place, report: Report) -> None:
    text = Text(f"путь «{named(path)}» записан неверно", f'path "{named(path)}" is not written right')
    example = Text(
        'имена через точку: a.b, имя с точкой в кавычках: a."b.c"; в списке: a[0], a[-1], a[*].b, a[key=phone].value',
        'names with dots: a.b, or a."b.c"; in a list: a[0], a[-1], a[*].b, a[key=phone].value',
    )
    report.add("path.written", text, place, example)


def event_types(draft: Draft) -> Mapping[str, str]:
    """The sender's type -> ours; a type mapped to itself declares an own word that looks like one of ours."""
    types: dict[str, str] = {}
    if "events" not in draft.found:
        return MappingProxyType(types)
    tree = draft.found["events"].value
    if not isinstance(tree, Table):
        fields(tree, (), draft.report)
        return MappingProxyType(types)
    for key, value in tree.entries:
        ours = text_of(value, draft.report)
        if ours is None:
            continue
        slip = slip_of(ours) if ours != key.text.strip() else None
        if slip is not None:
            text = Text(f"неизвестный тип события «{named(ours)}»", f'unknown type of event "{named(ours)}"')
            draft.report.add("event.unknown", text, value.place, None, slip)
        types[key.text.strip()] = ours
    return MappingProxyType(types)
