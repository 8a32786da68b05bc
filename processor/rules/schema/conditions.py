"""`when:` of a rule in JSON Schema: the paths of the vocabulary, the tests that fit each, nested groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from processor.domain.calendar_words import WEEKDAY_NUMBERS
from processor.domain.event import EVENT_TYPES
from processor.rules.earlier import COUNTS
from processor.rules.earlier import KEYS as EARLIER_KEYS
from processor.rules.moments import MOMENT_TESTS
from processor.rules.operators import FITTING, TESTS, TEXT_TESTS
from processor.rules.schema import values
from processor.rules.schema.values import Schema, listed, one_or_list, ref, said, table, worded
from processor.rules.schema.words import EARLIER, GROUPS
from processor.rules.schema.words import TESTS as TEST_WORDS
from processor.rules.schema.words_events import PATHS as PATH_WORDS
from processor.rules.vocabulary import PATHS, Kind

# A path may be spelled in many ways: what has quotes, brackets or spaces at its dots is left to the compiler.
SPELLED: Final = r"""["'\[]|^\s|\s$|\s\.|\.\s"""
FREE: Final = r"^(?:form\.fields|raw)\."
SPAN_UNITS: Final = ("s", "m", "h", "d", "w")

_DATE: Final = {"type": "string", "pattern": r"\S"}
_CLOCK: Final = {"type": ["string", "integer"], "minimum": 0, "maximum": 24, "pattern": r"^\s*[0-9]"}
_OFFERED_DAYS: Final = (
    *("пн", "вт", "ср", "чт", "пт", "сб", "вс", "будни", "выходные"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekend"),
)
_SINGLE: Final[Mapping[Kind, Schema]] = {
    "text": values.text(),
    "free": values.text(),
    "number": values.number(),
    "flag": values.flag(),
    "moment": _DATE,
}


def definitions() -> dict[str, Schema]:
    """What conditions are made of, by name."""
    return {
        "conditions": _conditions(),
        "group": {"type": ["object", "array"], "minProperties": 1, **_below("conditions")},
        "earlier": {**_earlier(), "type": ["object", "array"], "items": ref("earlier-one"), "minItems": 1},
        "earlier-one": _earlier(),
        "event-types": event_types(),
        "event": _event(),
        **{f"test-{kind}": _tested(kind) for kind in FITTING},
    }


def at_path(name: str) -> Schema:
    """The tests of one path of the vocabulary, with its words."""
    if name == "event":
        return said(PATH_WORDS[name], ref("event"))
    return said(PATH_WORDS[name], ref(f"test-{PATHS[tuple(name.split('.'))]}"))


def event_types() -> Schema:
    """A type of event or a list; ours are offered, a sender's own word is as good."""
    one: Schema = {"type": "string", "anyOf": [{"enum": list(EVENT_TYPES)}, values.text()]}
    return {"type": ["string", "number", "boolean", "array"], "anyOf": [one, values.texts()], "items": one}


def _event() -> Schema:
    """The line `event:`, which takes tests as well."""
    tested = _tested("text")
    return {"anyOf": [{"enum": list(EVENT_TYPES)}, {**tested, "items": event_types()["items"]}]}


def _below(name: str) -> Schema:
    return {"anyOf": [ref(name), {"type": "array", "items": ref(name), "minItems": 1}]}


def _conditions() -> Schema:
    """A set of lines, all of which must hold."""
    lines = {name: at_path(name) for name in PATH_WORDS}
    groups = {name: said(GROUPS[name], ref("group")) for name in ("any", "all", "not")}
    groups["earlier"] = said(GROUPS["earlier"], ref("earlier"))
    return table({**lines, **groups}, patterns={**in_lists(), FREE: ref("test-free"), SPELLED: ref("test-free")})


def in_lists() -> dict[str, Schema]:
    """Elements of a list by their number, as `order.items.0.name`."""
    found: dict[str, Schema] = {}
    for path, kind in PATHS.items():
        above = path[:-1]
        if kind == "list":
            found[f"^{re.escape('.'.join(path))}\\.[0-9]+$"] = ref("test-part")
        elif PATHS.get(above) == "list":
            found[f"^{re.escape('.'.join(above))}\\.[0-9]+\\.{path[-1]}$"] = ref(f"test-{kind}")
    return found


def _tested(kind: Kind) -> Schema:
    """A line's value: a value (is), a list (in), or tests by name, as far as they fit."""
    tests = {name: _test(name, kind) for name in TESTS if name in FITTING[kind]}
    by_name = {**table(worded(TEST_WORDS, tests)), "minProperties": 1}
    if kind not in _SINGLE:
        return by_name
    single = _SINGLE[kind]
    return {**by_name, **single, "type": [*values.as_list(single["type"]), "array", "object"], **listed(single)}


def _test(name: str, kind: Kind) -> Schema:
    if name in ("exists", "empty"):
        return values.flag()
    if name in MOMENT_TESTS:
        return _moment_test(name)
    if name == "between":
        bound = {"moment": _DATE, "free": values.text()}.get(kind, values.number())
        return {"type": "array", "items": bound, "minItems": 2, "maxItems": 2}
    if name in TEXT_TESTS or name == "matches":
        return values.texts()
    return one_or_list(_SINGLE[kind]) if name in ("is", "not", "in", "not_in") else values.number()


def _moment_test(name: str) -> Schema:
    if name == "within":
        return values.span(SPAN_UNITS)
    if name == "weekday":
        return one_or_list(values.word(WEEKDAY_NUMBERS, _OFFERED_DAYS, r"\.?\s*"))
    if name != "time":
        return one_or_list(_DATE) | {"maxItems": 1}
    two: Schema = {"items": _CLOCK, "minItems": 2, "maxItems": 2}
    named = {"between": {"type": "array", **two}, "after": _CLOCK, "before": _CLOCK}
    bounds = {name: said(TEST_WORDS[name], schema) for name, schema in named.items()}
    range_ = {"type": ["string", "array", "object"], "pattern": "[0-9].*[-–—].*[0-9]", "minProperties": 1}
    return {**table(bounds), **range_, **two}


def _earlier() -> Schema:
    count: Any = _tested("number")
    count["properties"] = {name: one for name, one in count["properties"].items() if name in COUNTS}
    fields = {
        "event": ref("event-types"),
        "source": values.texts(),
        "count": count,
        "within": values.span(SPAN_UNITS),
    }
    return table(worded(EARLIER, {name: fields[name] for name in EARLIER_KEYS}))
