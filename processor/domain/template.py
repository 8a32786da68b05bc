"""Templates of rules: parsed once when the rules are compiled, rendered for every event that matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from liquid import BoundTemplate
from liquid.exceptions import (
    LiquidError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    ResourceLimitError,
    UndefinedError,
)

from processor.domain.home import Home
from processor.domain.liquid_limits import ENVIRONMENT, HOME_KEY, LOOP_STEPS_MAX, OUTPUT_CHARACTERS_MAX
from processor.domain.liquid_problem import FilterProblem
from processor.text import Text, nearest

TEMPLATE_CHARACTERS_MAX = 4_096
FIELDS_COMPARED_MAX = 100

TemplateFault: TypeAlias = LiquidError
TemplateTooDeep: TypeAlias = ResourceLimitError

# What a filter may raise over a hostile value, besides the library's own errors.
_FAILURES = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError, MemoryError, OSError)


class Whole(dict[str, Any]):
    """A part of an event in a template: its values can be printed, the part itself cannot."""

    def __str__(self) -> str:
        raise UndefinedError("a whole part has no text of its own", token=None)


@dataclass(frozen=True, slots=True)
class Template:
    """A text of a rule; `parsed` is None when the text is the same for every event."""

    source: str
    line: int
    parsed: BoundTemplate | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Either the text, trimmed and never empty, or why there is none; `blank` when it was filled in with nothing."""

    text: str | None
    problem: Text | None = None
    blank: bool = False


def is_constant(source: str) -> bool:
    """Whether the text holds nothing to fill in."""
    return "{{" not in source and "{%" not in source


def parse(source: str, line: int) -> Template:
    """The template of `source`. Raises TemplateFault when it cannot be read."""
    return Template(source, line, None if is_constant(source) else ENVIRONMENT.parsed(source))


def page_of(view: Mapping[str, Any], home: Home | None = None) -> dict[str, Any]:
    """The event as templates see it, from `reach.view_of`; its source's clocks and phones are read by `home`."""
    page = {name: Whole(part) if isinstance(part, dict) and name != "raw" else part for name, part in view.items()}
    if isinstance(page.get("form"), Whole) and "fields" in page["form"]:
        page["form"]["fields"] = Whole(page["form"]["fields"])
    if isinstance(page.get("order"), Whole):
        page["order"]["items"] = [Whole(item) for item in page["order"].get("items", ())]
    page[HOME_KEY] = home or Home()
    return page


def render(template: Template, page: Mapping[str, Any]) -> Rendered:
    """The template filled in from `page_of`; never raises."""
    if template.parsed is None:
        return _checked(template, template.source)
    try:
        return _checked(template, template.parsed.render(page))
    except UndefinedError as error:
        return Rendered(None, _absent(template, str(error.message), page))
    except OutputStreamLimitError:
        return Rendered(None, _too_large(template))
    except (LiquidError, *_FAILURES) as error:
        return Rendered(None, _failed(template, _said(error)))


def _said(error: Exception) -> Text:
    if isinstance(error, FilterProblem):
        return error.said
    if isinstance(error, LoopIterationLimitError):
        return _MANY_STEPS
    why = str(error.message) if isinstance(error, LiquidError) else type(error).__name__
    return Text(why, why)


_MANY_STEPS: Final = Text(
    f"слишком много повторов, не больше {LOOP_STEPS_MAX}", f"too much: more than {LOOP_STEPS_MAX} steps of loops"
)


def _checked(template: Template, text: str) -> Rendered:
    trimmed = text.strip()
    if not trimmed:
        return Rendered(None, _text(template, "дал пустой текст", "gave an empty text"), blank=True)
    if len(trimmed) > OUTPUT_CHARACTERS_MAX:
        return Rendered(None, _too_large(template))
    return Rendered(trimmed)


def _absent(template: Template, message: str, page: Mapping[str, Any]) -> Text:
    name = message.removesuffix(" is undefined").strip("'")
    if name == message:
        return _failed(template, Text(message, message))
    close = _near_field(name, page)
    return _text(
        template,
        f"не заполнить: в событии нет {shortened(name)}"
        + (f", есть «{close}»" if close else "")
        + '; запасное значение: | default: "…"',
        f"cannot be filled in: the event has no {shortened(name)}"
        + (f', it has "{close}"' if close else "")
        + '; a fallback: | default: "…"',
    )


def _near_field(name: str, page: Mapping[str, Any]) -> str | None:
    """The field of this form whose name is nearest to the one that is missing."""
    written = name.removeprefix("form.fields").strip(".[]'\"")
    fields = page.get("form", {}).get("fields", {}) if name.startswith("form.fields") else {}
    few = [field for field in list(fields)[:FIELDS_COMPARED_MAX] if len(field) <= 80]
    return nearest(written, few) if few and len(written) <= 80 else None


def _too_large(template: Template) -> Text:
    return _text(
        template,
        f"даёт слишком много: не больше {OUTPUT_CHARACTERS_MAX} символов",
        f"gives too much: at most {OUTPUT_CHARACTERS_MAX} characters",
    )


def _failed(template: Template, why: Text) -> Text:
    return _text(template, f"не удалось заполнить: {shortened(why.ru)}", f"could not be filled in: {shortened(why.en)}")


def _text(template: Template, ru: str, en: str) -> Text:
    source = shortened(template.source)
    return Text(f"шаблон «{source}» {ru}", f'template "{source}" {en}')


def shortened(text: str, length_max: int = 80) -> str:
    """The text on one line, cut to `length_max` characters, fit for UTF-8."""
    line = " ".join(text[: length_max * 2].split())
    cut = line if len(line) <= length_max else line[: length_max - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")
