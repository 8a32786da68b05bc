"""A mistaken example is told by place, in both languages, with what was meant."""

from __future__ import annotations

import pytest

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.examples.whole import compile_examples
from tests.examples.mistakes import BESIDE, WHOLE, beside
from tests.examples.playing import HEAD, RULE
from tests.harness.rules import ruleset
from tests.rules.mistakes import Mistake


def faults_of(text: str) -> tuple[Fault, ...]:
    """What is wrong with a rules file."""
    with pytest.raises(FaultsFound) as found:
        ruleset(text)
    return found.value.faults


def _told(faults: tuple[Fault, ...], mistake: Mistake, file: str) -> None:
    assert [(fault.code, str(fault.place)) for fault in faults] == [(mistake.code, f"{file}:{mistake.place}")]
    assert mistake.ru in faults[0].say("ru")
    assert mistake.en in faults[0].say("en")
    assert faults[0].nearest == mistake.nearest


@pytest.mark.parametrize("mistake", BESIDE, ids=lambda mistake: f"{mistake.code}-{mistake.place}-{mistake.en}")
def test_each_mistake_beside_a_rule_has_one_fault_with_its_place(mistake: Mistake) -> None:
    """The file is wrong: it is as much a fault as any other."""
    _told(faults_of(mistake.text), mistake, "rules.yaml")


@pytest.mark.parametrize("mistake", WHOLE, ids=lambda mistake: f"{mistake.code}-{mistake.place}-{mistake.en}")
def test_each_mistake_in_a_file_of_examples_has_one_fault_with_its_place(mistake: Mistake) -> None:
    with pytest.raises(FaultsFound) as found:
        compile_examples(mistake.text, "rules.examples.yaml", ruleset(HEAD + RULE))
    _told(found.value.faults, mistake, "rules.examples.yaml")


def test_two_examples_of_one_name_are_told() -> None:
    example = "  - {name: e, event: {event: x, source: shop}, expect: nothing}\n"
    with pytest.raises(FaultsFound) as found:
        compile_examples(f"examples:\n{example}{example}", "e.yaml", ruleset(HEAD + RULE))
    assert [(fault.code, str(fault.place)) for fault in found.value.faults] == [("example.repeated", "e.yaml:3:12")]


def test_an_example_that_fails_is_no_fault_of_the_file() -> None:
    """Running rules are not stopped by it."""
    assert ruleset(beside("{event: x, expect: {tags: other}}")).rules


def test_faults_of_the_rule_and_of_its_examples_come_together() -> None:
    text = beside("{event: {event: x, order.totl: 5}}").replace("tags: a", "tagz: a")
    assert [fault.code for fault in faults_of(text)] == ["name.unknown", "path.unknown"]
