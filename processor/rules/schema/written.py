"""The two schemas whole, and as the text of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from processor.domain.contact import MESSENGERS
from processor.rules.compile import RULES_MAX, TAGS_AS, TOP_KEYS, UNNAMED_CHARACTERS_MAX, UTM_AS
from processor.rules.examples.whole import TOP_KEYS as EXAMPLES_TOP_KEYS
from processor.rules.schema import conditions, examples, rules, sources, values
from processor.rules.schema.conditions import SPAN_UNITS
from processor.rules.schema.rules import SETTLE_UNITS
from processor.rules.schema.values import Schema, ref, table, worded
from processor.rules.schema.words import TOP
from processor.rules.schema.words_events import EXAMPLE

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The draft that YAML servers of editors read best."""

_VERSION: Final[Schema] = {"enum": [1, "1"]}


def rules_schema() -> Schema:
    """JSON Schema of rules.yaml."""
    fields = {
        "version": _VERSION,
        "bot": values.whole(),
        "timezone": values.text(),
        "unnamed": values.text(UNNAMED_CHARACTERS_MAX),
        "messengers": {**values.one_or_list(values.choice(MESSENGERS)), "uniqueItems": True},
        "confirmed_ttl": values.span(SPAN_UNITS),
        "settle": values.span(SETTLE_UNITS, zero=True),
        "tags_as": values.choice(TAGS_AS),
        "utm_as": values.choice(UTM_AS),
        "sources": sources.sources(),
        "rules": {"type": "array", "items": ref("rule"), "maxItems": RULES_MAX},
    }
    named = {name: fields[name] for name in TOP_KEYS}
    return {
        "$schema": DIALECT,
        "title": "watbot-hooks: rules.yaml",
        **table(worded(TOP, named), required=["version", "bot", "rules"]),
        "definitions": {
            **conditions.definitions(),
            **examples.definitions(),
            "source": sources.source(),
            "rule": rules.rule(),
            "then": rules.then(),
            "contact": rules.contact(),
            "example": examples.example(),
        },
    }


def examples_schema() -> Schema:
    """JSON Schema of rules.examples.yaml."""
    fields = {"version": _VERSION, "examples": {"type": "array", "items": ref("example")}}
    named = {name: fields[name] for name in EXAMPLES_TOP_KEYS}
    return {
        "$schema": DIALECT,
        "title": "watbot-hooks: rules.examples.yaml",
        **table(worded(EXAMPLE, named), required=["examples"]),
        "definitions": {
            **examples.definitions(),
            "example": examples.whole_example(),
            "step": examples.step(),
            "delivery": examples.request(),
        },
    }


FILES: Final[Mapping[str, Callable[[], Schema]]] = MappingProxyType(
    {"rules.schema.json": rules_schema, "rules.examples.schema.json": examples_schema}
)
"""The schemas by the names of their files beside the documents."""


def schema_text(schema: Schema) -> str:
    """The text of its file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
