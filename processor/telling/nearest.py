"""The nearest rules in a person's words, where none matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processor.domain.explain import Check, RuleStory
from processor.domain.nearest import members, nearest_misses
from processor.text import Language, Text


def tell_nearest(stories: Sequence[RuleStory], language: Language) -> Iterator[str]:
    """One line for each of the nearest rules: what it lacked. Nothing where a rule matched."""
    for miss in nearest_misses(stories):
        what = ", ".join(_lacked(head, below, language) for head, below in members(miss.lacking))
        why = Text(f"не хватило: {what}", f"it lacked: {what}") if what else Text("выключено", "it is disabled")
        named = Text(f"правило «{miss.rule}» ({miss.line})", f'rule "{miss.rule}" ({miss.line})')
        yield Text(f"  ближе всего: {named.ru}, {why.ru}", f"  nearest: {named.en}, {why.en}").say(language)


def _lacked(head: Check, below: Sequence[Check], language: Language, *, held: bool = False) -> str:
    """A line, or of a group every line that was missing; below `not`, every line that held."""
    if not below:
        actual = Text("на деле", "actual").say(language)
        there = Text("нет", "absent").say(language) if head.actual is None else head.actual
        return f"{head.path} {head.test} {head.expected} ({actual}: {there})"
    if head.path == "not":
        held = not held
    inner = [_lacked(one, under, language, held=held) for one, under in members(below) if one.held is held]
    if head.path == "not":
        return Text("этого быть не должно: ", "this must not be: ").say(language) + ", ".join(inner)
    return (Text(" или ", " or ").say(language) if head.path == "any" else ", ").join(inner)
