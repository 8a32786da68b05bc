"""Whatever comes in: an example of what the line makes of it passes; one thing changed in it fails by that thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.event import Event, as_mapping
from processor.domain.plan import plan
from processor.domain.wish import Wanted, is_status, merge, stamp_of
from processor.examples.compare import Difference
from processor.examples.run import Result, run_examples
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.whole import compile_examples
from tests.examples.playing import NOWHERE
from tests.harness.rules import ruleset

TOP = "version: 1\nbot: 1\nsources:\n  shop: {preset: generic, token: t}\nrules:\n"
RULES = {
    "Заказ": "when: {event: order.created}, then: {tags: [Покупатель, '{{ order.number }}'], status: Новый}",
    "Дорогой": "when: {order.total: {at_least: 5000}}, then: {tags: VIP, variables: {Сумма: '{{ order.total }}'}}",
    "Оплата": "when: {event: order.paid}, then: {remove_tags: VIP, remove_variables: Сумма, status: Да, utm: first}",
    "Сырое": "when: {raw.x: {exists: true}}, then: {variables: {Икс: '{{ raw.x }}'}, utm: last}",
    "Шаг": "when: {form.name: {exists: true}}, then: {status: {value: '{{ form.name }}', each: true}}",
    "Имя": "when: {customer.city: Казань}, then: {contact: {name: '{{ order.coupon }}'}}",
}
TEXT = TOP + "".join(f"  - {{name: {name}, {rule}}}\n" for name, rule in RULES.items())
COMPILED = ruleset(TEXT)
START = datetime(2026, 1, 1, 9, tzinfo=UTC)

WORDS = st.text("абвXYZ 019.-", min_size=1, max_size=8).map(str.strip).filter(bool)
PART = dict[str, Any]


def _part(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[PART]:
    return st.fixed_dictionaries({}, optional=fields)


EVENTS = st.fixed_dictionaries(
    {"event": st.sampled_from(["order.created", "order.paid", "their.word"])},
    optional={
        "customer": _part(
            phone=st.sampled_from(["+79000000001", "8 (900) 000-00-02"]),
            name=WORDS,
            email=st.just("anna@example.com"),
            city=st.sampled_from(["Казань", "Тула"]),
            telegram_id=st.just("123"),
        ),
        "order": _part(number=WORDS, total=st.integers(0, 10_000).map(str), coupon=WORDS),
        "form": _part(name=WORDS, fields=st.dictionaries(WORDS, WORDS, max_size=2)),
        "utm": _part(source=WORDS, medium=WORDS),
        "raw": _part(x=st.one_of(st.integers(0, 9), WORDS)),
    },
)


def merged(events: list[Event]) -> tuple[list[str], list[Wanted], list[str]]:
    """What `plan` makes of the events, one an hour: rules, each contact's wishes, problems."""
    rules: list[str] = []
    wanted: dict[str, Wanted] = {}
    problems: list[str] = []
    for number, event in enumerate(events):
        stamp = stamp_of(None, int(event.received_at.timestamp() * 1000), number * 100)
        made = plan(COMPILED, event, stamp=stamp, event_id=f"e{number}")
        rules += made.matched
        problems += [problem.element for problem in made.problems]
        for one in made.contacts:
            wishes = {wish.element: wish for wish in one.wishes}
            wanted[one.contact.key] = merge(wanted.get(one.contact.key, {}), wishes)
    return rules, list(wanted.values()), sorted(set(problems))


def expectation(rules: list[str], wanted: list[Wanted], problems: list[str]) -> PART:
    """`expect:` for these wishes; of several contacts only what does not depend on which comes first."""
    wishes = [wish for one in wanted for wish in one.values()]
    tags = {wish.element.removeprefix("tag:"): wish for wish in wishes if wish.element.startswith("tag:")}
    found: PART = {"rules": rules, "contacts": len(wanted), "problems": problems}
    found["status"] = [w.value for w in sorted(wishes, key=lambda w: (w.stamp, w.element)) if is_status(w.element)]
    if len(wanted) > 1:
        return found
    variables = {w.element.removeprefix("variable:"): w.value for w in wishes if w.element.startswith("variable:")}
    found["tags"] = [name for name, wish in tags.items() if wish.value]
    found["remove_tags"] = [name for name, wish in tags.items() if not wish.value]
    found["variables"] = {name: value for name, value in variables.items() if value is not None}
    found["remove_variables"] = [name for name, value in variables.items() if value is None]
    marks: Mapping[str, str] = {}
    for policy in ("utm:first", "utm:last"):
        marks = {**marks, **next((wish.value for wish in wishes if wish.element == policy), {})}
    found["utm"] = marks
    return found


