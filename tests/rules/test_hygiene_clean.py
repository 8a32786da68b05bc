"""Files that deserve no warning get none: what we ship and what our documents show."""

from __future__ import annotations

import pytest

from processor.rules.example import example_text
from processor.rules.hygiene import warnings_of
from tests.harness.rules import RULES_TEXT, ruleset
from tests.rules.mistakes import HEAD
from tests.rules.test_docs import EXAMPLES
from tests.rules.test_docs import HEAD as DOCS_HEAD

CLEAN = {
    "numbered tags": "  - {name: a, when: {event: order.created}, then: {tags: [Заказ 1, Заказ 2, Заказ 10]}}\n",
    "short words": "  - {name: a, when: {event: order.created}, then: {tags: [Июнь, Июль, Омск, Томск, Минск]}}\n",
    "words of their own": "  - {name: a, when: {event: order.created}, then: {tags: [Оплачен, Не оплачен, Заказ]}}\n",
    "what is filled in differs": (
        '  - {name: a, when: {event: order.created}, then: {tags: ["Реклама: {{ utm.source }}", '
        '"Реклама: {{ utm.medium }}"]}}\n'
    ),
    "the special rule below the general one": (
        "  - {name: a, when: {event: order.created}, then: {status: Новый}}\n"
        "  - {name: b, when: {event: order.created, order.total: {at_least: 5000}}, then: {status: Крупный}}\n"
    ),
    "other events": (
        "  - {name: a, when: {event: order.created}, stop: true, then: {status: Новый}}\n"
        "  - {name: b, when: {event: order.updated}, then: {status: Другой}}\n"
    ),
    "a narrower rule that stops": (
        "  - {name: a, when: {event: order.created, order.total: {at_least: 10}}, stop: true, then: {status: Много}}\n"
        "  - {name: b, when: {event: order.created}, then: {status: Мало}}\n"
    ),
    "a stop between": (
        "  - {name: a, when: {event: order.created, utm.source: vk}, then: {status: Один}}\n"
        "  - {name: s, when: {event: order.created, utm.medium: cpc}, stop: true}\n"
        "  - {name: b, when: {event: order.created}, then: {status: Два}}\n"
    ),
    "one tag on, another off": (
        "  - {name: a, when: {event: order.created}, then: {tags: Новый, remove_tags: Старый}}\n"
        "  - {name: b, when: {event: order.updated}, then: {tags: Старый, remove_tags: Новый}}\n"
    ),
    "a list may have one and the other": (
        "  - {name: a, when: {event: order.created, all: [{order.items.name: чай}, {order.items.name: кофе}]}, "
        "then: {tags: Набор}}\n"
    ),
    "numbers and texts of a free field": (
        '  - {name: a, when: {event: order.created, all: [{raw.a: 5}, {raw.a: "5,0"}]}, then: {tags: Пять}}\n'
    ),
    "different contacts": (
        "  - {name: a, when: {event: order.created}, then: {status: Один, contact: {messenger: vk}}}\n"
        "  - {name: b, when: {event: order.created}, then: {status: Два, contact: {messenger: telegram}}}\n"
    ),
    "every status is sent": (
        "  - {name: a, when: {event: order.created}, then: {status: {value: Один, each: true}}}\n"
        "  - {name: b, when: {event: order.created}, then: {status: {value: Два, each: true}}}\n"
    ),
    "a rule that is off": (
        "  - {name: a, enabled: false, when: {event: order.created, not: {event: order.created}}, then: {tags: x}}\n"
        "  - {name: b, when: {event: order.created}, then: {tags: y}}\n"
    ),
    "a sender's own type": "  - {name: a, when: {event: product.updated}, then: {tags: x}}\n",
    "words of two alphabets on purpose": (
        "  - {name: a, when: {event: order.created}, then: {tags: [SMSка, VIPклиент, Wi-Fi роутер]}}\n"
    ),
}


def warned(text: str) -> list[str]:
    """Place and code of each warning."""
    return [f"{fault.place} {fault.code}" for fault in warnings_of(ruleset(text, demo=True))]


@pytest.mark.parametrize("rules", CLEAN.values(), ids=CLEAN)
def test_what_is_right_is_not_warned_of(rules: str) -> None:
    assert warned(HEAD + rules) == []


def test_the_shipped_rules_deserve_no_warning() -> None:
    assert warned(example_text()) == []
    assert warned(RULES_TEXT) == []


def test_the_documents_examples_deserve_no_warning() -> None:
    """But those shown; a rule by itself stands in a file of which nobody takes the other sources."""
    found = []
    for _, path, text, _ in (example for example in EXAMPLES if example[3] is None):
        alone = text.startswith(DOCS_HEAD)
        found += [f"{path} {one}" for one in warned(text) if not (alone and "source.unclaimed" in one)]
    assert found == []
