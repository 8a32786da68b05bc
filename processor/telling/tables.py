"""Contacts as files: JSON and CSV, people masked where they must be."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from processor.scrub import mask_people
from processor.spreadsheet import harmless_or_phone
from processor.telling.dossier import Dossier, as_plain

COLUMNS: Final = ("contact", "element", "in_watbot", "wanted", "refused", "rule", "event", "rules_version")
FIELDS: Final = ("name", "phone", "email", "address", "telegram_username")
LIST_COLUMNS: Final = ("contact", *FIELDS, "tags", "status", "waiting", "refused", "watbot_id", "last_event")


def json_file(dossiers: Iterable[Dossier], *, masked: bool) -> bytes:
    """All that is known of the contacts, as a JSON array."""
    whole = [as_plain(one) for one in dossiers]
    return json.dumps(_masked(whole) if masked else whole, ensure_ascii=False, indent=2).encode()


def csv_of_one(dossier: Dossier, *, masked: bool) -> bytes:
    """A row for each element of the contact."""
    rows = [{"contact": dossier.key, **element} for element in as_plain(dossier)["elements"]]
    return _csv(COLUMNS, rows, masked=masked)


def csv_of_many(dossiers: Iterable[Dossier], *, masked: bool) -> bytes:
    """A row for each contact."""
    return _csv(LIST_COLUMNS, map(_row, dossiers), masked=masked)


def _row(dossier: Dossier) -> dict[str, Any]:
    values = {
        line.element: line.wanted.value if line.wanted else line.known
        for line in dossier.lines
        if line.known is not None or line.wanted
    }
    tags = [line.title.en for line in dossier.lines if line.kind == "tag" and values.get(line.element) is True]
    return {
        "contact": dossier.key,
        **{name: values.get(f"field:{name}") for name in FIELDS},
        "tags": "; ".join(tags),
        "status": values.get("status"),
        "waiting": len(dossier.kept.state.wanted),
        "refused": len(dossier.kept.state.refused),
        "watbot_id": dossier.kept.state.known.watbot_id,
        "last_event": dossier.events[0].id if dossier.events else None,
    }


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, masked: bool) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(columns)
    for row in rows:
        cells = (_cell(row[column]) for column in columns)
        table.writerow([harmless_or_phone(mask_people(cell) if masked else cell) for cell in cells])
    # With the mark, without which Excel misreads Cyrillic.
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_people(value)
    if isinstance(value, dict):
        return {_masked(name): _masked(each) for name, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value
