"""Examples with a past, and of rules that act later."""

from __future__ import annotations

from tests.examples.playing import beside, told, whole

THIRD = """\
  - name: Третий
    when: {event: order.created, earlier: {event: order.created, count: {at_least: 2}, within: 90d}}
    then: {tags: Постоянный}
"""
CART = """\
  - name: Не оплачен
    when: {event: order.created}
    after: 1h
    unless: {event: order.paid}
    then: {tags: Не оплатил}
"""
EVENT = 'event: {event: order.created, order.number: 7, customer.phone: "+79000000001"}'
CREATED = '{source: shop, event: order.created, order.number: 7, customer.phone: "+79000000001"}'
PAID = CREATED.replace("created", "paid")


def story(steps: str, expect: str, rules: str = CART) -> list[tuple[str, str | None, str | None]]:
    """What differs."""
    (result,) = whole(f"examples:\n  - name: И\n    story: [{steps}]\n    expect: {expect}\n", rules)
    return told(result)


def test_earlier_events_are_counted() -> None:
    twice = "earlier: [{event: order.created, ago: 10d}, {event: order.created, ago: 20d}]"
    once = "earlier: [{event: order.created, ago: 10d}, {event: order.created, ago: 91d}]"
    results = beside(
        f"{{{EVENT}, {twice}, expect: {{tags: Постоянный}}}}",
        f"{{{EVENT}, {once}, expect: nothing}}",
        f"{{{EVENT}, {once}}}",
        f"{{{EVENT}, earlier: [], expect: nothing}}",
        rules=THIRD,
    )
    assert [result.passed for result in results] == [True, True, False, True]
    assert results[2].nearest is not None
    assert [check.actual for check in results[2].nearest.checks if not check.held] == ["1"]


def test_steps_of_a_story_are_earlier_events_of_those_behind() -> None:
    steps = f"{{event: {CREATED}}}, {{event: {CREATED}, after: 1d}}, {{event: {CREATED}, after: 1d}}"
    assert story(steps, "{rules: [Третий], tags: Постоянный}", THIRD) == []
    assert story(steps.replace("0001", "0002", 1), "nothing", THIRD) == []


def test_a_story_may_have_a_past_of_its_own() -> None:
    past = "earlier: [{event: order.created, ago: 1d}, {event: order.created, ago: 2d}]"
    text = f"examples:\n  - {{name: И, event: {CREATED}, {past}, expect: {{rules: Третий}}}}\n"
    (result,) = whole(text, THIRD)
    assert told(result) == []


def test_a_delayed_rule_beside_its_example_has_acted_in_the_end() -> None:
    good, wrong = beside(
        f"{{{EVENT}, expect: {{tags: Не оплатил, after: 1h}}}}", f"{{{EVENT}, expect: {{after: 30m}}}}", rules=CART
    )
    assert good.passed
    assert told(wrong) == [("after", "30m", "1h")]


def test_what_came_in_time_cancels_a_delayed_rule() -> None:
    paid = f"{{event: {CREATED}}}, {{event: {PAID}, after: 59m}}"
    assert story(paid, "{rules: [], cancelled: Не оплачен, tags: []}") == []
    late = f"{{event: {CREATED}}}, {{event: {PAID}, after: 61m}}"
    assert story(late, "{rules: Не оплачен, cancelled: [], tags: Не оплатил}") == []
    other = f"{{event: {CREATED}}}, {{event: {PAID.replace('7,', '8,')}, after: 5m}}"
    assert story(other, "{rules: Не оплачен}") == []
    assert story(paid, "{cancelled: []}") == [("cancelled", None, "Не оплачен")]


def test_rules_stand_in_the_order_in_which_they_act() -> None:
    rules = CART + "  - name: Оплата\n    when: {event: order.paid}\n    then: {remove_tags: Не оплатил}\n"
    steps = f"{{event: {CREATED}}}, {{event: {PAID}, after: 2h}}"
    assert story(steps, "{rules: [Не оплачен, Оплата], tags: [], remove_tags: Не оплатил}", rules) == []
