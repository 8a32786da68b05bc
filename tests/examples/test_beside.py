"""Examples beside a rule: what is written is compared, with this rule alone."""

from __future__ import annotations

import re

import pytest

from processor.domain.rule import Ruleset
from processor.rules.examples.beside import examples_beside
from tests.examples.playing import HEAD, ORDER, RULE, beside, told
from tests.harness.rules import ruleset

HOLD = (
    "{}",
    "{matched: true}",
    "{tags: [Покупатель, Заказ 1001]}",
    "{tags: [Заказ 1001, Покупатель]}",
    "{remove_tags: Бросил корзину}",
    "{variables: {Сумма: 6000}}",
    "{remove_variables: [Ссылка]}",
    "{status: Заказ 1001}",
    "{utm: off}",
    "{utm: {}}",
    "{problems: []}",
    "{contact: {phone: 8 900 000-00-01, messenger: whatsapp, bot: 1, email: ''}}",
    "{after: 0s}",
)


@pytest.mark.parametrize("expect", HOLD)
def test_what_comes_true_passes(expect: str) -> None:
    (result,) = beside(f"{{event: {{{ORDER}}}, expect: {expect}}}")
    assert told(result) == []
    assert result.passed


FAIL = {
    "{tags: [Покупатель]}": [("tags", None, "Заказ 1001")],
    "{tags: []}": [("tags", None, "Покупатель"), ("tags", None, "Заказ 1001")],
    "{tags: [Покупатель, Заказ 1001, VIP]}": [("tags", "VIP", None)],
    "{tags: [покупатель, Заказ 1001]}": [("tags", "покупатель", None), ("tags", None, "Покупатель")],
    "{remove_tags: }": [("remove_tags", None, "Бросил корзину")],
    "{variables: {Сумма: 5000}}": [("variables.Сумма", "5000", "6000")],
    "{variables: {}}": [("variables.Сумма", None, "6000")],
    "{variables: {Сумма: 6000, Город: Казань}}": [("variables.Город", "Казань", None)],
    "{remove_variables: Корзина}": [("remove_variables", "Корзина", None), ("remove_variables", None, "Ссылка")],
    "{status: Новый}": [("status", "Новый", "Заказ 1001")],
    "{status: ''}": [("status", None, "Заказ 1001")],
    "{utm: first}": [("utm", "first", "off")],
    "{utm: {source: vk}}": [("utm.source", "vk", None)],
    "{problems: status}": [("problems", "status", None)],
    "{contact: {name: Анна}}": [("contact.name", "Анна", "")],
    "{contact: {messenger: telegram}}": [("contact.messenger", "telegram", "whatsapp")],
    "nothing": [("matched", "false", "true")],
    "{matched: false}": [("matched", "false", "true")],
}


@pytest.mark.parametrize("expect", FAIL)
def test_what_does_not_fails_with_just_that(expect: str) -> None:
    (result,) = beside(f"{{event: {{{ORDER}}}, expect: {expect}}}")
    assert told(result) == FAIL[expect]
    assert not result.passed


def test_a_rule_that_does_not_match_says_why_and_nothing_else() -> None:
    (result,) = beside("{event: {event: order.created, order.total: 990}, expect: {tags: [Покупатель], status: x}}")
    assert told(result) == [("matched", "true", "false")]
    assert result.nearest is not None
    missed = [check for check in result.nearest.checks if not check.held]
    assert [(check.path, check.expected, check.actual) for check in missed] == [("order.total", "5000", "990")]


def test_without_a_word_the_rule_is_to_match() -> None:
    assert [result.passed for result in beside("event: order.created", f"event: {{{ORDER}}}")] == [False, True]


def test_nothing_means_that_the_rule_does_not_match() -> None:
    (result,) = beside("{event: order.paid, expect: nothing}")
    assert result.passed


