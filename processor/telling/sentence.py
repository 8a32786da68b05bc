"""A rule as one sentence: «Когда в «shop» создан заказ от 5000, добавить тег «Покупатель»»."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from processor.domain.condition import Condition, Group, Line
from processor.domain.rule import Rule
from processor.telling.rule_effects import effects_told
from processor.telling.rule_tests import joined, line_told, listed
from processor.telling.rule_words import ANYTHING, event_name, quoted, span_text
from processor.text import Language, Text

_AMOUNTS = ("at_least", "more_than", "at_most", "less_than", "between")


def sentence_of(rule: Rule) -> Text:
    """The whole rule: when, what then; whether it is switched on is not said."""
    return Text(_sentence(rule, "ru"), _sentence(rule, "en"))


def _sentence(rule: Rule, language: Language) -> str:
    when = _when(rule, language)
    if rule.after_ms is not None:
        span = span_text(rule.after_ms, language)
        when = f"Через {span} после того, как {when}" if language == "ru" else f"{span} after {when}"
        when += _unless(rule, language)
        head = when[:1].upper() + when[1:]
    else:
        head = f"Когда {when}" if language == "ru" else f"When {when}"
    return f"{head}, {effects_told(rule, language)}"


def _when(rule: Rule, language: Language) -> str:
    """Who sent what, how much, and all the rest joined by «и»."""
    lines: list[Condition] = [*rule.when.members] if isinstance(rule.when, Group) else [rule.when]
    events, sources = _taken(lines, "event"), _taken(lines, "source")
    amount = _taken_amount(lines, events)
    happened = joined([event_name(one, language) for one in events], "or", language) or ANYTHING.say(language)
    where = joined([quoted(one, language) for one in sources], "or", language)
    if where:
        happened = f"в {where} {happened}" if language == "ru" else f"{happened} in {where}"
    if amount:
        happened += f" {_amount(amount, language)}"
    kept = [one for one in lines if not (isinstance(one, Group) and one.kind == "not")]
    refused = [one for one in lines if isinstance(one, Group) and one.kind == "not"]
    word, refusing = (" и ", ", кроме случаев, когда ") if language == "ru" else (" and ", ", except when ")
    told = word.join([happened, *(_told(one, language) for one in kept)])
    return told + "".join(refusing + _inside(group, language) for group in refused)


def _taken(lines: list[Condition], path: str) -> tuple[str, ...]:
    """The values that the first plain line about `path` lists; the line is taken out."""
    for line in lines:
        if isinstance(line, Line) and line.parts == (path,) and line.test in ("is", "in"):
            lines.remove(line)
            return line.values
    return ()


def _taken_amount(lines: list[Condition], events: Sequence[str]) -> Line | None:
    """The test of the order's total that may stand right behind «создан заказ»; taken out."""
    if len(events) != 1 or not events[0].strip().casefold().startswith("order."):
        return None
    for line in lines:
        if isinstance(line, Line) and line.parts == ("order", "total") and line.test in _AMOUNTS:
            lines.remove(line)
            return line
    return None


def _amount(line: Line, language: Language) -> str:
    low, _, high = line.expected.partition(", ")
    russian = {
        "at_least": f"от {low}",
        "more_than": f"дороже {low}",
        "at_most": f"до {low}",
        "less_than": f"дешевле {low}",
        "between": f"от {low} до {high}",
    }
    english = {
        "at_least": f"for {low} or more",
        "more_than": f"for more than {low}",
        "at_most": f"for {low} or less",
        "less_than": f"for less than {low}",
        "between": f"for {low} to {high}",
    }
    return (russian if language == "ru" else english)[line.test]


def _told(condition: Condition, language: Language) -> str:
    if isinstance(condition, Line):
        return line_told(condition, language)
    if condition.kind == "not":
        inside = _inside(condition, language)
        return f"неверно, что ({inside})" if language == "ru" else f"it is not so that ({inside})"
    return _bracketed(condition, language)


def _inside(group: Group, language: Language) -> str:
    """What stands in a group, joined by its own word; a group of one is that one."""
    word: Literal["or", "and"] = "or" if group.kind == "any" else "and"
    if len(group.members) == 1:
        only = group.members[0]
        return _inside(only, language) if isinstance(only, Group) and only.kind != "not" else _told(only, language)
    return joined([_told(one, language) for one in group.members], word, language, comma=False)


def _bracketed(group: Group, language: Language) -> str:
    inside = _inside(group, language)
    alone = len(group.members) == 1 or not inside
    return inside if alone else f"({inside})"


def _unless(rule: Rule, language: Language) -> str:
    if rule.unless is None:
        return ""
    events = joined([event_name(one, language) for one in sorted(rule.unless.events)], "or", language)
    sources = listed(sorted(rule.unless.sources or ()), language)
    if language == "ru":
        where = f" в {sources}" if sources else ""
        same = {"order": " (тот же заказ)", "contact": " (тот же контакт)", None: ""}[rule.unless.same]
        return f", если за это время не случится: {events}{where}{same}"
    where = f" in {sources}" if sources else ""
    same = {"order": " (the same order)", "contact": " (the same contact)", None: ""}[rule.unless.same]
    return f", unless meanwhile {events}{where}{same}"
