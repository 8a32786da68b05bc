"""`variables:` and `remove_variables:` of a rule: contact variables, whose names are the same for every event."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from processor.domain.plan import VARIABLE_CHARACTERS_MAX, VARIABLE_NAME_CHARACTERS_MAX
from processor.domain.template import Template, is_constant
from processor.rules.reading import LIST_LENGTH_MAX, Field, fields, text_of, texts_of
from processor.rules.report import Report, named
from processor.rules.templates import template_of
from processor.rules.tree import Scalar, Table
from processor.text import Text


def variables_of(field: Field | None, report: Report) -> Mapping[str, Template]:
    """The values to set, by the variables' names; those with faults are left out and reported."""
    variables: dict[str, Template] = {}
    if field is None:
        return MappingProxyType(variables)
    tree = field.value
    if not isinstance(tree, Table):
        fields(tree, (), report)
        return MappingProxyType(variables)
    if not tree.entries:
        text = Text("«variables» пуст", '"variables" is empty')
        report.add("value.empty", text, tree.place, Text("хотя бы одна переменная", "at least one variable"))
    if len(tree.entries) > LIST_LENGTH_MAX:
        count = len(tree.entries)
        text = Text(f"переменных {count}", f"there are {count} variables")
        limit = Text(f"не больше {LIST_LENGTH_MAX}", f"at most {LIST_LENGTH_MAX}")
        report.add("value.too_long", text, tree.place, limit)
        return MappingProxyType(variables)
    places: dict[str, Scalar] = {}
    for key, value in tree.entries:
        name = text_of(key, report, VARIABLE_NAME_CHARACTERS_MAX)
        template = template_of(value, VARIABLE_CHARACTERS_MAX, report)
        if name is None or not _is_name(name, key, report):
            continue
        if places.setdefault(name, key) is not key:  # alike but for the spaces around it
            text = Text(f"переменная «{named(name)}» повторяется", f'variable "{named(name)}" is repeated')
            report.add("value.repeated", text, key.place)
        elif template is not None:
            variables[name] = template
    return MappingProxyType(variables)


def removed_of(field: Field | None, set_beside: Field | None, report: Report) -> tuple[str, ...]:
    """The names of the variables to remove, each once; one that `set_beside` sets too is a fault."""
    if field is None:
        return ()
    tree = set_beside.value if set_beside else None
    set_names = {key.text.strip() for key, _ in tree.entries} if isinstance(tree, Table) else set()
    removed: list[str] = []
    for name, scalar in texts_of(field.value, report, VARIABLE_NAME_CHARACTERS_MAX):
        if not _is_name(name, scalar, report):
            continue
        if name in set_names:
            text = Text(
                f"переменная «{named(name)}» и задана, и удалена", f'variable "{named(name)}" is both set and removed'
            )
            one = Text("одно из двух: variables или remove_variables", "one of the two: variables or remove_variables")
            report.add("then.variable", text, scalar.place, one)
        removed.append(name)
    return tuple(dict.fromkeys(removed))


def _is_name(name: str, scalar: Scalar, report: Report) -> bool:
    if is_constant(name):
        return True
    text = Text("в имени переменной шаблон", "a template in a variable's name")
    report.add("variable.name", text, scalar.place, Text("имя без {{ }} и {% %}", "a name without {{ }} and {% %}"))
    return False
