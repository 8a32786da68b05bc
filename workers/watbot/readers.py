"""Read a value from a stranger's JSON: what cannot be read is None, nothing raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

ID_DIGITS_MAX = 19
PHONE_DIGITS_MIN = 5
PHONE_DIGITS_MAX = 15

_WHOLE = re.compile(rf"[0-9]{{1,{ID_DIGITS_MAX}}}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s\u00a0().\-]")
_PHONE = re.compile(rf"\+?([0-9]{{{PHONE_DIGITS_MIN},{PHONE_DIGITS_MAX}}})")


def whole(value: Any) -> int | None:
    """A whole number from 0, given as a number or as its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, float):
        return int(value) if value >= 0 and value.is_integer() else None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return None


def text(value: Any) -> str | None:
    """A text or a number as text; blank is None."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return None


def mapping(value: Any) -> dict[str, Any]:
    """An object; PHP's empty list and anything else is {}."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any] | None:
    """A list; also an object, as PHP writes a list with holes in its numbering; else None."""
    if isinstance(value, list):
        return value
    return list(value.values()) if isinstance(value, dict) else None


def phone(value: Any) -> str | None:
    """Digits in international form, with plus or without, as E.164 with plus."""
    found = _PHONE.fullmatch(_BETWEEN_DIGITS.sub("", text(value) or ""))
    return f"+{found[1]}" if found else None


def moment(value: Any) -> datetime | None:
    """ISO 8601 or Unix seconds as an aware time; without an offset it is UTC, as Laravel keeps its times."""
    seconds = whole(value)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        read = datetime.fromisoformat(text(value) or "")
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # year 1 with an offset has no UTC form, and would only fail later
    except (ValueError, OverflowError, OSError):
        return None
    return aware


def names(value: Any) -> tuple[str, ...] | None:
    """Texts, or objects with a `name`; without repetitions, in order. None when it is no list at all."""
    listed = items(value)
    if listed is None:
        return None
    named = (text(mapping(each).get("name")) if isinstance(each, dict) else text(each) for each in listed)
    return tuple(dict.fromkeys(each for each in named if each))


def pairs(value: Any) -> dict[str, str] | None:
    """Named values: {name: value}, or a list of {"name", "value"}, the name perhaps under "variable"; else None."""
    if isinstance(value, dict):
        return {key: text(each) or "" for key, each in value.items() if not isinstance(each, dict | list)}
    if not isinstance(value, list):
        return None
    rows = [mapping(each) for each in value]
    named = ((text(row.get("name")) or text(mapping(row.get("variable")).get("name")), row) for row in rows)
    return {name: text(row.get("value")) or "" for name, row in named if name}
