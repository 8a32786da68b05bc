"""A YAML text as an editor's language server reads it, held against our schemas."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from processor.rules.schema import examples_schema, rules_schema
from processor.rules.tree import hide, show


class _Core(SafeConstructor):
    """YAML 1.2's core schema: a date is a text."""


_Core.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def loaded(text: str) -> Any:
    """The values of a text; `${NAME}` within braces counts as quoted. Raises YAMLError."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Core
    return _plain(yaml.load(hide(text)))


def is_readable(text: str) -> bool:
    """Whether an editor reads the text at all: what is no YAML it underlines without a schema."""
    try:
        loaded(text)
    except (YAMLError, ValueError, RecursionError, TypeError):
        return False
    return True


def refusals(text: str, *, examples: bool = False) -> list[str]:
    """What the schema of rules (or of a file of examples) says of a text, with the places."""
    errors = _validator(examples).iter_errors(loaded(text))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]


@cache
def _validator(examples: bool) -> Draft7Validator:
    return Draft7Validator(examples_schema() if examples else rules_schema())


def _plain(value: Any) -> Any:
    """As JSON has it: keys are texts."""
    if isinstance(value, dict):
        return {show(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return show(value) if isinstance(value, str) else value
