"""`then:` of a rule: what it wishes, with every template parsed and its names checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.identity import ID_OF
from processor.domain.plan import STATUS_CHARACTERS_MAX, TAG_CHARACTERS_MAX
from processor.domain.rule import CONTACT_FIELDS, ContactField, Effects, UtmPolicy
from processor.domain.template import TEMPLATE_CHARACTERS_MAX, Template
from processor.fault import Edit
from processor.rules.mends import moved_beside
from processor.rules.reading import Field, choice_of, fields, flag_of, missing
from processor.rules.report import Report
from processor.rules.templates import template_of, templates_of
from processor.rules.tree import Scalar, Table, Tree
from processor.rules.variables import removed_of, variables_of
from processor.text import Text

KEYS = ("tags", "remove_tags", "variables", "remove_variables", "status", "utm", "contact")
STATUS_KEYS = ("value", "each")
UTM_POLICIES: Final[tuple[UtmPolicy, ...]] = ("first", "last", "off")

_BESIDE = Text("это поле правила, рядом с when и then", "a field of the rule, beside when and then")
_ELSEWHERE: Mapping[str, Text] = {
    **dict.fromkeys(
        ("name", "note", "enabled", "stop", "bot", "urgent", "settle", "when", "after", "unless", "examples"), _BESIDE
    ),
    "each": Text("status: {value: …, each: true}", "status: {value: …, each: true}"),
}


def effects_of(tree: Tree | None, beside: Field | None, report: Report) -> Effects:
    """What `then:` says, with `contact:` taken from it or, if it stands there, from beside it (`beside`)."""
    found = _effects(tree, report) if tree is not None else {}
    if beside is not None and "contact" in found:
        text = Text("«contact» дан дважды", '"contact" is given twice')
        report.add("then.contact", text, beside.key.place, Text("одно место: then", "one place: then"))
    contact = found.get("contact") or beside
    utm = found.get("utm")
    status, each_status = _status(found["status"].value, report) if "status" in found else (None, False)
    return Effects(
        tags=_tags(found.get("tags"), report),
        remove_tags=_tags(found.get("remove_tags"), report),
        status=status,
        utm=choice_of(utm.value, UTM_POLICIES, report) if utm else None,
        each_status=each_status,
        variables=variables_of(found.get("variables"), report),
        remove_variables=removed_of(found.get("remove_variables"), found.get("variables"), report),
        contact=_contact(contact.value, report) if contact else MappingProxyType({}),
    )


def _effects(tree: Tree, report: Report) -> dict[str, Field]:
    def beside(key: Scalar) -> tuple[Edit, ...]:
        return moved_beside(tree, key, "then", report) if isinstance(tree, Table) and key.text != "each" else ()

    return fields(tree, KEYS, report, _ELSEWHERE, alone="tags", moved=beside)


def _tags(field: Field | None, report: Report) -> tuple[Template, ...]:
    return templates_of(field.value, TAG_CHARACTERS_MAX, report) if field else ()


def _status(tree: Tree, report: Report) -> tuple[Template | None, bool]:
    """The status, and whether each one is sent; plain text, or fields that say both."""
    if not isinstance(tree, Table):
        return template_of(tree, STATUS_CHARACTERS_MAX, report), False
    found = fields(tree, STATUS_KEYS, report)
    each = flag_of(found["each"].value, report) is True if "each" in found else False
    if "value" not in found:
        missing("value", tree.place, Text("status: {value: …, each: true}", "status: {value: …, each: true}"), report)
        return None, each
    return template_of(found["value"].value, STATUS_CHARACTERS_MAX, report), each


def _contact(tree: Tree, report: Report) -> Mapping[ContactField, Template]:
    templates: dict[ContactField, Template] = {}
    found = fields(tree, CONTACT_FIELDS, report)
    for name in CONTACT_FIELDS:
        if name in found:
            template = template_of(found[name].value, TEMPLATE_CHARACTERS_MAX, report)
            if template is not None:
                templates[name] = template
                _check_messenger(name, template, found[name].value, report)
    if isinstance(tree, Table) and not tree.entries:
        text = Text("«contact» пуст", '"contact" is empty')
        report.add("value.empty", text, tree.place)
    return MappingProxyType(templates)


def _check_messenger(name: ContactField, template: Template, tree: Tree, report: Report) -> None:
    if name == "messenger" and template.parsed is None:
        choice_of(tree, tuple(ID_OF), report)
