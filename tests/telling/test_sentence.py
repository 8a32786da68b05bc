"""Every test, group, kind of event and effect of a rule reads as a person would say it; the tables stand beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from processor.domain.rule import Rule
from processor.rules.compile import compile_rules
from processor.telling.sentence import sentence_of

HEAD = """\
version: 1
bot: 1
sources:
  shop: {preset: generic, proof: none, event: type}
  landing: {preset: generic, proof: none, event: type}
rules:
  - name: R
"""


def _table(name: str) -> list[tuple[str, ...]]:
    """Written, Russian, English."""
    blocks = (Path(__file__).parent / name).read_text("utf-8").split("\n\n")[1:]
    return [tuple(block.splitlines()) for block in blocks]


def _rule(rest: str) -> Rule:
    (rule,) = compile_rules(HEAD + rest, "rules.yaml", {}).rules
    return rule


@pytest.mark.parametrize(("written", "russian", "english"), _table("sentences.txt"))
def test_a_condition_reads_as_a_person_would_say_it(written: str, russian: str, english: str) -> None:
    told = sentence_of(_rule(f"    when: {written}\n    then: {{tags: Тег}}\n"))
    assert told.ru == f"Когда {russian}, добавить тег «Тег»"
    assert told.en == f"When {english}, add the tag “Тег”"


@pytest.mark.parametrize(("written", "russian", "english"), _table("sentences_effects.txt"))
def test_what_a_rule_does_reads_as_a_person_would_say_it(written: str, russian: str, english: str) -> None:
    lines = "".join(f"    {line}\n" for line in written.split(" ¦ "))
    told = sentence_of(_rule(f"    when: {{event: order.created}}\n{lines}"))
    assert (told.ru, told.en) == (russian, english)


def test_the_tables_are_whole() -> None:
    assert len(_table("sentences.txt")) + len(_table("sentences_effects.txt")) >= 80


def test_what_is_long_is_cut_where_a_person_stops_reading() -> None:
    told = sentence_of(_rule(f"    when: {{order.comment: {{contains: {'я' * 500}}}}}\n    then: {{tags: А}}\n"))
    assert "я" * 59 + "…»" in told.ru
    assert len(told.ru) < 200
