"""Templates of a rule, parsed, with the names in them checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from processor.domain.liquid_limits import FILTERS, TAGS
from processor.domain.liquid_walk import Call, calls_of
from processor.domain.template import (
    TEMPLATE_CHARACTERS_MAX,
    Template,
    TemplateFault,
    TemplateTooDeep,
    is_constant,
    parse,
)
from processor.rules.filter_arguments import arguments_of
from processor.rules.quoting import quoted
from processor.rules.reading import text_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Scalar, Tree
from processor.rules.vocabulary import kind_of, nearest_path
from processor.text import Text

# What a path may end with besides the vocabulary: Liquid's own words for lists and texts.
_LIQUID_ENDINGS = ("size", "first", "last")


def templates_of(tree: Tree, length_max: int, report: Report) -> tuple[Template, ...]:
    """One template, or a list of them; those with faults are left out and reported."""
    found = (_parsed(text, scalar, length_max, report) for text, scalar in texts_of(tree, report))
    return tuple(template for template in found if template is not None)


def template_of(tree: Tree, length_max: int, report: Report) -> Template | None:
    """The template that stands here; or None, with a fault. `length_max` bounds what holds nothing to fill in."""
    text = text_of(tree, report, TEMPLATE_CHARACTERS_MAX)
    return _parsed(text, tree, length_max, report) if text is not None and isinstance(tree, Scalar) else None


def foreign_template(text: str, scalar: Scalar, report: Report) -> bool:
    """Whether `text` is a right template over a body of a sender, whose fields we cannot know; else with a fault."""
    return _parsed(text, scalar, TEMPLATE_CHARACTERS_MAX, report, check=_check_filters) is not None


def _parsed(
    text: str,
    scalar: Scalar,
    length_max: int,
    report: Report,
    check: Callable[[Template, Scalar, Report], None] | None = None,
) -> Template | None:
    if is_constant(text) and len(text) > length_max:
        message = Text(f"слишком длинно: {len(text)} символов", f"too long: {len(text)} characters")
        limit = Text(f"не больше {length_max}", f"at most {length_max}")
        report.add("value.too_long", message, scalar.place, limit)
        return None
    try:
        template = parse(text, scalar.place.line)
        if template.parsed is not None:
            (check or _check_names)(template, scalar, report)
        return template
    except TemplateFault as error:
        _unreadable(error, scalar, report)
    except _ESCAPING:
        report.add("template.syntax", _BROKEN, scalar.place, _EXAMPLE)
    return None


# The library lets a few of Python's own escape over broken text.
_ESCAPING = (
    TemplateFault,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_ENDS = ("{% endif %}", "{% endfor %}", "{% endcase %}", "{% endunless %}")
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
        listed = Text(", ".join(known), ", ".join(known))
        report.add("template.tag", text, report.inside(scalar.place, tag, scalar.end_line), listed, near(tag, known))
    elif "end of file" in message or message.startswith("expected tag end"):
        text = Text("шаблон не закрыт", "the template is not closed")
        closing = Text("закрывающие }} или {% end… %}", "the closing }} or {% end… %}")
        report.add("template.syntax", text, scalar.place, closing, fix=_mended(scalar))
    else:
        sign = re.fullmatch("unexpected '(.+)'", message)
        text = Text(
            f"шаблон записан с ошибкой: лишнее {named(sign[1])}" if sign else "шаблон записан с ошибкой",
            f"the template is not written right: {named(message)}",
        )
        report.add("template.syntax", text, scalar.place, _EXAMPLE, fix=_mended(scalar))


def _mended(scalar: Scalar) -> str | None:
    """The text with its template closed and its quotes straight, in quotes of YAML; None when that is not it."""
    text = scalar.text.strip()
    straight = text.translate(dict.fromkeys(map(ord, "«»“”„‘’"), "'"))
    single = re.sub(r"(?<!\})\}(?!\})", "}}", re.sub(r"(?<!\{)\{(?![{%])", "{{", straight))
    for one in (straight, single, f"{straight} }}}}", f"{straight} %}}", *(straight + end for end in _ENDS)):
        try:
            if one != text and parse(one, scalar.place.line).parsed is not None:
                return quoted(one)
        except _ESCAPING:
            pass
    return None


def _check_filters(template: Template, scalar: Scalar, report: Report) -> None:
    for call in calls_of(template.parsed) if template.parsed else ():
        if call.name in FILTERS:
            _check_arguments(call, scalar, report)
        else:
            name = named(call.name)
            text = Text(f"в шаблоне нет фильтра «{name}»", f'templates have no filter "{name}"')
            place = report.inside(scalar.place, call.name, scalar.end_line)
            report.add("template.filter", text, place, None, near(call.name, FILTERS))


def _check_arguments(call: Call, scalar: Scalar, report: Report) -> None:
    least, most, by_name = arguments_of(call.name)
    wrong = next((name for name in call.options if name not in by_name), None)
    if wrong is not None:
        text = Text(
            f"у фильтра {call.name} нет настройки «{named(wrong)}»",
            f'filter {call.name} has no option "{named(wrong)}"',
        )
        report.add("template.arguments", text, scalar.place, None, near(wrong, by_name))
    elif not least <= call.values <= most:
        text = Text(
            f"фильтру {call.name} дано значений: {call.values}", f"filter {call.name} is given {call.values} values"
        )
        so_many = str(least) if least == most else f"{least}-{most}"
        expected = Text(f"после двоеточия: {so_many}", f"after the colon: {so_many}")
        report.add("template.arguments", text, scalar.place, expected)


def _check_names(template: Template, scalar: Scalar, report: Report) -> None:
    """Filters and paths must exist: a slip is told when the file is loaded, not when the first order comes."""
    _check_filters(template, scalar, report)
    for variables in template.parsed.analyze().globals.values() if template.parsed else ():
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
        place = report.inside(scalar.place, dotted, scalar.end_line)
        word = len(parts) == 1 and not dotted.isascii() and place != scalar.place
        fix = f"'{dotted}'" if word and not report.raw(scalar.place).startswith("'") else None
        close = None if fix else _in_liquid(nearest_path(dotted))
        report.add("path.unknown", text, place, free, close, fix=fix)


def _in_liquid(path: str | None) -> str | None:
    """A path of a condition as a template writes it: `form.fields["Ваш телефон"]`."""
    begin = 'form.fields."'
    return f'form.fields["{path.removeprefix(begin)[:-1]}"]' if path and path.startswith(begin) else path
