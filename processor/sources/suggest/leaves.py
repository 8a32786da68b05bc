"""Every value of a body with the path that leads to it, written as `fields:` of a source takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LEAVES_MAX: Final = 2_000
DEPTH_MAX: Final = 10
ELEMENTS_MAX: Final = 50
INDEXED_MAX: Final = 3  # of a list whose elements nothing tells apart
NAME_CHARACTERS_MAX: Final = 120

# What tells the elements of a list of answers apart, and what the answer itself is called there.
TELLING: Final = ("key", "code", "slug", "ref", "type")
NAMING: Final = (*TELLING, "name", "label", "question", "title", "q", "field", "field_name", "id")
ANSWERING: Final = frozenset({"value", "values", "answer", "a", "val", "text", "response", "content"})

_BARE = re.compile(r"[^\W\d]\w*|[0-9]{1,6}")
_CHOSEN = re.compile(r"[\w\-.]+(?: [\w\-.]+)*")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, or a list of mappings as a whole. `labels` are the names on the way to it, its own the last."""

    path: str
    labels: tuple[str, ...]
    value: Any


def leaves_of(tree: Any) -> Iterator[Leaf]:
    """The values of a body in its own order, up to LEAVES_MAX."""
    for leaf, _ in zip(_walk(tree, "", (), DEPTH_MAX), range(LEAVES_MAX), strict=False):
        yield leaf


def path_to(before: str, name: str) -> str | None:
    """The path to a field below `before`; None for a name that no path can write."""
    if not name.strip() or not name.isprintable() or len(name) > NAME_CHARACTERS_MAX or "{{" in name or "{%" in name:
        return None
    return before + ("." if before else "") + (name if _BARE.fullmatch(name) else _quoted(name))


def rows_of(value: Any) -> Sequence[Mapping[str, Any]]:
    """The elements of a list of mappings, PHP's mapping of numbered mappings too; () for anything else."""
    if isinstance(value, Mapping) and value and all(name.isdecimal() for name in value):
        value = list(value.values())
    whole = isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value[:ELEMENTS_MAX])
    return value[:ELEMENTS_MAX] if whole else ()


def _walk(node: Any, path: str, labels: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    rows = rows_of(node)
    if rows and path:
        yield Leaf(path, labels, rows)
    if depth <= 0:
        return
    if rows:
        yield from _walk_rows(rows, path, labels, depth)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            below = path_to(path, name)
            if below:
                yield from _walk(value, below, (*labels, name), depth - 1)
    elif isinstance(node, list):
        for at, value in enumerate(node[:INDEXED_MAX]):
            yield from _walk(value, f"{path}[{at}]", labels, depth - 1)
    elif node is not None and path:
        yield Leaf(path, labels, node)


def _walk_rows(rows: Sequence[Mapping[str, Any]], path: str, labels: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    name = _telling(rows)
    # Of an answer the names of the question are no values.
    passed = frozenset(NAMING) if _answered(rows) else frozenset({name})
    for at, row in enumerate(rows):
        label = row.get(name) if name else None
        if isinstance(label, str) and path_to("", label):
            chosen = f"{path}[{name}={label if _CHOSEN.fullmatch(label) else _quoted(label)}]"
            for inner, value in row.items():
                below = path_to(chosen, inner)
                own = (label,) if inner in ANSWERING else (label, inner)
                if inner not in passed and below:
                    yield from _walk(value, below, (*labels, *own), depth - 1)
        elif at < INDEXED_MAX:
            for inner, value in row.items():
                below = path_to(f"{path}[{at}]", inner)
                if below:
                    yield from _walk(value, below, (*labels, inner), depth - 1)


def _telling(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The field that tells the rows apart and names what each holds; None when there is none."""
    for name in NAMING if _answered(rows) else TELLING:
        told = [row.get(name) for row in rows]
        if all(isinstance(one, str) and one.strip() for one in told) and len(set(told)) == len(told):
            return name
    return None


def _answered(rows: Sequence[Mapping[str, Any]]) -> bool:
    return all(not ANSWERING.isdisjoint(row) for row in rows)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
