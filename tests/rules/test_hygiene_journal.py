"""What really came tells more: rules that matched nothing, types nobody takes, fields and values that never occur."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from processor.domain.event import Customer, Event, Form, Order, Utm
from processor.fault import Fault
from processor.rules.hygiene import journal_warnings_of
from tests.harness.rules import ruleset

HEAD = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: s}
  landing: {preset: generic, token: t}
rules:
"""


def came(event: str = "order.created", source: str = "shop", **parts: Any) -> Event:
    """One event, of an invented customer."""
    customer = Customer(phone="+79000000001", email="anna@example.com")
    return Event(source=source, event=event, received_at=datetime(2026, 1, 1, tzinfo=UTC), customer=customer, **parts)


def order(total: str = "990", source: str = "yandex") -> Event:
    """An order of the shop, from a campaign."""
    return came(order=Order(number="1", total=Decimal(total)), utm=Utm(source=source))


def form(**fields: str) -> Event:
    """A filled form of the landing page."""
    return came("form.submitted", "landing", form=Form(fields=fields))


def warned(rules: str, events: list[Event]) -> list[Fault]:
    """The warnings for rules, one a line from line 7 on."""
    return list(journal_warnings_of(ruleset(HEAD + rules), events))


def told(faults: list[Fault]) -> list[tuple[str, str]]:
    """Code and place of each."""
    return [(fault.code, str(fault.place).removeprefix("rules.yaml:")) for fault in faults]


def test_a_rule_that_matched_nothing_is_told_with_what_it_failed_by() -> None:
    rules = "  - {name: Крупный, when: {event: order.created, order.total: {at_least: 5000}}, then: {tags: a}}\n"
    (fault,) = warned(rules, [order("990"), order("1200"), came("product.updated")][:2])
    assert told([fault]) == [("rule.unmatched", "7:12")]
    assert fault.severity == "warning"
    assert fault.say("ru").endswith("ожидается: ближе всего: order.total at_least 5000, а было «990»")
    assert "(2; of its type and source: 2)" in fault.say("en")


def test_a_rule_of_which_no_event_came_is_told_so() -> None:
    rules = "  - {name: a, when: {event: order.refunded}, then: {tags: a}}\n  - {name: b, when: {}, then: {tags: b}}\n"
    (fault,) = warned(rules, [order()])
    assert told([fault]) == [("rule.unmatched", "7:12")]
    assert "of its type and source: 0" in fault.say("en")


def test_a_rule_behind_one_that_stops_is_told_so() -> None:
    rules = (
        "  - {name: a, when: {event: order.created, utm.source: yandex}, then: {tags: a}, stop: true}\n"
        "  - {name: b, when: {event: order.created, order.total: 990}, then: {tags: b}}\n"
    )
    (fault,) = warned(rules, [order()])
    assert told([fault]) == [("rule.unmatched", "8:12")]
    assert "stop: true" in fault.say("ru")


def test_people_are_masked_where_a_value_is_shown() -> None:
    rules = '  - {name: a, when: {event: order.created, customer.phone: "+79000000002"}, then: {tags: a}}\n'
    (fault,) = warned(rules, [order()])
    assert "ближе всего" in fault.say("ru")
    assert "+79000000001" not in fault.say("ru") + fault.say("en") + repr(fault)


def test_types_that_nobody_takes_are_counted_one_warning_a_source() -> None:
    rules = "  - {name: a, when: {event: order.created}, then: {tags: a}}\n"
    events = [order(), came("order.updated"), came("order.updated"), came("product.deleted"), form(x="1")]
    shop, landing = warned(rules, events)
    assert told([shop, landing]) == [("type.unclaimed", "4:3"), ("type.unclaimed", "5:3")]
    assert shop.text.en.endswith("order.updated × 2, product.deleted × 1")
    assert "form.submitted × 1" in landing.say("ru")


def test_a_field_that_no_event_has_is_told_with_the_one_that_was_meant() -> None:
    rules = (
        "  - {name: a, when: {event: form.submitted, form.fields.Телефон: {exists: true}}, then: {tags: a}}\n"
        "  - {name: b, when: {event: form.submitted}, then: {tags: \"{{ form.fields['Имя'] }}\"}}\n"
    )
    events = [form(**{"Ваш телефон": "1", "Ваше имя": "Анна"}) for _ in range(5)]
    found = [fault for fault in warned(rules, events) if fault.code == "field.unseen"]
    assert told(found) == [("field.unseen", "7:45"), ("field.unseen", "8:59")]
    assert [fault.nearest for fault in found] == ['form.fields."Ваш телефон"', 'form.fields."Ваше имя"']
    assert found[0].fix == 'form.fields."Ваш телефон"'


def test_a_field_of_which_the_lack_is_asked_or_cared_for_is_not_told() -> None:
    rules = (
        "  - {name: a, when: {event: form.submitted, form.fields.Телефон: {exists: false}}, then: {tags: a}}\n"
        "  - {name: b, when: {event: form.submitted, not: {form.fields.Телефон: x}}, then: {tags: b}}\n"
        "  - {name: c, when: {event: form.submitted, any: [{form.fields.Телефон: x}, {form.fields.б: '1'}]}, "
        "then: {tags: c}}\n"
        "  - {name: d, when: {event: form.submitted}, then: {tags: \"{{ form.fields['Имя'] | default: 'x' }}\"}}\n"
        "  - {name: e, when: {event: form.submitted}, "
        "then: {tags: \"{% if form.fields['Имя'] %}{{ form.fields['Имя'] }}{% else %}x{% endif %}\"}}\n"
    )
    assert warned(rules, [form(б="1") for _ in range(9)]) == []


def test_of_few_events_no_field_is_told() -> None:
    rules = "  - {name: b, when: {event: form.submitted}, then: {tags: \"{{ form.fields['Имя'] }}\"}}\n"
    assert warned(rules, [form(x="1") for _ in range(4)]) == []


def test_a_value_that_came_a_little_different_is_told() -> None:
    rules = "  - {name: a, when: {event: order.created, utm.source: [vk, yandeks]}, then: {tags: a}}\n"
    found = warned(rules, [order(source="yandex"), *[order(source="vk") for _ in range(5)]])
    assert told(found) == [("value.unseen", "7:61")]
    assert (found[0].nearest, found[0].fix) == ("yandex", "yandex")
    assert "«yandeks»" in found[0].say("ru")


def test_a_value_that_is_only_rare_is_not_told() -> None:
    rules = "  - {name: a, when: {event: order.created, utm.source: [vk, telegram, yandex2]}, then: {tags: a}}\n"
    assert warned(rules, [order(source="yandex"), *[order(source="vk") for _ in range(9)]]) == []


def test_without_events_there_is_nothing_to_say() -> None:
    assert warned("  - {name: a, when: {}, then: {tags: a}}\n", []) == []
