"""amoCRM's own fields of a record: by webhook (`custom_fields`) and by API (`custom_fields_values`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from processor.domain.event import Utm
from processor.domain.utm import utm_from_mapping
from processor.sources.scalar import line_of, text_of
from processor.sources.visitor import known_answers

FIELDS_MAX: Final = 300
VALUES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field: `code` in capitals (PHONE, EMAIL, UTM_SOURCE), empty when it has none; `text` of all its values."""

    code: str
    name: str
    text: str


def own_fields(record: Mapping[str, Any]) -> tuple[OwnField, ...]:
    """The fields of a lead or contact that hold something, whichever way it came."""
    return tuple(_read(record))


def coded(fields: tuple[OwnField, ...], code: str) -> str | None:
    """The field with this code."""
    return next((field.text for field in fields if field.code == code), None)


def utm_of(fields: tuple[OwnField, ...]) -> Utm | None:
    """The marks, by code (UTM_SOURCE) or by what somebody called the field (utm_source)."""
    return utm_from_mapping(
        {field.name: field.text for field in fields} | {field.code: field.text for field in fields if field.code}
    )


def answers_of(fields: tuple[OwnField, ...]) -> dict[str, Any]:
    """What the names of fields without a code tell: a phone, an e-mail, a city."""
    return known_answers({field.name: field.text for field in fields if field.name})


def _read(record: Mapping[str, Any]) -> Iterator[OwnField]:
    for name in ("custom_fields", "custom_fields_values"):
        for row in listed(record.get(name))[:FIELDS_MAX]:
            text = _values(row.get("values"))
            if text:
                code = line_of(row.get("code")) or line_of(row.get("field_code")) or ""
                yield OwnField(code.upper(), line_of(row.get("name")) or line_of(row.get("field_name")) or "", text)


def listed(value: Any) -> list[Mapping[str, Any]]:
    """A list of records: a form may leave numbers out, and then it reads as a mapping of them."""
    rows = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _values(value: Any) -> str | None:
    """`[{value: ...}]`, or plain texts."""
    rows = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return text_of([row.get("value") if isinstance(row, dict) else row for row in rows[:VALUES_MAX]])
