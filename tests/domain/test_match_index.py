"""The index and the explanation against their law: every enabled rule asked in turn."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.condition import Operand, Reached, fold, is_any, met
from processor.domain.event import Customer, Event, Form, Item, Order, Utm
from processor.domain.explain import explain
from processor.domain.index import SHELVES_MAX
from processor.domain.match import match
from processor.domain.numeral import amount_of, is_code, number_of
from processor.domain.reach import elements, view_of
from processor.domain.rule import Rule, Ruleset
from tests.harness.rules import ruleset

NOW = datetime(2026, 1, 2, tzinfo=UTC)

HEAD = (
    "version: 1\nbot: 1\nsources:\n  shop: {preset: woocommerce, secret: s}\n"
    "  landing: {preset: tilda, secret: s}\nrules:\n"
)

# Few values, so that rules and events often meet; each is also written in another way that must count as equal.
WORDS = ("yandex", " Yandex", "vk", "й", "и\u0306", "", "007", "7", "5 000,50", "5000.5", "true")
NUMBERS = ("0", "7", "7.0", "5000", "5000.5")
TYPES = ("order.created", " Order.CREATED", "order.paid", "their.word")

TEXT_TESTS = ("is", "not", "in", "not_in", "contains", "starts_with", "ends_with")
NUMBER_TESTS = ("at_least", "more_than", "at_most", "less_than")


def texts(words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """A value as a rule may write it for a text."""
    one = st.sampled_from([word for word in words if word])
    many = st.lists(one, min_size=1, max_size=3)
    tests = st.dictionaries(st.sampled_from(TEXT_TESTS), one | many, min_size=1, max_size=2)
    return one | many | tests | PRESENCE


PRESENCE = st.dictionaries(st.sampled_from(("exists", "empty")), st.booleans(), min_size=1, max_size=2)
BOUND = st.dictionaries(st.sampled_from(NUMBER_TESTS), st.sampled_from(NUMBERS).map(float), min_size=1, max_size=2)
BETWEEN = st.tuples(st.sampled_from([0, 7]), st.sampled_from([7, 5000.5])).map(lambda pair: {"between": list(pair)})
NUMBER = st.sampled_from([7, 5000, 5000.5])
FLAG = st.booleans() | st.booleans().map(lambda flag: {"not": flag}) | PRESENCE
PLACES: Mapping[str, st.SearchStrategy[Any]] = {
    "event": texts(TYPES),
    "source": st.sampled_from(["shop", " SHOP", ["shop", "landing"], {"not": "landing"}]),
    "utm.source": texts(WORDS),
    "utm.medium": texts(WORDS),
    "customer.name": texts(WORDS),
    "order.total": NUMBER | BOUND | BETWEEN | PRESENCE,
    "order.paid": FLAG,
    "order.items": PRESENCE,
    "order.items.sku": texts(WORDS),
    "order.items.0.price": NUMBER | BOUND | PRESENCE,
    'form.fields."Ваш телефон"': texts(WORDS) | BOUND,
    "raw.value": texts(WORDS) | NUMBER | BOUND | BETWEEN | st.booleans(),
    "raw.list.value": texts(WORDS) | NUMBER | st.booleans(),
}
LINES = st.sampled_from(sorted(PLACES)).flatmap(lambda path: st.tuples(st.just(path), PLACES[path]))
WHEN = st.recursive(
    st.lists(LINES, max_size=3).map(dict),
    lambda inner: st.builds(
        lambda plain, groups: plain | groups,
        st.lists(LINES, max_size=2).map(dict),
        st.dictionaries(
            st.sampled_from(("any", "all", "not")),
            st.lists(inner, min_size=1, max_size=3) | inner.filter(bool),
            max_size=2,
        ),
    ),
    max_leaves=5,
)
RULES = st.lists(
    st.fixed_dictionaries({"when": WHEN}, optional={"stop": st.just(True), "enabled": st.booleans()}),
    min_size=1,
    max_size=8,
)

VALUES = (
    st.sampled_from((*WORDS, 7, 5000.5, 0, True, False, None, float("nan"), 10**5000))
    | st.sampled_from(NUMBERS).map(Decimal)
    | st.lists(st.sampled_from((*WORDS, 7, True, None)), max_size=3)
    | st.just({"a": 1})
)
WORD = st.none() | st.sampled_from(WORDS)
AMOUNT = st.none() | st.sampled_from(NUMBERS).map(Decimal)
EVENTS = st.builds(
    Event,
    source=st.sampled_from(("shop", "Shop ", "landing", "elsewhere")),
    event=st.sampled_from((*TYPES, "nobody.knows", "")),
    received_at=st.just(NOW),
    customer=st.builds(Customer, name=WORD),
    order=st.none()
    | st.builds(
        Order,
        total=AMOUNT,
        paid=st.none() | st.booleans(),
        items=st.lists(st.builds(Item, sku=WORD, price=AMOUNT), max_size=3).map(tuple),
    ),
    form=st.none() | st.builds(Form, fields=st.dictionaries(st.just("Ваш телефон"), st.sampled_from(WORDS))),
    utm=st.none() | st.builds(Utm, source=WORD, medium=WORD),
    raw=st.none()
    | st.fixed_dictionaries(
        {}, optional={"value": VALUES, "list": st.lists(st.fixed_dictionaries({"value": VALUES}), max_size=3)}
    ),
)


def compiled(rules: list[dict[str, Any]]) -> Ruleset:
    """The rules as a file would hold them; JSON is YAML, too."""
    named = [{"name": f"rule {place}", "then": {}} | one for place, one in enumerate(rules)]
    return ruleset(HEAD + "".join(f"  - {json.dumps(one, ensure_ascii=False)}\n" for one in named))


def asked_in_turn(rules: Ruleset, happened: Event) -> tuple[Rule, ...]:
    """The law: every enabled rule, from the top down, until one that stops."""
    view = view_of(happened)
    found: list[Rule] = []
    for rule in rules.rules:
        if rule.enabled and met(rule.when, view):
            found.append(rule)
            if rule.stop:
                break
    return tuple(found)


@given(RULES, st.lists(EVENTS, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_the_index_finds_what_asking_every_rule_finds(rules: list[dict[str, Any]], happened: list[Event]) -> None:
    """Whatever the rules and the event, and whatever events came before."""
    compiled_rules = compiled(rules)
    for event in happened:
        assert match(compiled_rules, event) == asked_in_turn(compiled_rules, event)


@given(RULES, EVENTS)
@settings(max_examples=150, deadline=None)
def test_the_explanation_says_what_was_decided(rules: list[dict[str, Any]], happened: Event) -> None:
    """A rule is told as matched if and only if it is among those that match; and each condition as it held."""
    compiled_rules = compiled(rules)
    stories = explain(compiled_rules, happened)
    told = [rule for rule, story in zip(compiled_rules.rules, stories, strict=True) if story.outcome == "matched"]
    assert tuple(told) == match(compiled_rules, happened)
    view = view_of(happened)
    for rule, story in zip(compiled_rules.rules, stories, strict=True):
        assert all(check.held for check in story.checks if check.depth == 0) is met(rule.when, view)


OPERANDS = st.builds(
    lambda text, plain, flag: Operand(text, fold(text), number_of(text) if plain else None, flag),
    st.sampled_from([word for word in WORDS if word]),
    st.booleans(),
    st.none() | st.booleans(),
)


def equal(value: Any, operand: Operand) -> bool:
    """What equality means, told for one value and one operand."""
    if isinstance(value, bool):
        return operand.flag is value
    if isinstance(value, str) and fold(value) == operand.folded:
        return True
    if operand.number is None or (isinstance(value, str) and is_code(value)):
        return False
    return amount_of(value) == operand.number


@given(st.lists(OPERANDS, min_size=1, max_size=4), st.lists(VALUES, max_size=4))
@settings(max_examples=500)
def test_looking_a_value_up_is_comparing_it_with_each(operands: list[Operand], values: list[Any]) -> None:
    """True is no 1, 7 is 7.0, "007" is no number, "5 000,50" is one."""
    reached = [value for value in values if value is not None]
    compared = any(equal(value, operand) for value in elements(reached) for operand in operands)
    assert is_any(operands)(Reached(reached)) is compared


def test_types_that_no_rule_names_cost_no_memory() -> None:
    """The sender chooses its types: as many as it likes must not fill us."""
    rules = compiled([{"when": {"source": "shop"}}, *({"when": {"event": f"own.{n}"}} for n in range(3))])
    event = Event(source="shop", event="own.0", received_at=NOW)
    for place in range(2 * SHELVES_MAX):
        other = msgspec.structs.replace(event, event=f"own.{place}", source=("shop", "landing")[place % 2])
        assert match(rules, other) == asked_in_turn(rules, other)
    assert len(rules.index.shelves) <= 8
