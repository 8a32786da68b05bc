"""What a source's `fields:`, `event:` and `events:` make of a body: our parts out of the sender's paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from processor.domain.delivery import Delivery
from processor.domain.event import Event
from processor.domain.mapping import (
    Level,
    Path,
    Place,
    Unfilled,
    filled,
    find,
    find_column,
    is_template,
    place_or_name,
)
from processor.domain.path import split_path
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.sources.compose import compose, first_text
from processor.sources.keep import scrub
from processor.sources.scalar import moment_of
from processor.sources.visitor import customer_of, known_answers

PARTS: Final = ("customer", "order", "payment", "form", "page", "utm")
ADDRESS_NAMES: Final = ("page_url", "url", "landing_page", "referer", "referrer")

Draft = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One happening as its sender wrote it, without secrets.

    `tree` is the whole, `levels` are the mappings in which a path is looked up, the first first. `draft` is what can be
    told without a mapping; `types` are where the type may stand besides the mapping, `occurred` the time.
    """

    tree: Mapping[str, Any]
    levels: Sequence[Level]
    draft: Draft
    types: Sequence[Any]
    occurred: Any = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """An event and the fields of the mapping that could not be filled in."""

    event: Event
    unfilled: tuple[Unfilled, ...] = ()


def mapped(delivery: Delivery, source: Source, sent: Sent, *, nameless: str) -> Mapped:
    """The event of what was sent; `nameless` is its type when nothing names one."""
    draft = sent.draft
    top: dict[str, Any] = {}
    columns: dict[str, list[Any]] = {}
    unfilled: list[Unfilled] = []
    for ours, theirs in source.fields.items():
        place = place_or_name(theirs)
        if ours.startswith("order.items.") and isinstance(place, Path):
            columns[ours.removeprefix("order.items.")] = find_column(sent.levels, place)
        else:
            _put(draft, top, ours, _value(sent.levels, place, ours, unfilled))
    if columns:
        draft["order"]["items"] = _rows(columns)
    named = top.get("event")
    if source.event_field:
        named = _value(sent.levels, place_or_name(source.event_field), "event", unfilled)
    told = first_text(named, *sent.types)
    event = compose(
        delivery,
        nameless if told is None else source.event_types.get(told, told),
        region=source.region,
        customer=draft["customer"],
        order=draft["order"],
        payment=draft["payment"],
        form=draft["form"],
        page=draft["page"],
        utm=_utm(delivery, source, sent),
        occurred_at=moment_of(top.get("occurred_at", sent.occurred), source.timezone),
        raw=sent.tree,
    )
    return Mapped(event, tuple(unfilled))


def has_templates(source: Source) -> bool:
    """Whether anything of the mapping can fail to be filled in."""
    return any(map(is_template, (*source.fields.values(), source.event_field or "")))


def blank_draft() -> Draft:
    """A draft with nothing in it."""
    return {part: {} for part in PARTS}


def own_parts(draft: Draft, levels: Sequence[Level], pick_up: Callable[[Draft, Level], None] | None) -> None:
    """Parts in our own vocabulary, and what `pick_up` finds besides; the first level wins."""
    for level in reversed(levels):
        for part in PARTS:
            if isinstance(level.get(part), dict):
                draft[part] |= level[part]
        if pick_up:
            pick_up(draft, level)


def well_known(draft: Draft, level: Level) -> None:
    """Flat fields with well-known names; what stands in a part of our vocabulary wins."""
    known = known_answers(level)
    comment = known.get("comment")
    draft["customer"] = under(draft["customer"], customer_of(known))
    if comment and draft["order"]:
        draft["order"] = under(draft["order"], {"comment": comment})
    address = first_text(*(level.get(name) for name in ADDRESS_NAMES))
    if address:
        draft["page"] = under(draft["page"], {"url": address})


def under(part: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`part` with `more` where it says nothing."""
    return {**more, **{name: value for name, value in part.items() if value not in (None, "")}}


def _value(levels: Sequence[Level], place: Place, ours: str, unfilled: list[Unfilled]) -> Any:
    if isinstance(place, Path):
        return find(levels, place)
    rendered = filled(levels, place)
    if rendered.problem and not rendered.blank:
        unfilled.append(Unfilled(ours, rendered.problem))
    return rendered.text


def _put(draft: Draft, top: dict[str, Any], ours: str, value: Any) -> None:
    part, _, field = ours.partition(".")
    if not field:
        top[part] = value
    elif part == "form" and field.startswith("fields."):
        fields = draft["form"].get("fields")
        named = {_last_name(field): value}
        draft["form"]["fields"] = (fields if isinstance(fields, dict) else {}) | named
    elif part in draft:
        draft[part][field] = value


def _last_name(path: str) -> str:
    try:
        return split_path(path)[-1]
    except ValueError:
        return path


def _rows(columns: Mapping[str, Iterable[Any]]) -> list[dict[str, Any]]:
    """Columns as lines: {name: [a, b], price: [1, 2]} is two items."""
    return [dict(zip(columns, row, strict=True)) for row in zip_longest(*columns.values())]


def _utm(delivery: Delivery, source: Source, sent: Sent) -> Any:
    address = sent.draft["page"].get("url")
    return first_of(
        utm_from_mapping(sent.draft["utm"], own_part=True),
        *(utm_from_mapping(level) for level in sent.levels),
        utm_from_query(address) if isinstance(address, str) else None,
        utm_from_query(scrub(delivery.headers.get("referer", ""), source.keys)),
    )
