"""Rules with examples, run."""

from __future__ import annotations

from pathlib import Path

from processor.examples.run import Result, run_examples
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.whole import compile_examples
from tests.harness.rules import ruleset

NOWHERE = Path("/nonexistent")
HEAD = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: s}
  landing: {preset: tilda, secret: s}
rules:
"""
ORDER = "event: order.created, order: {number: 1001, total: 6000}, customer: {phone: 8 (900) 000-00-01}"
RULE = """\
  - name: Заказ
    when: {event: order.created, order.total: {at_least: 5000}}
    then:
      tags: [Покупатель, "Заказ {{ order.number }}"]
      remove_tags: Бросил корзину
      variables: {Сумма: "{{ order.total }}"}
      remove_variables: Ссылка
      status: "Заказ {{ order.number }}"
"""


def beside(*examples: str, rules: str = RULE) -> list[Result]:
    """The results of examples beside the last of `rules`, each in one line."""
    text = HEAD + rules + "    examples:\n" + "".join(f"      - {one}\n" for one in examples)
    compiled = ruleset(text)
    return [result for result, _ in run_examples(compiled, examples_beside(compiled), NOWHERE)]


def whole(text: str, rules: str = RULE, folder: Path = NOWHERE) -> list[Result]:
    """The results of a file of examples."""
    compiled = ruleset(HEAD + rules)
    examples = compile_examples(text, "rules.examples.yaml", compiled)
    return [result for result, _ in run_examples(compiled, examples, folder)]


def told(result: Result) -> list[tuple[str, str | None, str | None]]:
    """What differs."""
    return [(one.element, one.expected, one.got) for one in result.differences]
