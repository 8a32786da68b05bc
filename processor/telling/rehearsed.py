"""A rehearsal as one tree for programs and for telling; people are masked unless asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from processor.domain.delivery import Kept
from processor.domain.rule import Ruleset
from processor.domain.wish import Wish
from processor.rehearse.result import Change, Pair, Rehearsed, Total, Trouble
from processor.rehearse.why import Why, why
from processor.scrub import mask_people
from processor.store.span import Span
from processor.telling.story import plain

Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Priced:
    """The calls that replaying takes now, and how long they take with the whole budget."""

    calls: int
    duration_ms: int


def whole_of(
    found: Rehearsed,
    published: Ruleset,
    draft: Ruleset,
    *,
    events: Mapping[str, Kept],
    price: Priced,
    span: Span,
    cut: bool,
    show_people: bool,
) -> dict[str, Any]:
    """Everything but the wanted states; `events` hold the deliveries that the examples come from."""
    hide: Hide = _as_it_is if show_people else mask_people

    def told(change: Change) -> dict[str, Any]:
        return _change(change, why(change, events, found), hide)

    return {
        "published": {"file": published.file, "version": published.version},
        "draft": {"file": draft.file, "version": draft.version},
        "span": {**plain(span), "first_ms": found.first_ms, "last_ms": found.last_ms, "cut": cut},
        "deliveries": found.deliveries,
        "contacts": found.contacts,
        "changed": found.changed,
        "appear": {"count": found.appear.count, "samples": [hide(key) for key in found.appear.samples]},
        "disappear": {"count": found.disappear.count, "samples": [hide(key) for key in found.disappear.samples]},
        "totals": [_total(total, told, hide) for total in found.totals],
        "rules": plain(found.rules),
        "matchless": plain(found.matchless),
        "matched": plain(found.matched),
        "unreadable": plain(found.unreadable),
        "sourceless": plain(found.sourceless),
        "looks_around": found.looks_around,
        "delayed": {"acted": plain(found.acted), "cancelled": plain(found.cancelled)},
        "troubles": [_trouble(trouble, hide) for trouble in found.troubles],
        "price": {
            "replay": {"calls": price.calls, "duration_ms": price.duration_ms},
            "one_by_one": plain(found.calls),
            "one_by_one_per_1000": plain(_per_1000(found)),
        },
    }


def _as_it_is(text: str) -> str:
    return text


def _per_1000(found: Rehearsed) -> Pair:
    each = max(1, found.deliveries)
    return Pair(round(found.calls.before * 1000 / each), round(found.calls.after * 1000 / each))


def _total(total: Total, told: Callable[[Change], dict[str, Any]], hide: Hide) -> dict[str, Any]:
    return {
        "kind": total.kind,
        "label": hide(total.label),
        "gained": total.gained,
        "lost": total.lost,
        "changed": total.changed,
        "samples": {sort: [told(change) for change in some] for sort, some in total.samples.items()},
    }


def _change(change: Change, reason: Why | None, hide: Hide) -> dict[str, Any]:
    return {
        "contact": hide(change.contact),
        "element": hide(change.element),
        "before": _wish(change.before, hide),
        "after": _wish(change.after, hide),
        "why": None if reason is None else _masked(plain(reason), hide),
    }


def _wish(wish: Wish | None, hide: Hide) -> dict[str, Any] | None:
    if wish is None:
        return None
    return {"value": _masked(wish.value, hide), "rule": wish.rule, "event": wish.event}


def _masked(value: Any, hide: Hide) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {key: _masked(each, hide) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each, hide) for each in value]
    return value


def _trouble(trouble: Trouble, hide: Hide) -> dict[str, Any]:
    return {**plain(trouble), "text": {"ru": hide(trouble.text.ru), "en": hide(trouble.text.en)}}
