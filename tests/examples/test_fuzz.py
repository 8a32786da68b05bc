"""Whatever stands in an example, it is read or told with its place; and whatever was read can be run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.example import Example
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound
from processor.examples.coverage import Coverage
from processor.examples.junit import junit
from processor.examples.plain import plain_results
from processor.examples.run import run_examples
from processor.examples.telling import tell_failure
from processor.fault import Fault
from processor.rules.examples.beside import KEYS as BESIDE_KEYS
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.delivery import KEYS as DELIVERY_KEYS
from processor.rules.examples.expectation import CONTACT_KEYS, RULE_KEYS, WHOLE_KEYS
from processor.rules.examples.history import KEYS as EARLIER_KEYS
from processor.rules.examples.whole import KEYS, STEP_KEYS, compile_examples
from processor.rules.vocabulary import DOTTED
from tests.examples.mistakes import WHOLE
from tests.examples.playing import HEAD, NOWHERE, RULE
from tests.harness.rules import ruleset
from tests.rules.test_fuzz import PIECES

COMPILED = ruleset(HEAD + RULE)
NAMES = [
    *BESIDE_KEYS,
    *DELIVERY_KEYS,
    *CONTACT_KEYS,
    *RULE_KEYS,
    *WHOLE_KEYS,
    *EARLIER_KEYS,
    *KEYS,
    *STEP_KEYS,
    *DOTTED,
]
NAMES += [
    "source",
    "fields",
    "items",
    "form.fields.a",
    "form.fields.a.b",
    "raw.a",
    "order.items.0.name",
    "order..id",
    "0",
]
TEXTS = [
    "shop",
    "nothing",
    "Заказ",
    "order.created",
    "8 900 000-00-01",
    "5 000,50",
    "1h",
    "0",
    "2026-01-01",
    "\ud800",
    "",
]
TEXTS += ["../x", "a/b", "off", "first", "999999999d", "0001-01-01", "9999-12-31T23:59:59-14:00", "1e999", "{{ x }}"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**30),
    st.floats(allow_nan=False),
    st.sampled_from(TEXTS),
    st.text(max_size=5),
)
SHAPES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=10,
)
EVENT = st.one_of(
    SHAPES, st.dictionaries(st.sampled_from([*DOTTED, "raw.a", "form.fields.a"]), SCALARS, max_size=6)
).map(lambda event: {"source": "shop", "event": "order.created"} | event if isinstance(event, dict) else event)
EXPECT = st.one_of(SHAPES, st.dictionaries(st.sampled_from([*RULE_KEYS, *WHOLE_KEYS]), SHAPES, max_size=3))
DELIVERY = st.dictionaries(st.sampled_from(DELIVERY_KEYS), SHAPES, max_size=5)
STEP = st.fixed_dictionaries({}, optional={"event": EVENT, "delivery": DELIVERY, "at": SCALARS, "after": SCALARS})
EARLIER = st.one_of(SHAPES, st.lists(st.dictionaries(st.sampled_from(EARLIER_KEYS), SCALARS, max_size=4), max_size=2))
EXAMPLE = st.fixed_dictionaries(
    {"name": st.sampled_from("abc"), "expect": EXPECT},
    optional={"event": EVENT, "delivery": DELIVERY, "story": st.lists(STEP, max_size=3), "earlier": EARLIER},
)
BESIDE = st.fixed_dictionaries({"event": EVENT}, optional={"expect": EXPECT, "earlier": EARLIER})
# What is written right, with whatever values there may be.
TEXT = st.one_of(st.text(min_size=1, max_size=5), st.just("\ud800")).filter(lambda text: bool(text.strip()))
GOOD_EVENT = st.fixed_dictionaries(
    {"source": st.sampled_from(["shop", "landing"]), "event": st.just("order.created")},
    optional={
        "order": st.fixed_dictionaries({}, optional={"number": TEXT, "total": st.integers(0, 10_000), "coupon": TEXT}),
        "customer.name": TEXT,
        "customer.vk_id": TEXT,
        "occurred_at": st.sampled_from(["2026-01-01", "1990-01-02T00:00:00Z", "2100-12-30"]),
        "raw": SHAPES,
        "form.fields": st.dictionaries(TEXT, TEXT, max_size=2),
        "utm.source": TEXT,
    },
)
GOOD_DELIVERY = st.fixed_dictionaries(
    {"source": st.sampled_from(["shop", "landing"]), "body": SHAPES},
    optional={
        "query": st.dictionaries(TEXT, TEXT, max_size=2),
        "headers": st.fixed_dictionaries(
            {"X-WC-Webhook-Topic": st.sampled_from(["order.created", "x"])},
            optional={"Content-Type": st.sampled_from(["application/x-www-form-urlencoded", "application/json", "x"])},
        ),
    },
)
GOOD_EXPECT = st.fixed_dictionaries(
    {"tags": st.lists(TEXT, max_size=2)},
    optional={"status": TEXT, "variables": st.dictionaries(TEXT, TEXT, max_size=2), "contact": st.just({"name": "А"})},
)
GOOD_STEP = st.one_of(st.fixed_dictionaries({"event": GOOD_EVENT}), st.fixed_dictionaries({"delivery": GOOD_DELIVERY}))
GOOD = st.fixed_dictionaries(
    {"name": TEXT, "story": st.lists(GOOD_STEP, min_size=1, max_size=3), "expect": GOOD_EXPECT}
)
GOOD_BESIDE = st.fixed_dictionaries({"event": GOOD_EVENT}, optional={"expect": GOOD_EXPECT, "name": TEXT})


def run_safely(text: str) -> None:
    """A file of examples: faults with places, or results that can be told in every way."""
    read_safely(lambda: compile_examples(text, "e.yaml", COMPILED), COMPILED)


def read_safely(read: Callable[[], tuple[Example, ...]], compiled: Ruleset) -> None:
    """Faults with places, or results that can be told in every way."""
    faults: tuple[Fault, ...] = ()
    try:
        examples = read()
    except FaultsFound as error:
        examples, faults = (), error.faults
    for fault in faults:
        assert fault.place is not None
        assert fault.say("ru") != fault.say("en")
    covered = Coverage(compiled)
    results = []
    for result, played in run_examples(compiled, examples, NOWHERE):
        results.append(result)
        if played is not None:
            covered.note(played)
        assert result.passed or "\n".join(tell_failure(result, "ru")).encode()
    junit(results, "rules.yaml", "en").encode()
    msgspec.json.encode(plain_results(results, covered, "ru"))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(EXAMPLE, max_size=3), st.lists(GOOD, max_size=1)))
def test_a_file_of_anything_is_read_or_told(examples: list[Any]) -> None:
    run_safely(json.dumps({"examples": examples}))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(BESIDE, max_size=3), st.lists(GOOD_BESIDE, max_size=2)))
def test_anything_beside_a_rule_is_read_or_told(examples: list[Any]) -> None:
    text = HEAD + RULE + f"    examples: {json.dumps(examples)}\n"
    read_safely(lambda: examples_beside(ruleset(text)), COMPILED)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_told(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([mistake.text for mistake in WHOLE]))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 20)))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    run_safely(text)
