"""No false alarm: whatever the rules and the events, what is said never to happen does not happen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.event import Customer, Event, Form, Item, Order, Utm
from processor.domain.match import match
from processor.domain.plan import plan
from processor.domain.rule import Ruleset
from processor.domain.wish import stamp_of
from processor.errors import FaultsFound
from processor.rules.hygiene import journal_warnings_of, warnings_of
from processor.rules.hygiene.formula import formula_of
from processor.rules.hygiene.refute import clash_in, follows
from processor.rules.hygiene.written import written_rules
from processor.rules.report import Report
from processor.rules.tree import grow
from tests.harness.rules import ruleset
from tests.rules.test_fuzz import FILES

TYPES = ["order.created", "order.updated", "own.word"]
WORDS = ["a", "A ", "ab", "abc", "b", "5", "5.0", "5,00", "007", "7", "+7", "true", "й", "й", "1 000"]
NUMBERS = ["0", "5", "5.0", "7", "10", "1000", "-1", "5,5"]
TEXT_PATHS = ["utm.source", 'form.fields."x"', "order.coupon", "raw.a", "raw.list", "order.items.name", "source"]
NUMBER_PATHS = ["order.total", "order.items.price", "raw.a", 'form.fields."x"', "order.coupon"]

operand = st.sampled_from(WORDS)
several = st.lists(operand, min_size=1, max_size=3)


def _numbers() -> st.SearchStrategy[dict[str, Any]]:
    bound = st.sampled_from(NUMBERS)
    one = st.dictionaries(
        st.sampled_from(["at_least", "more_than", "at_most", "less_than", "is", "not"]), bound, min_size=1, max_size=2
    )
    return one | st.tuples(bound, bound).map(_between)


def _between(bounds: tuple[str, str]) -> dict[str, Any]:
    return {"between": sorted(bounds, key=lambda text: Decimal(text.replace(",", ".")))}


def _texts() -> st.SearchStrategy[Any]:
    tests = st.sampled_from(["is", "not", "contains", "starts_with", "ends_with"])
    named = st.dictionaries(tests, operand, min_size=1, max_size=2)
    lists = st.dictionaries(st.sampled_from(["in", "not_in", "contains"]), several, min_size=1, max_size=2)
    there = st.dictionaries(st.sampled_from(["exists", "empty"]), st.booleans(), min_size=1, max_size=2)
    plain = st.sampled_from([5, 7, True])
    return operand | several | named | lists | there | plain


LINES = st.one_of(
    st.tuples(st.sampled_from([path for path in TEXT_PATHS if path != "source"]), _texts()),
    st.tuples(st.sampled_from(NUMBER_PATHS), _numbers()),
    st.tuples(
        st.just("order.paid"),
        st.booleans() | st.dictionaries(st.sampled_from(["is", "not"]), st.booleans(), min_size=1),
    ),
    st.tuples(st.just("event"), st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=2)),
)
TABLES = st.lists(LINES, min_size=1, max_size=3).map(dict)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    groups = st.dictionaries(
        st.sampled_from(["any", "all", "not"]), st.lists(inner, min_size=1, max_size=2) | inner, min_size=1, max_size=2
    )
    return st.tuples(groups, TABLES).map(lambda both: both[0] | both[1])


WHENS = st.recursive(TABLES, _nested, max_leaves=4)
FLOWS = st.fixed_dictionaries({"when": WHENS, "stop": st.booleans(), "tag": st.sampled_from(["x", "y"])})

texts = st.sampled_from([*WORDS, "", "  "])
free = st.recursive(
    st.none() | st.booleans() | texts | st.sampled_from([5, 5.0, 7, 10.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=1),
    max_leaves=3,
)
numbers = st.sampled_from([Decimal(text.replace(",", ".")) for text in NUMBERS])
EVENTS = st.builds(
    Event,
    source=st.just("shop"),
    event=st.sampled_from(TYPES),
    received_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    customer=st.just(Customer(phone="+79000000001", name="Анна")),
    order=st.none()
    | st.builds(
        Order,
        total=st.none() | numbers,
        paid=st.none() | st.booleans(),
        coupon=st.none() | texts,
        items=st.lists(st.builds(Item, name=texts, price=st.none() | numbers), max_size=2).map(tuple),
    ),
    form=st.none() | st.builds(Form, fields=st.dictionaries(st.just("x"), texts)),
    utm=st.none() | st.builds(Utm, source=texts),
    raw=st.none() | st.fixed_dictionaries({}, optional={"a": free, "list": st.lists(free, max_size=3)}),
)


def _rules(flows: list[dict[str, Any]]) -> Ruleset:
    rules = [
        {
            "name": f"r{at}",
            "when": flow["when"],
            "stop": flow["stop"],
            "then": {"tags": flow["tag"], "status": f"s{at}"},
        }
        for at, flow in enumerate(flows)
    ]
    whole = {
        "version": 1,
        "bot": 1,
        "sources": {"shop": {"preset": "generic", "token": "t", "events": {"a": "own.word"}}},
        "rules": rules,
    }
    return ruleset(json.dumps(whole, ensure_ascii=False))


def _reported(rules: Ruleset, code: str) -> set[str]:
    """The names of the rules in a line of which such a warning stands; JSON has one line, so the text tells."""
    return {
        one.name
        for one in rules.rules
        for fault in warnings_of(rules)
        if fault.code == code and f'rule "{one.name}"' in fault.text.en.partition(":")[0]
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(FLOWS, min_size=1, max_size=4), st.lists(EVENTS, min_size=1, max_size=12))
def test_what_is_reported_never_matches(flows: list[dict[str, Any]], events: list[Event]) -> None:
    """Neither a rule that can never match nor one that is shadowed is ever among those that matched."""
    rules = _rules(flows)
    never, hidden = _reported(rules, "rule.never"), _reported(rules, "rule.shadowed")
    note(f"never {bool(never)}, shadowed {bool(hidden)}")
    for one in events:
        assert not {rule.name for rule in match(rules, one)} & (never | hidden)


@settings(max_examples=150, deadline=None)
@given(WHENS, WHENS, st.lists(EVENTS, min_size=1, max_size=12))
def test_what_follows_holds(premise: dict[str, Any], conclusion: dict[str, Any], events: list[Event]) -> None:
    """Whenever one condition is said to imply another, no event has the one without the other."""
    for first, second in ((premise, conclusion), (premise, premise | conclusion), (premise | conclusion, premise)):
        flows = [{"when": when, "stop": False, "tag": "x"} for when in (first, second)]
        rules = _rules(flows)
        left, right = (written.when for written in written_rules(rules, _tree(rules)))
        implied = follows(left, right)
        note(f"implied {implied}, clash {clash_in(left) is not None}")
        for one in events:
            names = {rule.name for rule in match(rules, one)}
            assert not (implied and "r0" in names and "r1" not in names)
            assert not (clash_in(left) is not None and "r0" in names)


@settings(max_examples=100, deadline=None)
@given(st.lists(FLOWS, min_size=2, max_size=4), st.lists(EVENTS, min_size=1, max_size=8))
def test_a_replaced_status_is_never_wished(flows: list[dict[str, Any]], events: list[Event]) -> None:
    """What a later rule is said to replace each time is in no plan."""
    rules = _rules(flows)
    gone = {
        f"s{at}"
        for at in range(len(flows))
        for fault in warnings_of(rules)
        if fault.code == "effect.replaced" and f'"s{at}" never lasts' in fault.text.en
    }
    note(f"replaced {bool(gone)}")
    for one in events:
        wishes = [
            wish
            for contact in plan(rules, one, stamp=stamp_of(None, 1, 1), event_id="e").contacts
            for wish in contact.wishes
        ]
        assert not {wish.value for wish in wishes if wish.element == "status"} & gone


@settings(max_examples=200, deadline=None)
@given(FILES, st.lists(EVENTS, max_size=2))
def test_whatever_compiles_is_looked_through(shape: dict[str, Any], events: list[Event]) -> None:
    """Warnings with their places, in both languages; nothing else."""
    try:
        rules = ruleset(json.dumps(shape, ensure_ascii=False), demo=True)
    except FaultsFound:
        return
    for fault in (*warnings_of(rules), *journal_warnings_of(rules, events)):
        assert fault.severity == "warning"
        assert fault.place is not None
        assert fault.say("ru")
        assert fault.say("en")


def _tree(rules: Ruleset) -> Any:
    return grow(rules.text, rules.file, Report())


def test_every_and_none_are_read_as_match_reads_them() -> None:
    """An empty `when` always holds."""
    always = formula_of(None)
    assert follows(always, always)
    assert clash_in(always) is None
