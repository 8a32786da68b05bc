"""Examples in JSON Schema, beside a rule and in a file of their own."""

from __future__ import annotations

from processor.domain.event import EVENT_TYPES
from processor.domain.look import UTM_PARTS
from processor.rules.examples import beside, delivery, expectation, history, whole
from processor.rules.examples.event import ITEMS_MAX
from processor.rules.reading import LIST_LENGTH_MAX
from processor.rules.schema import values
from processor.rules.schema.conditions import FREE, SPAN_UNITS, SPELLED
from processor.rules.schema.values import Schema, ref, said, table, worded
from processor.rules.schema.words import CONTACT, EARLIER
from processor.rules.schema.words_events import DELIVERY, EXAMPLE, EXPECT
from processor.rules.schema.words_events import PATHS as PATH_WORDS
from processor.rules.vocabulary import PATHS, Kind


def definitions() -> dict[str, Schema]:
    """What examples are made of, beside a rule as well as in a file."""
    return {
        "example-event": _event(),
        "example-earlier": {"type": "array", "items": _earlier(), "maxItems": LIST_LENGTH_MAX},
        "event-type": {"type": list(values.SCALAR), "anyOf": [{"enum": list(EVENT_TYPES)}, values.text()]},
        **{f"value-{name}": _part((name,)) for name in _parts()},
    }


def example() -> Schema:
    """One example beside a rule."""
    fields = {
        "name": values.text(beside.NAME_CHARACTERS_MAX),
        "event": ref("example-event"),
        "earlier": ref("example-earlier"),
        "expect": _expect(expectation.RULE_KEYS),
    }
    return table(worded(EXAMPLE, {name: fields[name] for name in beside.KEYS}), required=["event"])


def whole_example() -> Schema:
    """One example of a file of examples."""
    name = values.text(beside.NAME_CHARACTERS_MAX)
    story = {"type": "array", **values.listed(ref("step"), whole.STEPS_MAX)}
    fields = {
        "name": name,
        "note": {},
        "event": ref("example-event"),
        "delivery": ref("delivery"),
        "story": story,
        "earlier": ref("example-earlier"),
        "expect": {**_expect(expectation.WHOLE_KEYS), "minProperties": 1},
    }
    one_of = [{"required": [given]} for given in whole.GIVEN]
    required = ["name", "expect"]
    return {**table(worded(EXAMPLE, {key: fields[key] for key in whole.KEYS}), required=required), "oneOf": one_of}


def step() -> Schema:
    """One step of a story."""
    moment = {"type": "string", "pattern": "^[0-9]{4}-"}
    fields = {
        "event": ref("example-event"),
        "delivery": ref("delivery"),
        "at": moment,
        "after": values.span(SPAN_UNITS),
    }
    steps = table(worded(EXAMPLE, {name: fields[name] for name in whole.STEP_KEYS}))
    return {
        **steps,
        "anyOf": [{"required": ["event"]}, {"required": ["delivery"]}],
        "not": {"required": ["at", "after"]},
    }


def request() -> Schema:
    """`delivery:` of an example."""
    texts = {"type": "object", "additionalProperties": values.text()}
    fields = {
        "source": values.text(),
        "method": values.choice(delivery.METHODS),
        "headers": texts,
        "query": {**texts, **values.text(), "type": [*values.SCALAR, "object"]},
        "body": {},
        "file": values.text(),
    }
    given = [{"required": [name]} for name in ("body", "file", "query")]
    whole_ = table(worded(DELIVERY, {name: fields[name] for name in delivery.KEYS}))
    return {**whole_, "anyOf": given, "not": {"required": ["body", "file"]}}


def _parts() -> list[str]:
    return [path[0] for path, kind in PATHS.items() if len(path) == 1 and kind == "part"]


def _event() -> Schema:
    """An event in the vocabulary: its fields nested, or with dots, or its type alone."""
    fields = {}
    for path in PATHS:
        name = ".".join(path)
        nested = ref(f"value-{name}") if PATHS[path] == "part" else ref("event-type") if name == "event" else None
        fields[name] = said(PATH_WORDS[name], nested or _value(path))
    whole_ = table(fields, patterns={FREE: {}, SPELLED: {}})
    return {**whole_, "type": [*values.SCALAR, "object"], "minLength": 1}


def _part(above: tuple[str, ...]) -> Schema:
    """The fields below a part of an event."""
    inner = {path[-1]: said(PATH_WORDS[".".join(path)], _value(path)) for path in PATHS if path[:-1] == above}
    deeper = r"^fields\." if above == ("form",) else r"^items\.[a-z]+$"
    return table(inner, patterns={deeper: {}, SPELLED: {}})


def _value(path: tuple[str, ...]) -> Schema:
    if PATHS[path] == "list":
        lines = {one[-1]: said(PATH_WORDS[".".join(one)], _value(one)) for one in PATHS if one[:-1] == path}
        line: Schema = {**table(lines, patterns={SPELLED: {}}), "type": [*values.SCALAR, "object"]}
        return {**line, "type": [*values.SCALAR, "object", "array"], "items": line, "maxItems": ITEMS_MAX}
    return dict(_VALUES[PATHS[path]])


_VALUES: dict[Kind, Schema] = {
    "text": values.text(),
    "number": {"type": ["number", "string"], "pattern": "[0-9]"},
    "flag": values.flag(),
    "moment": {"type": "string", "pattern": "^\\s*[0-9]{4}-?[0-9W]"},
    "free": {},
    "part": {"type": "object"},
}


def _earlier() -> Schema:
    fields = {
        "event": ref("event-type"),
        "source": values.text(),
        "order": values.text(),
        "ago": values.span(SPAN_UNITS),
    }
    return table(worded(EARLIER, {name: fields[name] for name in history.KEYS}), required=["event", "ago"])


def _expect(keys: tuple[str, ...]) -> Schema:
    """`expect:`: the word `nothing`, or what is compared."""
    whole_ = table(worded(EXPECT, {name: _expected(name) for name in keys}))
    return {**whole_, "type": ["string", "object"], "pattern": rf"^\s*{expectation.NOTHING}\s*$"}


def _expected(name: str) -> Schema:
    finished = {"type": [*values.SCALAR, "null", "array"], "items": values.text(), "pattern": r"^(?![\s\S]*\{\{)"}
    texts: Schema = {
        "type": ["object", "null", "array", "string"],
        "additionalProperties": values.text(),
        "maxItems": 0,
    }
    of_contact = {one: said(CONTACT[one], {"type": [*values.SCALAR, "null"]}) for one in expectation.CONTACT_KEYS}
    marks = table({part: said(PATH_WORDS[f"utm.{part}"], values.text()) for part in UTM_PARTS})
    special: dict[str, Schema] = {
        "matched": values.flag(),
        "contacts": {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$"},
        "after": values.span(SPAN_UNITS, zero=True),
        "variables": texts | {"maxItems": 0, "maxLength": 0},
        "contact": table(of_contact),
        "utm": {**marks, "type": ["string", "object"], "pattern": f"^(?:{'|'.join(expectation.UTM_WORDS)})$"},
    }
    return special.get(name, finished)
