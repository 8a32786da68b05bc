"""One condition of a rule in words: «город — «Москва»», «нет купона», «сумма заказа не меньше 5000»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from processor.domain.condition import Line
from processor.domain.earlier import ROOT as EARLIER
from processor.domain.earlier import Asked
from processor.domain.numeral import number_of
from processor.domain.span import span_of
from processor.telling.rule_words import event_name, field_missing, field_name, quoted, span_text
from processor.text import Language, Text, plural

LISTED_MAX: Final = 6
_FLAGS: Final = MappingProxyType(
    {
        "order.paid": (Text("заказ оплачен", "the order is paid"), Text("заказ не оплачен", "the order is not paid")),
        "thin": (Text("пришёл только номер", "only an id came"), Text("пришло всё", "all of it came")),
    }
)
_YES: Final = frozenset({"true", "yes", "on", "да", "вкл"})
_NUMBERS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "at_least": Text("не меньше {}", "at least {}"),
        "more_than": Text("больше {}", "more than {}"),
        "at_most": Text("не больше {}", "at most {}"),
        "less_than": Text("меньше {}", "less than {}"),
    }
)
_TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "contains": Text("содержит {}", "contains {}"),
        "starts_with": Text("начинается с {}", "starts with {}"),
        "ends_with": Text("заканчивается на {}", "ends with {}"),
        "matches": Text("подходит под выражение {}", "matches {}"),
    }
)
_MOMENTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "before": Text("раньше чем {}", "before {}"),
        "after": Text("позже чем {}", "after {}"),
        "weekday": Text("день недели {}", "on {}"),
        "time": Text("по часам {}", "at {}"),
        "is": Text("{}", "on {}"),
        "in": Text("{}", "on {}"),
        "not": Text("не {}", "not on {}"),
        "not_in": Text("не {}", "not on {}"),
    }
)
_OR: Final = Text(" или ", " or ")
_AND: Final = Text(" и ", " and ")


def line_told(line: Line, language: Language) -> str:
    """The whole condition, with the field it is about."""
    if line.parts[:1] == (EARLIER,):
        return _earlier(line, language)
    if line.asks is not None:
        return _moment(line, language)
    if line.path in _FLAGS and line.test in ("is", "not") and line.values:
        holds = (line.values[0].strip().casefold() in _YES) is (line.test == "is")
        return _FLAGS[line.path][not holds].say(language)
    if line.test in ("exists", "empty"):
        return _presence(line, language)
    return _value(line, language)


def joined(parts: Sequence[str], word: Literal["or", "and"], language: Language, *, comma: bool = True) -> str:
    """a, b или c; with `comma` false the word stands between all of them. Past LISTED_MAX: how many more."""
    shown, more = list(parts[:LISTED_MAX]), len(parts) - LISTED_MAX
    if more > 0:
        shown.append(f"ещё {more}" if language == "ru" else f"{more} more")
    between = (_OR if word == "or" else _AND).say(language)
    if not comma or len(shown) < 3:
        return between.join(shown)
    return ", ".join(shown[:-1]) + between + shown[-1]


def listed(values: Sequence[str], language: Language) -> str:
    """Values in quotes, numbers without, any of which will do."""
    return joined([_shown(one, language) for one in values], "or", language)


def _shown(value: str, language: Language) -> str:
    return value.strip() if number_of(value) is not None else quoted(value, language)


def _presence(line: Line, language: Language) -> str:
    wanted = line.expected == "true"
    if (line.test == "exists") is wanted:
        there = field_name(line.path, language)
        if line.test == "exists":
            return f"есть {there}" if language == "ru" else f"{there} is there"
        return f"заполнено: {there}" if language == "ru" else f"{there} is filled in"
    if line.test == "exists":
        return field_missing(line.path, language)
    name = field_name(line.path, language)
    return f"не заполнено: {name}" if language == "ru" else f"{name} is missing or blank"


def _value(line: Line, language: Language) -> str:
    name = field_name(line.path, language)
    values = line.values or (line.expected,)
    if line.test in ("is", "in", "not", "not_in"):
        return _equality(line, name, values, language)
    if line.test == "between":
        low, _, high = line.expected.partition(", ")
        return f"{name} от {low} до {high}" if language == "ru" else f"{name} is {low} to {high}"
    if line.test in _NUMBERS:
        told = _NUMBERS[line.test].say(language).format(line.expected)
        return f"{name} {told}" if language == "ru" else f"{name} is {told}"
    pattern = _TEXTS[line.test].say(language) if line.test in _TEXTS else f"{line.test} {{}}"
    return f"{name} {pattern.format(joined([quoted(one, language) for one in values], 'or', language))}"


def _equality(line: Line, name: str, values: Sequence[str], language: Language) -> str:
    refused = line.test in ("not", "not_in")
    if line.path == "event" and not refused:
        return joined([event_name(one, language) for one in values], "or", language)
    if language == "en":
        return f"{name} is {'not ' if refused else ''}{listed(values, 'en')}"
    if refused:
        return f"{name} — {joined([f'не {_shown(one, language)}' for one in values], 'and', 'ru')}"
    return f"{name} — {listed(values, 'ru')}"


def _moment(line: Line, language: Language) -> str:
    name = field_name(line.path, language)
    if line.test == "within":
        span = span_of(line.expected)
        told = span_text(span[0], language) if span else line.expected
        return f"{name} — за последние {told}" if language == "ru" else f"{name} is within the last {told}"
    if line.test == "between":
        low, _, high = line.expected.partition(", ")
        return f"{name} — с {low} по {high}" if language == "ru" else f"{name} is from {low} to {high}"
    pattern = _MOMENTS.get(line.test, Text(f"{line.test} {{}}", f"{line.test} {{}}"))
    told = pattern.say(language).format(line.expected)
    return f"{name} — {told}" if language == "ru" else f"{name} is {told}"


def _earlier(line: Line, language: Language) -> str:
    asked = msgspec.json.decode(line.parts[1], type=Asked)
    events = joined([event_name(one, language) for one in asked.events], "or", language)
    sources = listed(asked.sources, language)
    span = span_text(asked.within_ms, language) if asked.within_ms is not None else ""
    if language == "ru":
        what = f"«{events}»" if events else "такое же событие"
        where = f" в {sources}" if sources else ""
        return f"{f'за последние {span}' if span else 'раньше'} {what}{where} — {_times(line, 'ru')}"
    what = f"“{events}”" if events else "the same event"
    where = f" in {sources}" if sources else ""
    times = _times(line, "en")
    came = "never came" if times == "never" else f"came {times}"
    return f"{what}{where} {came} {f'in the last {span}' if span else 'before'}"


def _times(line: Line, language: Language) -> str:
    low, _, high = line.expected.partition(", ")
    if (line.test, low) == ("at_least", "1") or (line.test, low) == ("more_than", "0"):
        return Text("уже было", "at least once").say(language)
    if (line.test, low) in (("is", "0"), ("at_most", "0"), ("less_than", "1")):
        return Text("ни разу", "never").say(language)
    times = plural(int(low), "раз", "раза", "раз") if low.isdigit() else "раз"
    word = "time" if low == "1" else "times"
    if line.test == "between":
        return Text(f"от {low} до {high} раз", f"{low} to {high} times").say(language)
    if line.test in _NUMBERS:
        told = _NUMBERS[line.test].say(language).format(low)
        return f"{told} {'раза' if low == '1' else 'раз'}" if language == "ru" else f"{told} {word}"
    many = joined(line.values or (low,), "or", language)
    refused = line.test in ("not", "not_in")
    return Text(f"{'не ' if refused else ''}{many} {times}", f"{'not ' if refused else ''}{many} {word}").say(language)
