"""The nearest rules, where none matched."""

from datetime import UTC, datetime
from decimal import Decimal

from processor.domain.event import Event, Order, Utm
from processor.domain.explain import explain
from processor.domain.nearest import MISSES_MAX, nearest_misses
from processor.telling.nearest import tell_nearest
from tests.harness.rules import ruleset
from tests.rules.mistakes import HEAD

EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 1, 2, tzinfo=UTC),
    order=Order(total=Decimal("990"), coupon="SALE"),
    utm=Utm(source="yandex"),
)


def nearest(*rules: str) -> list[tuple[str, list[str]]]:
    """The nearest rules with the paths of what they lacked."""
    stories = explain(ruleset(HEAD + "".join(f"  - {{{rule}, then: {{}}}}\n" for rule in rules)), EVENT)
    return [(miss.rule, [check.path for check in miss.lacking]) for miss in nearest_misses(stories)]


def told(when: str) -> tuple[str, str]:
    """The line about the one rule, in Russian and in English."""
    stories = explain(ruleset(f"{HEAD}  - {{name: r, when: {when}, then: {{}}}}\n"), EVENT)
    (ru,), (en,) = tell_nearest(stories, "ru"), tell_nearest(stories, "en")
    return ru, en


def test_the_rule_that_lacks_the_fewest_conditions_is_nearest() -> None:
    assert nearest(
        "name: two, when: {event: order.created, order.total: {at_least: 5000}, utm.source: vk}",
        "name: one, when: {event: order.created, order.total: {at_least: 5000}, utm.source: yandex}",
    ) == [("one", ["order.total"])]


def test_where_a_rule_matched_none_is_near() -> None:
    assert nearest("name: far, when: {utm.source: vk}", "name: all, when: {}") == []


def test_rules_for_another_type_or_source_come_last() -> None:
    """They were not meant, however little they lack."""
    assert nearest(
        "name: other, when: {event: order.paid}",
        "name: meant, when: {event: order.created, utm.source: vk, order.coupon: {exists: false}}",
    ) == [("meant", ["utm.source", "order.coupon"])]
    assert nearest("name: other, when: {event: order.paid}") == [("other", ["event"])]


def test_of_equals_who_had_more_hold_goes_first_and_only_a_few_are_named() -> None:
    rules = [f"name: r{place}, when: {{utm.source: vk}}" for place in range(5)]
    found = nearest(*rules, "name: more, when: {utm.source: vk, event: order.created}")
    assert [name for name, _ in found] == ["more", "r0", "r1"]
    assert len(found) == MISSES_MAX


def test_a_group_lacks_what_its_nearest_member_lacks() -> None:
    """`any` needs but one of them."""
    assert nearest(
        "name: two, when: {order.total: {at_least: 5000}, utm.source: vk}",
        "name: any, when: {any: [{order.total: {at_least: 5000}, utm.source: vk}, {utm.source: google}]}",
    ) == [("any", ["any", "all", "order.total", "utm.source", "all", "utm.source"])]


def test_a_disabled_rule_is_named_where_only_this_kept_it() -> None:
    assert nearest(
        "name: off, enabled: false, when: {event: order.created}",
        "name: off too, enabled: false, when: {utm.source: vk}",
        "name: on, when: {event: order.created, utm.source: vk}",
    ) == [("off", [])]
    assert nearest("name: off too, enabled: false, when: {utm.source: vk}") == []


def test_it_is_told_in_one_line() -> None:
    assert told("{order.total: {at_least: 5000}, event: order.created, order.comment: x}") == (
        "  ближе всего: правило «r» (6), не хватило: order.total at_least 5000 (на деле: 990), "
        "order.comment is x (на деле: нет)",
        '  nearest: rule "r" (6), it lacked: order.total at_least 5000 (actual: 990), '
        "order.comment is x (actual: absent)",
    )
    assert told("{any: [{utm.source: vk}, {utm.source: google, event: order.created}]}")[1].endswith(
        "it lacked: utm.source is vk (actual: yandex) or utm.source is google (actual: yandex)"
    )
    assert told("{not: {order.coupon: SALE}}")[0].endswith(
        "не хватило: этого быть не должно: order.coupon is SALE (на деле: SALE)"
    )


def test_no_rules_have_no_nearest() -> None:
    assert nearest_misses(()) == ()
