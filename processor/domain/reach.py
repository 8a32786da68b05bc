"""All values a dotted path reaches in an event; a name below a list reaches into every element."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from processor.domain.event import Event, as_mapping
from processor.domain.numeral import tame

INDEX_LENGTH_MAX = 6

_LISTS = (list, tuple)
# A dict is told from other mappings at once, which matters to what runs for every event.
_MAPPINGS = (dict, Mapping)


def view_of(event: Event) -> dict[str, Any]:
    """The event as conditions and templates see it.

    `raw` is handed over as it is, never copied; numbers without measure (NaN, 1E+999999) are left out.
    """
    view = as_mapping(msgspec.structs.replace(event, raw=None))
    for name in ("order", "payment"):
        if name in view:
            view[name] = _tamed(view[name])
    if event.raw is not None:
        view["raw"] = event.raw
    return view


def _tamed(part: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in part.items():
        if name == "items":
            kept[name] = [_tamed(item) for item in value]
        else:
            plain = tame(value) if isinstance(value, Decimal) else value
            if plain is not None:
                kept[name] = plain
    return kept


def reach(view: Mapping[str, Any], parts: Sequence[str]) -> list[Any]:
    """The values at `parts`, null ones left out; a list at the end stays one value."""
    node: Any = view
    for part in parts:
        if type(node) is not dict:
            return _reach_everywhere(view, parts)
        node = node.get(part)
        if node is None:
            return []
    return [node]


def _reach_everywhere(view: Mapping[str, Any], parts: Sequence[str]) -> list[Any]:
    """`reach` where a list, or a part that is no mapping, stands on the way."""
    level: list[Any] = [view]
    for part in parts:
        below: list[Any] = []
        for node in level:
            below.extend(_step(node, part))
        if not below:
            return below
        level = below
    return level


def _step(node: Any, part: str) -> list[Any]:
    if isinstance(node, _MAPPINGS):
        value = node.get(part)
        return [] if value is None else [value]
    if not isinstance(node, _LISTS):
        return []
    if part.isascii() and part.isdecimal() and len(part) <= INDEX_LENGTH_MAX:
        return [node[int(part)]] if int(part) < len(node) and node[int(part)] is not None else []
    inner = [element.get(part) for element in node if isinstance(element, _MAPPINGS)]
    return [value for value in inner if value is not None]


def elements(values: Sequence[Any]) -> Sequence[Any]:
    """The values with every list replaced by its elements, null ones left out."""
    if len(values) == 1 and type(values[0]) is str:
        return values
    flat: list[Any] = []
    for value in values:
        if isinstance(value, _LISTS):
            flat.extend(element for element in value if element is not None)
        else:
            flat.append(value)
    return flat


def shown(value: Any) -> str:
    """A value of an event, or a list of them, as a person reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(shown(element) for element in value[:20])
    try:
        return str(value)
    except (ValueError, RecursionError):  # Python writes out no integer of more than 4,300 digits
        return "…"
