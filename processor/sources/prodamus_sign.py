"""What Prodamus signs: its fields sorted by name, all the way down, as the JSON that PHP writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from processor.sources.scalar import number_of

# PHP writes these two as escapes even where it leaves every other letter as it is.
LINE_ENDS = {"\u2028": "\\u2028", "\u2029": "\\u2029"}


def signed_messages(tree: Mapping[str, Any]) -> Iterator[bytes]:
    """The messages that may be signed: letters as they are (as Prodamus' own example has it), then letters escaped."""
    ordered = sorted_deep(tree)
    plain = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in LINE_ENDS.items():
        plain = plain.replace(sign, escape)
    yield _slashed(plain)
    yield _slashed(json.dumps(ordered, separators=(",", ":")))


def sorted_deep(value: Any) -> Any:
    """`value` with every mapping sorted by its names as PHP's ksort does it, and every scalar as PHP's text of it."""
    if isinstance(value, list):
        return [sorted_deep(element) for element in value]
    if not isinstance(value, Mapping):
        return _text(value)
    ordered = {name: sorted_deep(value[name]) for name in sorted(value, key=_rank)}
    # PHP knows no difference between a list and a mapping whose names are 0, 1, 2...
    return list(ordered.values()) if ordered and list(ordered) == [str(at) for at in range(len(ordered))] else ordered


def _rank(name: str) -> tuple[bool, int, str]:
    number = name.isascii() and name.isdigit() and len(name) <= 18 and str(int(name)) == name
    return (not number, int(name) if number else 0, name)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    number = number_of(value)
    whole = number is not None and number == number.to_integral_value()
    return str(int(number)) if number is not None and whole else str(value)


def _slashed(text: str) -> bytes:
    return text.replace("/", "\\/").encode("utf-8", "surrogatepass")
