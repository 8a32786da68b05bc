"""A rule in JSON Schema: its fields, its effects, what delays it."""

from __future__ import annotations

from processor.domain.identity import ID_OF
from processor.domain.plan import (
    STATUS_CHARACTERS_MAX,
    TAG_CHARACTERS_MAX,
    VARIABLE_CHARACTERS_MAX,
    VARIABLE_NAME_CHARACTERS_MAX,
)
from processor.domain.rule import CONTACT_FIELDS
from processor.domain.template import TEMPLATE_CHARACTERS_MAX
from processor.rules.compile import NOTE_CHARACTERS_MAX, RULE_KEYS, RULE_NAME_CHARACTERS_MAX
from processor.rules.effects import KEYS as THEN_KEYS
from processor.rules.effects import STATUS_KEYS, UTM_POLICIES
from processor.rules.later import KEYS as UNLESS_KEYS
from processor.rules.later import SAME
from processor.rules.reading import LIST_LENGTH_MAX
from processor.rules.schema import values
from processor.rules.schema.conditions import SPAN_UNITS
from processor.rules.schema.values import Schema, ref, said, table, worded
from processor.rules.schema.words import CONTACT, EARLIER, RULE, THEN

SETTLE_UNITS = ("ms", "s", "m")


def rule() -> Schema:
    """One rule."""
    fields = {
        "name": values.text(RULE_NAME_CHARACTERS_MAX),
        "note": values.text(NOTE_CHARACTERS_MAX),
        "enabled": values.flag(),
        "when": ref("conditions"),
        "then": ref("then"),
        "contact": ref("contact"),
        "stop": values.flag(),
        "bot": values.whole(),
        "urgent": values.flag(),
        "settle": values.span(SETTLE_UNITS, zero=True),
        "after": values.span(SPAN_UNITS),
        "unless": _unless(),
        "examples": {"type": "array", **values.listed(ref("example"))},
    }
    whole = table(worded(RULE, {name: fields[name] for name in RULE_KEYS}), required=["name", "when"])
    does = [{"required": [name]} for name in ("then", "contact", "stop")]
    contact_once: Schema = {"not": {"required": ["contact"], "properties": {"then": {"required": ["contact"]}}}}
    contact_once["not"]["required"] = ["contact", "then"]
    return {**whole, "anyOf": does, "dependencies": {"unless": ["after"]}, "allOf": [contact_once, _stops_at_once()]}


def then() -> Schema:
    """`then:`"""
    tag = values.one_or_list(values.template(TAG_CHARACTERS_MAX))
    name: Schema = {"minLength": 1, "maxLength": VARIABLE_NAME_CHARACTERS_MAX, "pattern": _NO_TEMPLATE}
    variables: Schema = {"type": "object", "minProperties": 1, "maxProperties": LIST_LENGTH_MAX, "propertyNames": name}
    fields = {
        "tags": tag,
        "remove_tags": tag,
        "variables": {**variables, "additionalProperties": values.template(VARIABLE_CHARACTERS_MAX)},
        "remove_variables": values.one_or_list({**values.text(VARIABLE_NAME_CHARACTERS_MAX), "pattern": _NO_TEMPLATE}),
        "status": _status(),
        "utm": values.choice(UTM_POLICIES),
        "contact": ref("contact"),
    }
    return table(worded(THEN, {name: fields[name] for name in THEN_KEYS}))


def contact() -> Schema:
    """`contact:`, whose messenger is one of a few or worked out by a template."""
    template = values.template(TEMPLATE_CHARACTERS_MAX)
    messenger: Schema = {"type": "string", "anyOf": [{"enum": list(ID_OF)}, {"pattern": r"\{\{|\{%"}]}
    fields: dict[str, Schema] = {name: messenger if name == "messenger" else template for name in CONTACT_FIELDS}
    return {**table(worded(CONTACT, fields)), "minProperties": 1}


_NO_TEMPLATE = r"^(?![\s\S]*(?:\{\{|\{%))[\s\S]*\S"


def _status() -> Schema:
    plain = values.template(STATUS_CHARACTERS_MAX)
    parts = {"value": plain, "each": values.flag()}
    fields = table({name: said(THEN[f"status.{name}"], parts[name]) for name in STATUS_KEYS}, required=["value"])
    return {**fields, **plain, "type": [*plain["type"], "object"]}


def _unless() -> Schema:
    fields = {"event": ref("event-types"), "source": values.texts(), "same": values.choice(SAME)}
    return table(worded(EARLIER, {name: fields[name] for name in UNLESS_KEYS}), required=["event"])


def _stops_at_once() -> Schema:
    """A delayed rule stops no others."""
    stops: Schema = {"enum": [True, "true", "yes", "on", "да", "вкл"]}
    return {"not": {"required": ["after", "stop"], "properties": {"stop": stops}}}
