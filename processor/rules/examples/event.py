"""`event:` of an example: an event in our vocabulary, its fields nested or with dots, as people like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from processor.domain.condition import fold
from processor.domain.event import Event
from processor.domain.path import split_path
from processor.domain.source import Source
from processor.rules.examples.values import free_value, texts_by_name, value_of
from processor.rules.operators import Known
from processor.rules.reading import missing, text_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import PATHS, kind_of, nearest_path, slip_of
from processor.text import Text

Path = tuple[str, ...]

ITEMS: Path = ("order", "items")
ITEMS_MAX = 500


@dataclass(frozen=True, slots=True)
class Stage:
    """What an example is read against: the file's sources, its names, and the source meant where none is named."""

    sources: Mapping[str, Source]
    known: Known
    source: str | None = None

    def named(self, text: str, scalar: Tree, report: Report) -> str | None:
        """The source of that name as the file spells it; None, with a fault."""
        folded = fold(text)
        if folded not in self.known.sources:
            message = Text(f"источника «{named(text)}» нет", f'there is no source "{named(text)}"')
            listed = ", ".join(sorted(self.known.sources)[:20]) or "—"
            report.add("source.unknown", message, scalar.place, Text(listed, listed), near(folded, self.known.sources))
            return None
        return next((name for name in self.sources if fold(name) == folded), text)

    def region_and_zone(self, source: str | None) -> tuple[str, str]:
        """How phones and times of that source are read."""
        found = self.sources.get(source or "")
        return (found.region, found.timezone) if found else ("RU", "Europe/Moscow")


def event_of(tree: Tree, stage: Stage, at_ms: int, report: Report) -> Event | None:
    """The event, which came at `at_ms` unless it says otherwise; None, with faults. A text alone is its type."""
    before = report.count
    if isinstance(tree, Scalar):
        text = text_of(tree, report)
        values: dict[Path, Any] = {("event",): text} if text else {}
        places: dict[Path, Tree] = {("event",): tree}
    else:
        places = dict(_leaves(tree, (), report))
        source = _source(places, stage, report)
        region, zone = stage.region_and_zone(source)
        values = {path: _value(path, leaf, region, zone, report) for path, leaf in places.items()}
    check_type(values.get(("event",)), places.get(("event",)), stage, report)
    values[("source",)] = _source(places, stage, report) if report.count == before else None
    if ("event",) not in places:
        missing(
            "event", tree.place, Text("тип события, например order.created", "its type, such as order.created"), report
        )
    if report.count == before and values[("source",)] is None:
        missing(
            "source",
            tree.place,
            Text("источник: правило называет не один", "the source: the rule names several"),
            report,
        )
    return _built(values, at_ms) if report.count == before else None


def _source(places: Mapping[Path, Tree], stage: Stage, report: Report) -> str | None:
    tree = places.get(("source",))
    if tree is None:
        return stage.source
    text = text_of(tree, report)
    return stage.named(text, tree, report) if text is not None else None


def check_type(text: str | None, tree: Tree | None, stage: Stage, report: Report) -> None:
    """Note a type that is a slip of a known one; the senders' own words pass."""
    slip = slip_of(text) if text and fold(text) not in stage.known.own_types else None
    if text and slip is not None and tree is not None:
        message = Text(f"неизвестный тип события «{named(text)}»", f'unknown type of event "{named(text)}"')
        own = Text(
            "свой тип, похожий на известный, объявляют в events: источника",
            "an own type that looks like a known one is declared in the source's events:",
        )
        report.add("event.unknown", message, tree.place, own, slip)


def _leaves(tree: Tree, above: Path, report: Report) -> Iterator[tuple[Path, Tree]]:
    """Every field that is written, by its path; what no event has is a fault."""
    if not isinstance(tree, Table):
        text = Text("здесь нужны поля события", "fields of an event must stand here")
        report.add(
            "value.kind",
            text,
            tree.place,
            Text("order: {number: 1001, total: 5000}", "order: {number: 1001, total: 5000}"),
        )
        return
    seen: dict[Path, Scalar] = {}
    for key, value in tree.entries:
        path = _path(key, above, report)
        if path is None:
            continue
        for leaf, below in [(path, value)] if not _is_part(path) else _leaves(value, path, report):
            if seen.setdefault(leaf, key) is not key:
                name = named(".".join(leaf))
                text = Text(
                    f"«{name}» уже дано в строке {seen[leaf].place.line}",
                    f'"{name}" is given in line {seen[leaf].place.line} already',
                )
                report.add("value.repeated", text, key.place)
            else:
                yield leaf, below


def _is_part(path: Path) -> bool:
    return kind_of(path) == "part" and path[:2] != ITEMS


