"""Which rules and conditions have been tried by examples."""

from __future__ import annotations

from processor.examples.coverage import Coverage
from processor.examples.run import run_examples
from processor.rules.examples.beside import examples_beside
from tests.examples.playing import HEAD, NOWHERE
from tests.harness.rules import ruleset

RULE = "  - name: А\n    when: {event: order.created, order.total: {at_least: 5}}\n    then: {tags: a}\n"
OTHER = "  - name: Б\n    enabled: false\n    when: {event: x}\n    then: {tags: a}\n"
UNLESS = "  - name: В\n    when: {}\n    after: 1h\n    unless: {event: order.paid}\n    then: {tags: a}\n"
MATCHED = "{event: order.created, order.total: 5, customer.vk_id: 1}"
NEITHER = "{event: order.paid, order.total: 4, customer.vk_id: 1}"


def covered(rules: str, *events: str) -> Coverage:
    """The coverage by examples of the last of `rules`."""
    text = HEAD + rules + ("    examples:\n" + "".join(f"      - event: {one}\n" for one in events) if events else "")
    compiled = ruleset(text)
    coverage = Coverage(compiled)
    for _, played in run_examples(compiled, examples_beside(compiled), NOWHERE):
        assert played is not None
        coverage.note(played)
    return coverage


def gaps(coverage: Coverage) -> list[tuple[str, str, str]]:
    """Rule, gap, condition."""
    return [(one.rule, one.gap, one.condition) for one in coverage.gaps()]


def test_an_example_each_way_covers_a_rule_whole() -> None:
    coverage = covered(RULE, MATCHED, NEITHER)
    assert (coverage.percent, gaps(coverage)) == (100, [])


def test_what_was_seen_one_way_only_is_told() -> None:
    coverage = covered(RULE, MATCHED)
    assert gaps(coverage) == [("А", "false", "event is order.created"), ("А", "false", "order.total at_least 5")]
    assert coverage.percent == 60


def test_a_rule_without_examples_is_covered_by_nothing() -> None:
    coverage = covered(RULE)
    assert gaps(coverage)[0] == ("А", "rule", "")
    assert coverage.percent == 0


def test_a_disabled_rule_does_not_count() -> None:
    coverage = covered(OTHER + RULE, MATCHED, NEITHER)
    assert (coverage.percent, gaps(coverage)) == (100, [])


def test_an_unless_that_never_cancelled_is_told() -> None:
    coverage = covered(UNLESS, MATCHED)
    assert gaps(coverage) == [("В", "unless", "unless order.paid")]
    assert coverage.percent == 50


def test_without_rules_all_is_covered() -> None:
    assert Coverage(ruleset("version: 1\nbot: 1\nrules: []\n")).percent == 100
