"""The examples that docs/rules.md shows come true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processor.examples.run import run_examples
from processor.rules.examples.beside import KEYS as BESIDE_KEYS
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.delivery import KEYS as DELIVERY_KEYS
from processor.rules.examples.expectation import RULE_KEYS, WHOLE_KEYS
from processor.rules.examples.history import KEYS as EARLIER_KEYS
from processor.rules.examples.whole import KEYS, STEP_KEYS, compile_examples
from tests.code.tree import ROOT
from tests.examples.playing import NOWHERE
from tests.harness.deliveries import woo_order
from tests.harness.rules import ruleset
from tests.rules.test_docs import HEAD, RULES

NAMES = {
    "en": ("New order", "Not paid", "Paid", "Buyer", "Unpaid"),
    "ru": ("Новый заказ", "Не оплачен", "Оплачен", "Покупатель", "Не оплатил"),
}
AROUND = """\
  - {{name: {}, when: {{event: order.created}}, then: {{tags: {buyer}}}}}
  - {{name: {}, when: {{event: order.created}}, after: 1h, unless: {{event: order.paid}}, then: {{tags: {unpaid}}}}}
  - {{name: {}, when: {{event: order.paid}}, then: {{remove_tags: {unpaid}}}}}
"""


def blocks(path: Path, begin: str) -> list[str]:
    """The YAML blocks of a page that begin so and hold examples."""
    found = re.findall(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [text for text in found if text.startswith(begin) and "examples:" in text]


@pytest.mark.parametrize("path", RULES.values(), ids=RULES)
def test_examples_beside_rules_come_true(path: Path) -> None:
    found = blocks(path, "- name:")
    assert found
    for text in found:
        compiled = ruleset(HEAD + text)
        results = [result for result, _ in run_examples(compiled, examples_beside(compiled), NOWHERE)]
        assert len(results) >= 2
        assert all(result.passed for result in results)


@pytest.mark.parametrize("language", NAMES)
def test_the_file_of_examples_comes_true(language: str, tmp_path: Path) -> None:
    *names, buyer, unpaid = NAMES[language]
    compiled = ruleset(HEAD + AROUND.format(*names, buyer=buyer, unpaid=unpaid))
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / "order.json").write_bytes(woo_order())
    page = ROOT / "docs" / ("ru" if language == "ru" else "") / "rules.md"
    (text,) = blocks(page, "examples:")
    examples = compile_examples(text, "rules.examples.yaml", compiled)
    results = [result for result, _ in run_examples(compiled, examples, tmp_path)]
    assert [(result.title, result.differences) for result in results] == [(one.name, ()) for one in examples]


@pytest.mark.parametrize("path", RULES.values(), ids=RULES)
def test_every_word_of_an_example_is_on_the_page(path: Path) -> None:
    page = path.read_text("utf-8")
    words = {*BESIDE_KEYS, *DELIVERY_KEYS, *RULE_KEYS, *WHOLE_KEYS, *EARLIER_KEYS, *KEYS, *STEP_KEYS}
    assert sorted(word for word in words if not re.search(rf"\b{re.escape(word)}\b", page)) == []