def _path(key: Scalar, above: Path, report: Report) -> Path | None:
    written = key.text.strip()
    try:
        path = (*above, *split_path(written))
    except ValueError:
        text = Text(f"путь «{named(written)}» записан неверно", f'path "{named(written)}" is not written right')
        report.add("path.written", text, key.place, _QUOTED)
        return None
    if path[:2] in (ITEMS, ("form", "fields")) and _too_long(path):
        text = Text(
            f"путь «{named(written)}» длиннее, чем бывает", f'path "{named(written)}" is longer than there are any'
        )
        report.add("path.written", text, key.place, _LISTED if path[:2] == ITEMS else _QUOTED)
        return None
    if kind_of(path) is not None:
        return path
    dotted = ".".join((*above, written))
    text = Text(f"в событии нет поля «{named(dotted)}»", f'an event has no field "{named(dotted)}"')
    close = nearest_path(dotted)
    within = ".".join((*above, ""))
    known = sorted(one[-1] for one in PATHS if one[:-1] == above)
    listed = Text("одно из: " + ", ".join(known), "one of: " + ", ".join(known)) if above else _TOP
    report.add("path.unknown", text, key.place, listed, close.removeprefix(within) if close else None)
    return None


_QUOTED = Text('form.fields."Ваш телефон"', 'form.fields."Your phone"')
_LISTED = Text("список: items: [{name: …, price: …}, …]", "a list: items: [{name: …, price: …}, …]")
_TOP = Text("поле события, form.fields.… или raw.…", "a field of an event, form.fields.… or raw.…")


def _too_long(path: Path) -> bool:
    return len(path) > 3 or (path[:2] == ITEMS and len(path) == 3 and path[2].isdecimal())


def _value(path: Path, tree: Tree, region: str, zone: str, report: Report) -> Any:
    if path[:1] == ("raw",):
        return free_value(tree)
    if path[:2] == ITEMS:
        return _items(path[2:], tree, report)
    if path == ("form", "fields"):
        return texts_by_name(tree, report)
    if path[:2] == ("form", "fields"):
        return text_of(tree, report)
    kind = kind_of(path)
    return value_of(path, kind, tree, region, zone, report) if kind else None


def _items(below: Path, tree: Tree, report: Report) -> list[dict[str, Any]]:
    """`order.items`: a list of lines, one line, or names alone; `order.items.name` is a line by itself."""
    if below:
        name = below[-1]
        return [{name: value_of((*ITEMS, name), kind_of((*ITEMS, name)) or "text", tree, "RU", "UTC", report)}]
    lines = tree.items if isinstance(tree, Listing) else (tree,)
    if len(lines) > ITEMS_MAX:
        report.add(
            "value.too_long",
            Text(f"товаров {len(lines)}", f"there are {len(lines)} items"),
            tree.place,
            Text(f"не больше {ITEMS_MAX}", f"at most {ITEMS_MAX}"),
        )
        return []
    return [_item(line, report) for line in lines]


def _item(tree: Tree, report: Report) -> dict[str, Any]:
    if isinstance(tree, Scalar):
        return {"name": text_of(tree, report)}
    read = ((path, value) for path, value in _leaves(tree, ITEMS, report))
    return {path[-1]: value_of(path, kind_of(path) or "text", value, "RU", "UTC", report) for path, value in read}


def _built(values: Mapping[Path, Any], at_ms: int) -> Event:
    whole: dict[str, Any] = {}
    for path, value in values.items():
        if path[:2] == ITEMS:
            _put_items(whole.setdefault("order", {}), value)
        else:
            _put(whole, path, value)
    customer = whole.get("customer", {})
    full_name = " ".join(customer[part] for part in ("first_name", "last_name") if part in customer)
    if full_name:  # as every sender's event has it
        customer.setdefault("name", full_name)
    came = datetime.fromtimestamp(at_ms / 1000, UTC)
    occurred = whole.get("occurred_at")
    whole.setdefault("received_at", max(came, occurred) if occurred else came)
    event: Event = msgspec.convert(whole, Event, builtin_types=(Decimal, datetime))
    return event


def _put(whole: dict[str, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        below = whole.get(part)
        if not isinstance(below, dict):
            below = whole[part] = {}
        whole = below
    if isinstance(value, dict) and isinstance(whole.get(path[-1]), dict):
        value = whole[path[-1]] | value
    whole[path[-1]] = value


def _put_items(order: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """Lines written as `order.items.name` and `order.items.price` beside each other are one."""
    items = order.setdefault("items", [])
    if len(items) == 1 and len(lines) == 1 and not items[0].keys() & lines[0].keys():
        items[0] |= lines[0]
    else:
        items.extend(lines)
