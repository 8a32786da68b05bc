"""The rules as rows of a list: each as a sentence, with its numbers, and what is wrong with it beside it. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from processor.domain.condition import fold
from processor.domain.rule import Rule, Ruleset
from processor.fault import Fault
from processor.rules.lines import lines_of
from processor.store.counts import DayCounts
from processor.telling.sentence import sentence_of
from processor.text import Text

News = Literal["", "new", "changed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; `today` and `week`: events that it matched. `news`: whether it differs from what runs."""

    rule: Rule
    sentence: Text
    today: int
    week: int
    news: News
    warnings: tuple[Fault, ...]


def rows_of(
    ruleset: Ruleset, running: Ruleset, days: Sequence[DayCounts], warnings: Sequence[Fault], asked: str = ""
) -> list[Row]:
    """A row for each rule whose name, note or sentence has `asked` in it; `days`: today first."""
    beside = _beside(ruleset, warnings)
    olds = {} if ruleset is running else _written(running)
    news = {} if ruleset is running else _written(ruleset)
    wanted = fold(asked)
    rows = []
    for rule in ruleset.rules:
        sentence = sentence_of(rule)
        if wanted and not any(wanted in fold(text) for text in (rule.name, rule.note, sentence.ru, sentence.en)):
            continue
        matched = [day.matched.get(rule.name, 0) for day in days]
        told = _news(rule, olds, news)
        rows.append(Row(rule, sentence, sum(matched[:1]), sum(matched), told, tuple(beside.get(rule.position, ()))))
    return rows


def elsewhere(ruleset: Ruleset, warnings: Sequence[Fault]) -> tuple[Fault, ...]:
    """The warnings that are about no rule."""
    beside = _beside(ruleset, warnings)
    return tuple(beside.get(-1, ()))


def _news(rule: Rule, olds: Mapping[str, str], news: Mapping[str, str]) -> News:
    if not news:
        return ""
    if rule.name not in olds:
        return "new"
    return "" if olds[rule.name] == news[rule.name] else "changed"


def _written(ruleset: Ruleset) -> dict[str, str]:
    """Each rule as it is written, without what only stands around it."""
    lines = lines_of(ruleset.text)
    ends = [rule.line for rule in ruleset.rules[1:]] + [len(lines) + 1]
    return {
        rule.name: "\n".join(line.strip() for line in lines[rule.line - 1 : end - 1] if line.strip())
        for rule, end in zip(ruleset.rules, ends, strict=True)
    }


def _beside(ruleset: Ruleset, warnings: Sequence[Fault]) -> dict[int, list[Fault]]:
    """The warnings by the position of the rule in which they stand; -1: in none."""
    starts = [rule.line for rule in ruleset.rules]
    beside: dict[int, list[Fault]] = {}
    for fault in warnings:
        line = fault.place.line if fault.place else 0
        position = bisect_right(starts, line) - 1
        beside.setdefault(position, []).append(fault)
    return beside
