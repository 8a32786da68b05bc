"""UTM in variables and a rule that writes the same variables would undo each other: that is a fault."""

from __future__ import annotations

import pytest

from processor.errors import FaultsFound
from tests.harness.rules import ruleset

TOP = "version: 1\nbot: 1\nutm_as: {}\nsources:\n  shop: {{preset: generic, token: t}}\nrules:\n"
RULE = "  - name: r\n    when: {{event: order.created}}\n    then: {}\n"


def _text(utm_as: str, then: str) -> str:
    return TOP.format(utm_as) + RULE.format(then)


@pytest.mark.parametrize("part", ["source", "medium", "campaign", "term", "content"])
def test_a_rule_may_not_write_what_utm_writes(part: str) -> None:
    with pytest.raises(FaultsFound) as found:
        ruleset(_text("variables", f"{{tags: a, variables: {{utm_{part}: x}}}}"))
    assert found.value.say("en") == (
        f'rules.yaml:9:33: the variable "utm_{part}" is already written by utm_as: variables; '
        "expected: another name, or utm_as: field or off"
    )
    assert f"переменную «utm_{part}» уже пишет utm_as: variables" in found.value.say("ru")


@pytest.mark.parametrize(
    ("then", "places"),
    [
        ("{remove_variables: utm_source}", ["9:30"]),
        ("{remove_variables: [a, utm_term]}", ["9:34"]),
        ('{variables: {" utm_medium ": x, b: y, utm_source: z}}', ["9:24", "9:49"]),
    ],
)
def test_each_such_variable_is_told_with_its_place(then: str, places: list[str]) -> None:
    with pytest.raises(FaultsFound) as found:
        ruleset(_text("variables", then))
    told = [line.split(": the variable")[0] for line in found.value.say("en").splitlines()]
    assert told == [f"rules.yaml:{place}" for place in places]
    assert {fault.code for fault in found.value.faults} == {"variable.utm"}


@pytest.mark.parametrize("utm_as", ["auto", "field", "'off'"])
def test_where_utm_may_go_elsewhere_it_is_allowed(utm_as: str) -> None:
    ruleset(_text(utm_as, "{variables: {utm_source: x}}"))


@pytest.mark.parametrize("then", ["{variables: {utm_id: x, UTM: y}}", "{tags: utm_source}", "{variables: 5}", "5"])
def test_other_names_and_other_faults_are_left_alone(then: str) -> None:
    assert "variable.utm" not in _codes(_text("variables", then))


def _codes(text: str) -> set[str]:
    try:
        ruleset(text)
    except FaultsFound as found:
        return {fault.code for fault in found.faults}
    return set()
