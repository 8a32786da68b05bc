"""Look into a sender's tree without trusting its types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ROWS_MAX: Final = 500


def part_of(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping that stands under `name`, empty when there is none."""
    part = tree.get(name)
    return part if isinstance(part, dict) else {}


def rows_of(tree: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The mappings of the list that stands under `name`, at most ROWS_MAX; none when there is no list."""
    rows = tree.get(name)
    return [row for row in rows[:ROWS_MAX] if isinstance(row, dict)] if isinstance(rows, list) else []


def named_values(tree: Mapping[str, Any], name: str, *labels: str, value: str = "value") -> dict[str, Any]:
    """A list of {label, value} as a mapping; the first of `labels` that a row has names it."""
    found: dict[str, Any] = {}
    for row in rows_of(tree, name):
        label = next((row[one] for one in labels if isinstance(row.get(one), str) and row[one]), None)
        if label is not None:
            found.setdefault(label, row.get(value))
    return found
