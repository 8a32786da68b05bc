"""`then:` of a rule: what it wishes, with every template parsed and its names checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.identity import ID_OF
from processor.domain.liquid_limits import FILTERS, TAGS
from processor.domain.plan import STATUS_CHARACTERS_MAX, TAG_CHARACTERS_MAX
from processor.domain.rule import CONTACT_FIELDS, ContactField, Effects, UtmPolicy
from processor.domain.template import (
    TEMPLATE_CHARACTERS_MAX,
    Template,
    TemplateFault,
    TemplateTooDeep,
    is_constant,
    parse,
)
from processor.rules.reading import Field, choice_of, fields, text_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Scalar, Table, Tree
from processor.rules.vocabulary import kind_of, nearest_path
from processor.text import Text

KEYS = ("tags", "remove_tags", "status", "utm", "contact")
UTM_POLICIES: Final[tuple[UtmPolicy, ...]] = ("first", "last", "off")

_BESIDE = Text("это поле правила, рядом с when и then", "a field of the rule, beside when and then")
_ELSEWHERE: Mapping[str, Text] = dict.fromkeys(("name", "note", "enabled", "stop", "bot", "when"), _BESIDE)

# What a path may end with besides the vocabulary: Liquid's own words for lists and texts.
_LIQUID_ENDINGS = ("size", "first", "last")


def effects_of(tree: Tree | None, beside: Field | None, report: Report) -> Effects:
    """What `then:` says, with `contact:` taken from it or, if it stands there, from beside it (`beside`)."""
    found = fields(tree, KEYS, report, _ELSEWHERE) if tree is not None else {}
    if beside is not None and "contact" in found:
        text = Text("«contact» дан дважды", '"contact" is given twice')
        report.add("then.contact", text, beside.key.place, Text("одно место: then", "one place: then"))
    contact = found.get("contact") or beside
    utm = found.get("utm")
    status = found.get("status")
    return Effects(
        tags=_templates(found.get("tags"), report),
        remove_tags=_templates(found.get("remove_tags"), report),
        status=_template(status.value, STATUS_CHARACTERS_MAX, report) if status else None,
        utm=choice_of(utm.value, UTM_POLICIES, report) if utm else None,
        contact=_contact(contact.value, report) if contact else MappingProxyType({}),
    )


def _templates(field: Field | None, report: Report) -> tuple[Template, ...]:
    if field is None:
        return ()
    found = (_parsed(text, scalar, TAG_CHARACTERS_MAX, report) for text, scalar in texts_of(field.value, report))
    return tuple(template for template in found if template is not None)


def _contact(tree: Tree, report: Report) -> Mapping[ContactField, Template]:
    templates: dict[ContactField, Template] = {}
    found = fields(tree, CONTACT_FIELDS, report)
    for name in CONTACT_FIELDS:
        if name in found:
            template = _template(found[name].value, TEMPLATE_CHARACTERS_MAX, report)
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


def _template(tree: Tree, length_max: int, report: Report) -> Template | None:
    text = text_of(tree, report, TEMPLATE_CHARACTERS_MAX)
    return _parsed(text, tree, length_max, report) if text is not None and isinstance(tree, Scalar) else None


def _parsed(text: str, scalar: Scalar, length_max: int, report: Report) -> Template | None:
    """The template, its names checked; `length_max` bounds what holds nothing to fill in."""
    if is_constant(text) and len(text) > length_max:
        message = Text(f"слишком длинно: {len(text)} символов", f"too long: {len(text)} characters")
        limit = Text(f"не больше {length_max}", f"at most {length_max}")
        report.add("value.too_long", message, scalar.place, limit)
        return None
    try:
        template = parse(text, scalar.place.line)
        if template.parsed is not None:
            _check_names(template, scalar, report)
        return template
    except TemplateFault as error:
        _unreadable(error, scalar, report)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # The library lets a few of Python's own escape over broken text.
        report.add("template.syntax", _BROKEN, scalar.place, _EXAMPLE)
    return None


_BROKEN = Text("шаблон записан с ошибкой", "the template is not written right")
_EXAMPLE = Text("например {{ order.number }}", "such as {{ order.number }}")


def _unreadable(error: TemplateFault, scalar: Scalar, report: Report) -> None:
    if isinstance(error, TemplateTooDeep):
        text = Text("шаблон вложен слишком глубоко", "the template is nested too deeply")
        report.add("template.syntax", text, scalar.place)
        return
    message = str(error.message or "")
    if message.startswith("unexpected tag"):
        tag = message.removeprefix("unexpected tag").strip(" '")
        text = Text(f"в шаблоне нет команды «{named(tag)}»", f'templates have no tag "{named(tag)}"')
        known = TAGS[:-1]
        report.add("template.tag", text, scalar.place, Text(", ".join(known), ", ".join(known)), near(tag, known))
    elif "end of file" in message or message.startswith("expected tag end"):
        text = Text("шаблон не закрыт", "the template is not closed")
        closing = Text("закрывающие }} или {% end… %}", "the closing }} or {% end… %}")
        report.add("template.syntax", text, scalar.place, closing)
    else:
        text = Text(
            f"шаблон записан с ошибкой ({named(message)})", f"the template is not written right: {named(message)}"
        )
        report.add("template.syntax", text, scalar.place, _EXAMPLE)


def _check_names(template: Template, scalar: Scalar, report: Report) -> None:
    """Filters and paths must exist: a slip is told when the file is loaded, not when the first order comes."""
    if template.parsed is None:
        return
    used = template.parsed.analyze()
    for name in used.filters:
        if name not in FILTERS:
            text = Text(f"в шаблоне нет фильтра «{named(name)}»", f'templates have no filter "{named(name)}"')
            report.add("template.filter", text, scalar.place, None, near(name, FILTERS))
    for variables in used.globals.values():
        for variable in variables:
            _check_path(variable.segments, scalar, report)


def _check_path(segments: Iterable[object], scalar: Scalar, report: Report) -> None:
    parts = []
    for segment in segments:
        if isinstance(segment, list):  # an index that is computed: what stands below it cannot be known here
            return
        parts.append(str(segment))
    if parts[-1] in _LIQUID_ENDINGS and len(parts) > 1 and kind_of(parts) is None:
        parts.pop()
    # `items.first.name` reads an element as `items[0].name` does.
    path = [part for part in parts if part not in ("first", "last")]
    if kind_of(path or parts) is None:
        dotted = ".".join(parts)
        text = Text(f"в событии нет поля «{named(dotted)}»", f'an event has no field "{named(dotted)}"')
        free = Text("поле события, form.fields.… или raw.…", "a field of an event, form.fields.… or raw.…")
        report.add("path.unknown", text, scalar.place, free, nearest_path(dotted))
