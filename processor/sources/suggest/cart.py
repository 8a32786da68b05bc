"""Know a list of goods: each with a name, and with a price or a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from processor.scrub import mask_people
from processor.sources.compose import ITEM_NAMES
from processor.sources.scalar import line_of, number_of
from processor.sources.suggest.labels import any_of, words_of
from processor.sources.suggest.leaves import Leaf, path_to
from processor.sources.suggest.suggestion import Suggestion, shortened
from processor.text import Text

CONFIDENCE: Final = 80
SHOWN_MAX: Final = 3

_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "name": any_of("name|title|product|product name|caption|item|товар|название|наименование"),
    "quantity": any_of("quantity|qty|count|amount|n|количество|кол во"),
    "price": any_of("price|unit price|cost|sum|цена|стоимость"),
    "sku": any_of("sku|article|vendor code|артикул"),
}
_WHY = Text("список товаров", "a list of goods")

Rows = Sequence[Mapping[str, Any]]


def cart(leaf: Leaf) -> Iterator[Suggestion]:
    """`order.items` where its names are those that we read, else a column each; nothing for any other list."""
    rows: Rows = leaf.value
    columns = {ours: key for ours in _COLUMNS if (key := _column(rows, ours))}
    if "name" not in columns or not {"price", "quantity"} & set(columns):
        return
    if all(key in ITEM_NAMES[ours] for ours, key in columns.items()):
        yield Suggestion("order.items", leaf.path, f"× {len(rows)}", _WHY, CONFIDENCE, rows)
        return
    for ours, key in columns.items():
        path = path_to(f"{leaf.path}[*]", key)
        values = [row[key] for row in rows]
        if path:
            shown = shortened(mask_people(", ".join(line_of(value) or "" for value in values[:SHOWN_MAX])))
            yield Suggestion(f"order.items.{ours}", path, shown, _WHY, CONFIDENCE, values)


def _column(rows: Rows, ours: str) -> str | None:
    """The field of every row that is this column, one under our own name first."""
    keys = [key for key in rows[0] if words_of(key) in _COLUMNS[ours] and _fits(rows, ours, key)]
    return next((key for key in keys if key in ITEM_NAMES[ours]), keys[0] if keys else None)


def _fits(rows: Rows, ours: str, key: str) -> bool:
    read = line_of if ours in ("name", "sku") else number_of
    return all(read(row.get(key)) is not None for row in rows)
