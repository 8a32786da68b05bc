"""Read a visitor's answers, whichever way a sender lists them, and make an event of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from processor.domain.delivery import Delivery
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping
from processor.sources.compose import compose
from processor.sources.scalar import line_of
from processor.sources.visitor import customer_of, known_answers

ANSWERS_MAX: Final = 500
CHOICES_MAX: Final = 50
DEPTH_MAX: Final = 5

LABEL_NAMES: Final = ("question", "q", "label", "title", "name", "caption", "slug", "key")
CODE_NAMES: Final = ("slug", "key", "ref", "id")
VALUE_NAMES: Final = ("answer", "a", "value", "values", "response")
TEXT_NAMES: Final = ("text", "label", "title", "value", "full", "name", "url", "key")
LANGUAGES: Final = ("ru", "en")


class Answered(NamedTuple):
    """One answer: the question as people read it, what they said, and the question's name for machines."""

    label: str
    value: Any
    code: str = ""


def answers_in(listed: Any) -> list[Answered]:
    """The answers in a list of rows ({question, answer}, {title, value}, {q, a}...) or in a mapping by question."""
    if isinstance(listed, Mapping):
        pairs = zip(listed.items(), range(ANSWERS_MAX), strict=False)
        return [_of_pair(str(name), value) for (name, value), _ in pairs]
    rows = listed[:ANSWERS_MAX] if isinstance(listed, list) else ()
    return [_of_row(row, str(at)) for at, row in enumerate(rows, 1) if isinstance(row, Mapping)]


def plain_of(value: Any, depth: int = DEPTH_MAX) -> Any:
    """An answer as one value or a list of them: of a choice its text, of a mapping without one all that it holds."""
    if isinstance(value, list | tuple):
        inner = [plain_of(part, depth - 1) for part in value[:CHOICES_MAX]] if depth else []
        parts = (part for one in inner for part in (one if isinstance(one, list) else [one]))
        return [part for part in parts if part not in (None, "")]
    if not isinstance(value, Mapping):
        return value
    if not depth:
        return None
    named = (plain_of(value[name], depth - 1) for name in TEXT_NAMES if name in value)
    found = next((part for part in named if part not in (None, "", [])), None)
    return found if found is not None else plain_of(list(value.values()), depth)


def by_label(answers: Iterable[Answered]) -> dict[str, Any]:
    """The answers by their questions; of two questions that are called the same the second is called "... 2"."""
    found: dict[str, Any] = {}
    times: dict[str, int] = {}
    for answer in answers:
        label = answer.label
        if label in found:
            times[label] = times.get(label, 1) + 1
            label = f"{label} {times[label]}"
        found[label] = answer.value
    return found


def form_event(
    delivery: Delivery,
    source: Source,
    answers: list[Answered],
    *,
    event: str = "form.submitted",
    customer: Mapping[str, Any] | None = None,
    fallback: Mapping[str, Any] | None = None,
    form: Mapping[str, Any] | None = None,
    utm: Iterable[Utm | None] = (),
    later_utm: Iterable[Utm | None] = (),
    order: Mapping[str, Any] | None = None,
    payment: Mapping[str, Any] | None = None,
    page: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
    raw: Any = None,
) -> Event:
    """The event of a filled form.

    Who filled it in is told by `customer`, then by the answers, then by `fallback` (all raw). UTM marks are those of
    `utm`, then hidden questions called `utm_source`..., then `later_utm`.
    """
    labelled = by_label(answers)
    coded = {answer.code: answer.value for answer in reversed(answers) if answer.code}
    known = customer_of(known_answers(coded) | known_answers(labelled))
    return compose(
        delivery,
        event,
        region=source.region,
        customer=_filled(fallback) | known | _filled(customer),
        order=order,
        payment=payment,
        form={**(form or {}), "fields": labelled},
        page=page,
        utm=first_of(*utm, utm_from_mapping(labelled), utm_from_mapping(coded), *later_utm),
        occurred_at=occurred_at,
        raw=raw,
    )


def label_of(value: Any, depth: int = DEPTH_MAX) -> str | None:
    """What a question is called: a text, a text by language, or a mapping that names it."""
    if not isinstance(value, Mapping):
        return line_of(value)
    if not depth:
        return None
    named = (label_of(value.get(name), depth - 1) for name in (*LABEL_NAMES, *LANGUAGES))
    return next((label for label in named if label), None)


def _of_pair(name: str, value: Any) -> Answered:
    if isinstance(value, Mapping) and any(part in value for part in VALUE_NAMES):
        return _of_row(value, name, name)
    return Answered(name, plain_of(value))


def _of_row(row: Mapping[str, Any], otherwise: str, code: str = "") -> Answered:
    value = next((row[name] for name in VALUE_NAMES if row.get(name) is not None), None)
    question = row.get("question")
    named = (line_of(place.get(name)) for place in (row, question) if isinstance(place, Mapping) for name in CODE_NAMES)
    found = next((text for text in named if text), None)
    return Answered(label_of(row) or otherwise, plain_of(value), found or code)


def _filled(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if value not in (None, "", [], {})}