def run(events: list[PART], expect: PART) -> Result:
    """A story of these events, written out and read again."""
    steps = [{"event": one | {"source": "shop"}, **({"after": "1h"} if n else {})} for n, one in enumerate(events)]
    text = json.dumps({"examples": [{"name": "e", "story": steps, "expect": expect}]}, ensure_ascii=False)
    ((result, _),) = run_examples(COMPILED, compile_examples(text, "e.yaml", COMPILED), NOWHERE)
    return result


def read(events: list[PART]) -> list[Event]:
    """The events as an example reads them, each an hour after the one before."""
    steps = [{"event": one | {"source": "shop"}} for one in events]
    text = json.dumps({"examples": [{"name": "e", "story": steps, "expect": "nothing"}]}, ensure_ascii=False)
    (example,) = compile_examples(text, "e.yaml", COMPILED)
    found = [step.given for step in example.steps]
    assert all(isinstance(one, Event) for one in found)
    return [
        Event(
            **{
                **{name: getattr(one, name) for name in one.__struct_fields__},
                "received_at": START + timedelta(hours=n),
            }
        )
        for n, one in enumerate(found)
        if isinstance(one, Event)
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_an_example_of_what_the_line_makes_of_events_passes(events: list[PART]) -> None:
    expect = expectation(*merged(read(events)))
    assert run(events, expect).differences == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4), st.data())
def test_one_thing_changed_fails_by_that_thing_alone(events: list[PART], data: st.DataObject) -> None:
    expect = expectation(*merged(read(events)))
    name = data.draw(st.sampled_from(sorted(expect)))
    expect[name], wanted = changed(name, expect[name], data)
    result = run(events, expect)
    assert list(result.differences) == wanted
    assert not result.passed


def changed(name: str, value: Any, data: st.DataObject) -> tuple[Any, list[Difference]]:
    """Another expectation, and what is to be told of it: one thing too many, or one left out."""
    if name == "contacts":
        return value + 1, [Difference(name, str(value + 1), str(value))]
    if isinstance(value, Mapping):
        named: list[str] = sorted(value)
        key = data.draw(st.sampled_from([None, *named]))
        if key is not None and len(value) > 1:
            rest = {one: text for one, text in value.items() if one != key}
            return rest, [Difference(f"{name}.{key}", None, value[key])]
        extra = "content" if name == "utm" else "Лишняя"
        return {**value, extra: "лишнее"}, [Difference(f"{name}.{extra}", "лишнее", None)]
    extra = "Имя" if name == "rules" else "лишнее"
    if value and data.draw(st.booleans()) and not (name == "status" and len(value) == 1):
        gone = value[-1]
        return value[:-1], [Difference(name, None, gone)]
    if name == "status" and len(value) == 1:
        return [extra], [Difference(name, extra, value[0])]
    return [*value, extra], [Difference(name, extra, None)]


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.sampled_from(sorted(RULES)))
def test_beside_a_rule_the_same_holds_of_the_rule_alone(event: PART, rule: str) -> None:
    """An event written out of our own vocabulary, nested, is read as the same event."""
    only = ruleset(TOP + f"  - {{name: {rule}, {RULES[rule]}}}\n")
    (given,) = read([event])
    made = plan(only, given, stamp=stamp_of(None, 1, 1), event_id="e")
    written = json.loads(json.dumps(as_mapping(given), default=str))
    tags = [w.element[4:] for one in made.contacts for w in one.wishes if w.element.startswith("tag:") and w.value]
    expect: Any = {"tags": tags} if made.matched else "nothing"
    example = json.dumps({"event": written, "expect": expect}, ensure_ascii=False)
    compiled = ruleset(TOP + f"  - {{name: {rule}, {RULES[rule]}, examples: [{example}]}}\n")
    ((result, _),) = run_examples(compiled, examples_beside(compiled), NOWHERE)
    assert result.differences == ()
