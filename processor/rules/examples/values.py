"""The single values of an example: each read as its field in the event demands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from processor.domain.numeral import number_of
from processor.domain.phone import normal_phone
from processor.rules.duration import ttl_ms_of
from processor.rules.reading import flag_of, text_of
from processor.rules.report import Report, named
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import Kind
from processor.text import Text

YEARS: Final = range(1990, 2101)

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?P<rest>\.[0-9]{1,17})?")
_MOMENT = Text(
    "2026-01-31, 2026-01-31 18:00 или 2026-01-31T18:00:00+03:00",
    "2026-01-31, 2026-01-31 18:00 or 2026-01-31T18:00:00+03:00",
)


def value_of(path: tuple[str, ...], kind: Kind, tree: Tree, region: str, zone: str, report: Report) -> Any:
    """What stands at `path`, as the event has it, or None, with a fault.

    `region` is the country of phones written without one, `zone` the zone of times without one.
    """
    if kind == "number":
        return number_at(tree, report)
    if kind == "flag":
        return flag_of(tree, report)
    return moment_of(tree, zone, report) if kind == "moment" else _text(path, tree, region, report)


def _text(path: tuple[str, ...], tree: Tree, region: str, report: Report) -> str | None:
    text = text_of(tree, report)
    if text is None:
        return None
    if path == ("customer", "phone"):
        return phone_at(text, tree, region, report)
    if path == ("customer", "email") and "@" not in text:
        message = Text(f"«{named(text)}» не e-mail", f'"{named(text)}" is no e-mail address')
        report.add("example.email", message, tree.place, Text("anna@example.com", "anna@example.com"))
        return None
    return text.lstrip("@") if path == ("customer", "telegram_username") else text


def number_at(tree: Tree, report: Report) -> Decimal | None:
    """A number, the Russian way of writing it included; or None, with a fault."""
    text = text_of(tree, report)
    number = number_of(text) if text is not None else None
    if text is not None and number is None:
        message = Text(f"«{named(text)}» не число", f'"{named(text)}" is not a number')
        report.add(
            "example.number", message, tree.place, Text("число, например 5000 или 99,90", "such as 5000 or 99.90")
        )
    return number


def phone_at(text: str, tree: Tree, region: str, report: Report) -> str | None:
    """The phone as events have it; or None, with a fault."""
    phone = normal_phone(text, region)
    if phone is None:
        message = Text(f"«{named(text)}» не телефон", f'"{named(text)}" is not a phone')
        near = Text("номер целиком, например +79000000001", "the whole number, such as +79000000001")
        report.add("example.phone", message, tree.place, near)
    return phone


def moment_of(tree: Tree, zone: str, report: Report) -> datetime | None:
    """A moment in UTC; without a zone of its own it is read in `zone`. None, with a fault."""
    text = text_of(tree, report)
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        moment = (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        if moment.year in YEARS:
            return moment
    except (ValueError, OverflowError):
        pass
    message = Text(f"«{named(text)}» не время", f'"{named(text)}" is not a time')
    report.add("example.moment", message, tree.place, _MOMENT)
    return None


def lapse_ms_of(tree: Tree, report: Report) -> int | None:
    """A duration, zero (`0`, `0s`) included; or None, with a fault."""
    if isinstance(tree, Scalar) and tree.text.strip() in ("0", "0s"):
        return 0
    return ttl_ms_of(tree, report)


def free_value(tree: Tree) -> Any:
    """A value as a sender's JSON would hold it: what stands without quotes may be a number, true, false or null."""
    if isinstance(tree, Table):
        return {_encodable(key.text): free_value(value) for key, value in tree.entries}
    if isinstance(tree, Listing):
        return [free_value(item) for item in tree.items]
    if tree.is_null:
        return None
    if tree.flag is not None:
        return tree.flag
    number = _JSON_NUMBER.fullmatch(tree.text) if tree.plain else None
    if number is None:
        return _encodable(tree.text)
    return float(tree.text) if number["rest"] else int(tree.text)


def texts_by_name(tree: Tree, report: Report) -> Mapping[str, str]:
    """A table of texts; what is none is a fault and left out."""
    if not isinstance(tree, Table):
        report.add("value.kind", Text("здесь нужны поля", "fields must stand here"), tree.place, _FIELDS)
        return {}
    read = ((key.text.strip(), text_of(value, report)) for key, value in tree.entries)
    return {_encodable(name): _encodable(text) for name, text in read if text is not None}


def _encodable(text: str) -> str:
    """Half of a surrogate pair, which an escape of YAML may write, has no bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")


_FIELDS = Text("«имя: значение»", '"name: value"')