def test_only_the_rule_itself_is_asked() -> None:
    """A rule above that says stop, and what others wish, are the business of whole files."""
    above = "  - {name: Выше, when: {}, then: {tags: Чужой}, stop: true}\n"
    (result,) = beside(f"{{event: {{{ORDER}}}, expect: {{tags: [Покупатель, Заказ 1001]}}}}", rules=above + RULE)
    assert result.passed


def test_a_disabled_rule_is_tried_as_if_it_were_enabled() -> None:
    (result,) = beside(f"event: {{{ORDER}}}", rules=RULE + "    enabled: false\n")
    assert result.passed


def test_a_source_is_meant_where_the_rule_names_one() -> None:
    rule = "  - {name: Т, when: {source: landing}, then: {tags: '{{ source }}'}"
    text = HEAD + rule + ", examples: [{event: form.submitted}]}\n"
    (example,) = examples_beside(ruleset(text))
    given = example.steps[0].given
    assert getattr(given, "source", None) == "landing"


def test_a_problem_nobody_asked_about_is_told_only_of_a_failure() -> None:
    rule = "  - name: П\n    when: {event: order.created}\n    then: {tags: [a, '{{ order.coupon }}']}\n"
    passed, failed, expected = beside(
        f"{{event: {{{ORDER}}}, expect: {{tags: a}}}}",
        f"{{event: {{{ORDER}}}, expect: {{tags: b}}}}",
        f"{{event: {{{ORDER}}}, expect: {{tags: a, problems: tag}}}}",
        rules=rule,
    )
    assert (passed.passed, expected.passed) == (True, True)
    assert not passed.problems
    assert [problem.element for problem in failed.problems] == ["tag"]


def test_an_event_may_be_nested_or_dotted_and_is_read_as_people_write() -> None:
    rule = (
        "  - name: С\n    when: {}\n    then:\n      tags:\n"
        "        - '{{ order.total }} {{ order.items[0].name }} {{ order.items[0].price }} {{ order.items.size }}'\n"
        "        - '{{ customer.name }} {{ customer.phone }}'\n"
        "        - '{{ form.fields[\"Ваш вопрос\"] }} {{ raw.a.b }} {{ raw.n }}'\n"
    )
    expect = "{tags: ['5000.50 Чайник 10 1', 'Анна Примерова +79000000001', Да 1 2.5]}"
    nested = (
        "{event: {event: x, order: {total: '5 000,50', items: [{name: Чайник, price: 10}]}, "
        "customer: {first_name: Анна, last_name: Примерова, phone: 8-900-000-00-01}, "
        f"form: {{fields: {{Ваш вопрос: Да}}}}, raw: {{a: {{b: 1}}, n: 2.5}}}}, expect: {expect}}}"
    )
    dotted = (
        "{event: {event: x, order.total: 5000.50, order.items.name: Чайник, order.items.price: '10', "
        "customer.first_name: Анна, customer: {last_name: Примерова}, customer.phone: +7 900 000 00 01, "
        f"'form.fields.\"Ваш вопрос\"': Да, raw.a.b: 1, raw.n: 2.5}}, expect: {expect}}}"
    )
    assert [told(result) for result in beside(nested, dotted, rules=rule)] == [[], []]


def test_times_are_read_in_the_zone_of_the_source() -> None:
    rule = "  - name: В\n    when: {}\n    then: {tags: '{{ occurred_at }} {{ received_at }}'}\n"
    (result,) = beside(
        "{event: {source: shop, event: x, customer.phone: '+79000000001', occurred_at: 2026-02-03 10:00},"
        " expect: {tags: ['2026-02-03 07:00:00+00:00 2026-02-03 07:00:00+00:00']}}",
        rules=rule,
    )
    assert told(result) == []


def test_rules_keep_nothing_of_their_examples() -> None:
    """Beside the text of the file they are gone once they were checked."""
    text = HEAD + RULE
    bare = ruleset(text)
    full = ruleset(text + f"    examples:\n      - event: {{{ORDER}}}\n")
    assert _shape(full) == _shape(bare)


def _shape(rules: Ruleset) -> str:
    return re.sub(" at 0x[0-9a-f]+", "", repr(rules.rules))
