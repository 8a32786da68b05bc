"""The fields of the page's form, by their names, become a form; and rows come and go by a press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from processor.rules.form.fields import GROUPS, Asked, Form, Pair, Row, Rows

ROWS_MAX: Final = 500
_TEXTS: Final = ("name", "note", "bot", "urgent", "settle", "after", "status", "utm")
_ADDED: Final[Mapping[str, str]] = {
    "when": "field",
    "earlier": "event",
    "variables": "name",
    "contact": "name",
}
_ACTION: Final = re.compile(r"(add|drop):([a-z_]+(?:\.\d+|\.value)*)")

Fields = Mapping[str, str]


def form_from(fields: Fields) -> Form:
    """The form as it was filled in, blank rows included."""
    tree = _tree(fields)
    return Form(
        **{name: fields.get(name, "") for name in _TEXTS},  # type: ignore[arg-type]
        enabled="enabled" in fields,
        stop="stop" in fields,
        each="each" in fields,
        events=_texts(tree, "event"),
        sources=_texts(tree, "source"),
        rows=_rows(tree.get("when")),
        groups={
            kind: tuple(_rows(some) for some in _numbered(tree[kind]))
            for kind in GROUPS
            if isinstance(tree.get(kind), dict)
        },
        earlier=tuple(_asked(one) for one in _numbered(tree.get("earlier"))),
        unless_event=fields.get("unless.event", ""),
        unless_source=fields.get("unless.source", ""),
        unless_same=fields.get("unless.same", ""),
        tags=_texts(tree, "tags"),
        remove_tags=_texts(tree, "remove_tags"),
        remove_variables=_texts(tree, "remove_variables"),
        variables=_pairs(tree, "variables"),
        contact=_pairs(tree, "contact"),
    )


def pressed(fields: Fields, action: str) -> dict[str, str]:
    """The fields after `add:when`, `add:any.0`, `add:when.2.value`, `drop:when.2`…; other actions change nothing."""
    found = _ACTION.fullmatch(action)
    if found is None:
        return dict(fields)
    what, path = found.groups()
    if what == "drop":
        return {name: value for name, value in fields.items() if name != path and not name.startswith(f"{path}.")}
    number = _next(fields, path)
    if path in GROUPS:
        return {**fields, f"{path}.{number}.0.field": ""}
    last = "" if path.endswith(".value") else f".{_added(path)}" if _added(path) else ""
    return {**fields, f"{path}.{number}{last}": ""}


def _added(path: str) -> str:
    head = path.partition(".")[0]
    return "field" if head in GROUPS else _ADDED.get(head, "")


def _next(fields: Fields, path: str) -> int:
    numbers = [name.removeprefix(f"{path}.").partition(".")[0] for name in fields if name.startswith(f"{path}.")]
    return max((int(number) for number in numbers if _is_number(number)), default=-1) + 1


def _tree(fields: Fields) -> dict[str, Any]:
    """`when.0.field` as a table in a table."""
    tree: dict[str, Any] = {}
    for name, value in fields.items():
        *path, last = name.split(".")
        table = tree
        for step in path[:5]:
            below = table.setdefault(step, {})
            if not isinstance(below, dict):
                below = table[step] = {}
            table = below
        table.setdefault(last, value)
    return tree


def _numbered(tree: object) -> list[Any]:
    if not isinstance(tree, dict):
        return []
    numbers = sorted(int(name) for name in tree if _is_number(name))
    return [tree[str(number)] for number in numbers if str(number) in tree][:ROWS_MAX]


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 6


def _texts(tree: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(one for one in _numbered(tree.get(name)) if isinstance(one, str))


def _rows(tree: object) -> Rows:
    return tuple(
        Row(_of(one, "field"), _of(one, "test") or "is", _texts(one, "value"), _of(one, "kept"), _of(one, "shown"))
        for one in _numbered(tree)
        if isinstance(one, dict)
    )


def _asked(one: object) -> Asked:
    table = one if isinstance(one, dict) else {}
    kept = _of(table, "kept")
    return Asked(
        event=_of(table, "event"),
        source=_of(table, "source"),
        test=_of(table, "test"),
        count=_of(table, "count"),
        within=_of(table, "within"),
        kept=int(kept) if _is_number(kept) else -1,
        shown=_of(table, "shown"),
    )


def _pairs(tree: Mapping[str, Any], name: str) -> tuple[Pair, ...]:
    return tuple(
        Pair(_of(one, "name"), _of(one, "value")) for one in _numbered(tree.get(name)) if isinstance(one, dict)
    )


def _of(table: Mapping[str, Any], name: str) -> str:
    found = table.get(name, "")
    return found if isinstance(found, str) else ""
