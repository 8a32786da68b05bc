"""Single values in JSON Schema (draft 7, which every editor's YAML server reads).

YAML makes numbers and booleans of what is text to us, so a text may be any of the three; a keyword of JSON Schema asks
only values of its own type. Descriptions stand beside a `$ref`, never behind it: editors then show those of the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from processor.domain.span import UNIT_WORDS
from processor.domain.template import TEMPLATE_CHARACTERS_MAX
from processor.rules.flags import FLAG_WORDS
from processor.rules.reading import INTEGER_MAX, LIST_LENGTH_MAX
from processor.text import Text

Schema = dict[str, Any]

SCALAR: Final = ("string", "number", "boolean")
# 5,000 is five to one reader and five thousand to another: the compiler refuses it, too.
_NUMBER: Final = r"^(?!\s*[+-]?[0-9]{1,3},[0-9]{3}\s*$).*[0-9]"


def said(text: Text, schema: Schema) -> Schema:
    """The schema with its words: Russian / English, and a paragraph for each where an editor shows Markdown."""
    return {"description": f"{text.ru} / {text.en}", "markdownDescription": f"{text.ru}\n\n{text.en}", **schema}


def ref(name: str) -> Schema:
    """A definition, by its name."""
    return {"$ref": f"#/definitions/{name}"}


def text(length_max: int = 4_096) -> Schema:
    """A text that is not blank."""
    return {"type": list(SCALAR), "minLength": 1, "maxLength": length_max, "pattern": r"\S"}


def texts(length_max: int = 4_096) -> Schema:
    """One text, or a list of them."""
    return one_or_list(text(length_max))


def template(length_max: int) -> Schema:
    """A text of at most so many characters, or one with something to fill in."""
    bound = rf"^\s*(?=\S)(?:[\s\S]{{1,{length_max}}}\s*$|[\s\S]*(?:\{{\{{|\{{%))"
    return {**text(TEMPLATE_CHARACTERS_MAX), "pattern": bound}


def one_or_list(one: Schema) -> Schema:
    """`one`, or a list of them that is not empty. `one` must name its types."""
    alone = {name: value for name, value in one.items() if name != "enum"}
    if "enum" in one:  # asks values of any type
        alone["anyOf"] = [{"enum": one["enum"]}, {"type": "array"}]
    return {**alone, "type": [*as_list(one["type"]), "array"], **listed(one)}


def listed(one: Schema, most: int = LIST_LENGTH_MAX) -> Schema:
    """The keywords of a list of `one` that is not empty."""
    return {"items": one, "minItems": 1, "maxItems": most}


def as_list(kinds: Any) -> list[str]:
    """The types of a schema, of which one may stand alone."""
    return [kinds] if isinstance(kinds, str) else list(kinds)


def choice(choices: Iterable[str]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(choices)}


def word(words: Iterable[str], offered: Iterable[str], after: str = "") -> Schema:
    """One of `words` in any case; an editor offers `offered`."""
    return {"type": "string", "anyOf": [{"enum": list(offered)}, {"pattern": f"^{_any_case(words)}{after}$"}]}


def flag() -> Schema:
    """true or false, yes or no, да or нет."""
    return {"type": ["boolean", "string"], "pattern": f"^{_any_case(FLAG_WORDS)}$"}


def whole() -> Schema:
    """A whole number from 1, with quotes or without."""
    return {"type": ["integer", "string"], "minimum": 1, "maximum": INTEGER_MAX, "pattern": "^0*[1-9][0-9]*$"}


def number() -> Schema:
    """A number, the Russian way of writing it included."""
    return {"type": ["number", "string"], "pattern": _NUMBER}


def span(units: Iterable[str], *, zero: bool = False) -> Schema:
    """A length of time in these units, such as 1h30m; `zero` lets 0 stand without a unit."""
    names = [name for unit in units for name in UNIT_WORDS[unit].split()]
    pieces = rf"(?:\s*[0-9]{{1,9}}\s*{_any_case(names, space='')}\.?)+\s*"
    if not zero:
        return {"type": "string", "pattern": f"^{pieces}$"}
    return {"type": ["string", "integer"], "maximum": 0, "minimum": 0, "pattern": rf"^(?:\s*0\s*|{pieces})$"}


def table(
    properties: Mapping[str, Schema], *, required: Iterable[str] = (), patterns: Mapping[str, Schema] | None = None
) -> Schema:
    """Fields by name, and no others."""
    whole_: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    if patterns:
        whole_["patternProperties"] = dict(patterns)
    if names := list(required):
        whole_["required"] = names
    return whole_


def worded(words: Mapping[str, Text], schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Each schema with its words. Raises KeyError when a field has none."""
    return {name: said(words[name], schema) for name, schema in schemas.items()}


def _any_case(words: Iterable[str], space: str = r"\s*") -> str:
    """A pattern of any of the words in any case: JSON Schema's patterns have no flag for that."""
    longest_first = sorted(set(words), key=lambda one: (-len(one), one))
    spelled = ("".join(_either(sign) for sign in one) for one in longest_first)
    return f"{space}(?:{'|'.join(spelled)}){space}"


def _either(sign: str) -> str:
    return f"[{sign.upper()}{sign.lower()}]" if sign.upper() != sign.lower() else re.escape(sign)
