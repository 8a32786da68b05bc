"""Suggest a mapping from one delivery: which of the sender's fields is the phone, the name, the total, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from processor.domain.path import MISSING
from processor.domain.phone import normal_phone
from processor.domain.pick import pick, pick_column, split_pick
from processor.domain.utm import MARKS, utm_from_mapping
from processor.scrub import mask_email, mask_people, mask_phone
from processor.sources.compose import CUSTOMER, FORM, ORDER, PAGE, PAYMENT
from processor.sources.scalar import email_of, moment_of, text_of
from processor.sources.suggest.cart import cart
from processor.sources.suggest.labels import (
    CURRENCIES,
    EVENT_LABELS,
    NOT_CUSTOMERS,
    ORDERS,
    PEOPLE,
    field_called,
    words_of,
)
from processor.sources.suggest.leaves import Leaf, leaves_of
from processor.sources.suggest.suggestion import (
    EXAMPLE_CHARACTERS_MAX,
    Suggested,
    Suggestion,
    TypeSuggestion,
    shortened,
)
from processor.sources.suggest.types import type_like
from processor.text import Text

CERTAIN: Final = 95
WHOLE_LABEL: Final = 80
PART_OF_LABEL: Final = 60
BY_SHAPE: Final = 50
WORTH_SAYING: Final = 45
NEAR_PERSON, NEAR_OTHERS, DEEPER = 15, -45, -2
NAMES_MAX: Final = 6

_READERS: Final = {"customer": CUSTOMER, "order": ORDER, "payment": PAYMENT, "form": FORM, "page": PAGE}
_NAME = re.compile(r"[^\W\d_]+(?:[ .'\-]+[^\W\d_]+)*[ .]*")
_PHONE_LIKE = re.compile(r"\+[0-9]|[0-9][ ()\-]+[0-9]|[78][0-9]{10}$")
_DATE_LIKE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}")
_UTM = re.compile(rf"utm (?P<mark>{'|'.join(MARKS)})")


def suggest(tree: Any, *, region: str = "RU", mapped: Collection[str] = ()) -> Suggested:
    """What a body suggests; `mapped` are our fields that need none. `region` is of phones without a country."""
    leaves = tuple(leaves_of(tree))
    found = [one for leaf in leaves for one in _candidates(leaf, region)]
    there = (one for one in _in_company(found, leaves) if _leads_there(tree, one))
    best = _best(there, mapped)
    return Suggested(tuple(one for one in best if _is_needed(one)), tuple(_types(leaves)))


def read_as(ours: str, value: Any, region: str = "RU") -> Any:
    """`value` as an event has it in our field, or None."""
    part, _, name = ours.partition(".")
    if ours == "customer.phone":
        text = text_of(value)
        return normal_phone(text, region) if text else None
    if part == "utm":
        marks = utm_from_mapping({name: value}, own_part=True)
        return getattr(marks, name) if marks else None
    return moment_of(value) if ours == "occurred_at" else _READERS[part][name](value)


def _leads_there(tree: Any, one: Suggestion) -> bool:
    """Whether the path finds this very value: of two answers with one label it finds the first."""
    try:
        steps = split_pick(one.theirs)
    except ValueError:
        return False
    if one.ours.startswith("order.items."):
        return bool(pick_column(tree, steps) == one.value)
    found = pick(tree, steps)
    return found is not MISSING and (found == one.value or one.ours == "order.items")


def _candidates(leaf: Leaf, region: str) -> Iterator[Suggestion]:
    if isinstance(leaf.value, list | tuple):
        yield from cart(leaf)
        return
    labels = [words_of(label) for label in leaf.labels]
    label = labels[-1] if labels else ""
    mark = _UTM.fullmatch(label) or (_UTM.fullmatch(" ".join(labels[-2:])) if len(labels) > 1 else None)
    if mark:
        yield from _fitting(f"utm.{mark['mark']}", leaf, CERTAIN, _called(leaf), region)
        return
    in_order = len(labels) > 1 and bool(ORDERS & set(labels[-2].split()))
    called = ("order.id", True) if label == "id" and in_order else field_called(label)
    if called:
        ours, whole = called
        score = (WHOLE_LABEL if whole else PART_OF_LABEL) + _company(ours, labels)
        yield from _fitting(ours, leaf, score, _called(leaf), region)
    if isinstance(leaf.value, str):
        yield from _by_shape(leaf, labels, region)


def _by_shape(leaf: Leaf, labels: list[str], region: str) -> Iterator[Suggestion]:
    text, score = leaf.value.strip(), BY_SHAPE + _company("customer.phone", labels)
    if email_of(text) == text:
        why = Text("похоже на адрес почты", "looks like an e-mail address")
        yield from _fitting("customer.email", leaf, score, why, region)
    elif _PHONE_LIKE.match(text) and not _DATE_LIKE.match(text):
        yield from _fitting("customer.phone", leaf, score, Text("похоже на телефон", "looks like a phone"), region)
    elif text in CURRENCIES:
        yield from _fitting("order.currency", leaf, BY_SHAPE, Text("код валюты", "a currency's code"), region)
    elif "utm_" in text and text.startswith(("http://", "https://", "/", "?")):
        yield from _fitting("page.url", leaf, WHOLE_LABEL, Text("адрес с UTM", "an address with UTM"), region)


def _fitting(ours: str, leaf: Leaf, score: int, why: Text, region: str) -> Iterator[Suggestion]:
    """The suggestion, if the value is what the field demands."""
    read = read_as(ours, leaf.value, region)
    if read is None or not _is_like(ours, leaf.value):
        return
    score += DEEPER * (len(leaf.labels) - 1)
    if score >= WORTH_SAYING:
        yield Suggestion(ours, leaf.path, _shown(ours, read), why, min(score, CERTAIN), leaf.value)


def _is_like(ours: str, value: Any) -> bool:
    text = text_of(value) or ""
    if ours in ("customer.name", "customer.first_name", "customer.last_name", "customer.city"):
        return bool(_NAME.fullmatch(text)) and len(text.split()) <= NAMES_MAX
    if ours == "order.currency":
        return text.upper() in CURRENCIES
    if ours == "occurred_at":
        return isinstance(value, int | float) or bool(_DATE_LIKE.match(text)) or text.isdecimal()
    if ours == "page.url":
        return text.startswith(("http://", "https://", "/"))
    return not isinstance(value, bool) and not (ours == "order.number" and len(text) > EXAMPLE_CHARACTERS_MAX)


def _company(ours: str, labels: list[str]) -> int:
    """How the names on the way speak for a field or against it."""
    around = {word for label in labels[:-1] for word in label.split()} | set(labels[-1].split()[:-1] if labels else ())
    if ours.startswith("customer."):
        return NEAR_OTHERS if around & NOT_CUSTOMERS else NEAR_PERSON if around & PEOPLE else 0
    if ours.startswith("order."):
        return NEAR_PERSON if around & ORDERS else 0
    return 0


def _in_company(found: Iterable[Suggestion], leaves: tuple[Leaf, ...]) -> Iterator[Suggestion]:
    """The candidates judged by what stands beside them: a bare name by a phone, an amount by a currency."""
    rows = list(found)
    people = {_parent(one.theirs) for one in rows if one.ours in ("customer.phone", "customer.email")}
    surnames = {_parent(one.theirs) for one in rows if one.ours == "customer.last_name"}
    amounts = {_parent(one.theirs) for one in rows if one.ours == "order.currency"}
    ordered = any(one.ours in ("order.total", "order.items", "order.items.name") for one in rows)
    for one in rows:
        ours, score, beside = one.ours, one.confidence, _parent(one.theirs)
        if ours == "customer.name" and beside not in people and len(people) > 0 and _is_bare_name(one, leaves):
            score -= NEAR_PERSON * 2
        if ours == "customer.name" and beside in surnames and _is_bare_name(one, leaves):
            ours = "customer.first_name"
        if ours == "order.total":
            score += NEAR_PERSON if beside in amounts else 0
        if ours in ("order.comment", "order.status", "order.number") and not ordered:
            score -= NEAR_PERSON * 2
        if score >= WORTH_SAYING:
            yield Suggestion(ours, one.theirs, one.example, one.why, min(score, CERTAIN), one.value)


def _is_bare_name(one: Suggestion, leaves: tuple[Leaf, ...]) -> bool:
    """Whether the field is called just "name", as things and deals are, too."""
    labels = next(leaf.labels for leaf in leaves if leaf.path == one.theirs)
    return words_of(labels[-1]) in ("name", "имя", "title")


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _best(found: Iterable[Suggestion], mapped: Collection[str]) -> list[Suggestion]:
    """The best place of each field; a place serves one field only."""
    kept: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for one in sorted(found, key=lambda one: -one.confidence):
        if one.ours not in kept and one.theirs not in taken and one.ours not in mapped:
            kept[one.ours] = one
            taken.add(one.theirs)
    return sorted(kept.values(), key=lambda one: _ORDER.index(one.ours.partition(".")[0]))


def _is_needed(one: Suggestion) -> bool:
    """Parts in our own vocabulary and utm_… at the top are read whatever the mapping says."""
    theirs = one.theirs.removeprefix("data.")
    return theirs not in (one.ours, one.ours.replace("utm.", "utm_"))


def _types(leaves: Iterable[Leaf]) -> Iterator[TypeSuggestion]:
    for leaf in leaves:
        called = leaf.labels and words_of(leaf.labels[-1]) in EVENT_LABELS
        if called and isinstance(leaf.value, str) and type_like(leaf.value) is not None:
            yield TypeSuggestion(leaf.path, leaf.value.strip(), type_like(leaf.value) or None)


def _called(leaf: Leaf) -> Text:
    label = shortened(leaf.labels[-1])
    return Text(f"называется «{label}»", f'is called "{label}"')


def _shown(ours: str, read: Any) -> str:
    text = str(read)
    if ours == "customer.phone":
        return mask_phone(text)
    return mask_email(text) if ours == "customer.email" else shortened(mask_people(text))


_ORDER: Final = ("customer", "order", "payment", "form", "utm", "page", "occurred_at")
