"""What an event changes: contacts, wishes and what could not be wished."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from processor.domain.contact import ContactId
from processor.domain.event import Customer, Event, Form, Order, Utm
from processor.domain.plan import Plan, plan
from tests.harness.rules import RULES_TEXT, ruleset
from tests.rules.mistakes import HEAD, rule

STAMP = "00001767312000.000000000001"
PHONE = "+79000000001"
TOP = "version: 1\nbot: 1\nsources:\n  shop: {preset: generic, token: t, bot: 5, region: KZ}\nrules:\n"


def event(customer: Customer | None = None, **parts: Any) -> Event:
    """A new order of the shop."""
    made = Event(
        source="shop",
        event="order.created",
        received_at=datetime(2026, 1, 2, tzinfo=UTC),
        customer=Customer(phone=PHONE) if customer is None else customer,
        order=Order(number="15", total=Decimal("5000.00")),
    )
    return msgspec.structs.replace(made, **parts)


def planned(text: str, happened: Event) -> Plan:
    """The plan under the rules of `text`."""
    return plan(ruleset(text), happened, stamp=STAMP, event_id="e1")


def wishes(made: Plan, index: int = 0) -> dict[str, Any]:
    """The wishes of one contact, element by element."""
    return {wish.element: wish.value for wish in made.contacts[index].wishes}


def problems(made: Plan) -> list[tuple[str, str]]:
    """Rule and element of every problem."""
    return [(problem.rule, problem.element) for problem in made.problems]


def test_a_new_order_becomes_tags_and_a_status() -> None:
    """The contact is built from the customer by itself; every wish carries its stamp, event and rule."""
    made = planned(RULES_TEXT, event(Customer(phone=PHONE, name="Анна"), utm=Utm(source="yandex", term=" ")))
    assert made.matched == ("Новый заказ",)
    assert made.contacts[0].contact == ContactId(1, "whatsapp", PHONE)
    assert wishes(made) == {
        "field:name": "Анна",
        "tag:Покупатель": True,
        "tag:Заказ 15": True,
        "status": "Новый заказ",
        "utm:last": {"source": "yandex"},
    }
    assert {(wish.stamp, wish.event, wish.rule) for wish in made.contacts[0].wishes} == {(STAMP, "e1", "Новый заказ")}
    assert made.problems == ()


def test_without_a_matching_rule_nothing_is_wished() -> None:
    """No rule, no contact."""
    assert planned(RULES_TEXT, event(event="order.paid")) == Plan()


def test_a_plan_goes_through_json_unharmed() -> None:
    """The journal keeps it."""
    made = planned(rule(then="{tags: [a, '{{ order.coupon }}'], status: x}"), event(utm=Utm(source="vk")))
    assert msgspec.json.decode(msgspec.json.encode(made), type=Plan) == made


MESSENGERS: list[tuple[dict[str, str], str, str | None]] = [
    ({"phone": PHONE, "telegram_id": "5"}, "", "1:whatsapp:+79000000001"),
    ({"telegram_id": "5", "vk_id": "6"}, "", "1:telegram:5"),
    ({"vk_id": "6", "viber_id": "a=="}, "", "1:vk:6"),
    ({"viber_id": "a=="}, "", "1:viber:a=="),
    ({"phone": PHONE, "vk_id": "6"}, "messengers: [vk, whatsapp]\n", "1:vk:6"),
    ({"phone": PHONE}, "messengers: [vk]\n", None),
    ({"telegram_id": "5x", "vk_id": "6"}, "", "1:vk:6"),
    ({"telegram_id": "-5"}, "", None),
    ({"phone": "8 900 000-00-01"}, "", "1:whatsapp:+79000000001"),
    ({"phone": "звоните"}, "", None),
    ({"email": "anna@example.org"}, "", None),
    ({}, "", None),
]


@pytest.mark.parametrize(("customer", "top", "key"), MESSENGERS)
def test_the_messenger_is_the_first_that_the_customer_has(customer: dict[str, str], top: str, key: str | None) -> None:
    """Without any there is no contact, and the plan says so."""
    made = planned(rule().replace("bot: 1\n", "bot: 1\n" + top), event(Customer(**customer)))
    assert [one.contact.key for one in made.contacts] == ([key] if key else [])
    assert ("contact" in [element for _, element in problems(made)]) is (key is None)


def test_fields_come_from_the_customer() -> None:
    """A phone is a field only where it is not the contact's own id; the city is put before an address without it."""
    customer = Customer(
        first_name="Анна",
        last_name="Петрова",
        phone=PHONE,
        email="anna@example.org",
        city="Москва",
        address="ул. Мира, 1",
        telegram_id="5",
        telegram_username="anna",
    )
    text = rule(then="{}").replace("bot: 1\n", "bot: 1\nmessengers: [telegram, whatsapp]\n")
    assert wishes(planned(text, event(customer))) == {
        "field:name": "Анна Петрова",
        "field:phone": PHONE,
        "field:email": "anna@example.org",
        "field:address": "Москва, ул. Мира, 1",
        "field:telegram_username": "anna",
    }


@pytest.mark.parametrize(
    ("city", "address", "whole"),
    [("Москва", "г. москва, Мира 1", "г. москва, Мира 1"), ("Москва", None, "Москва"), (None, "Мира 1", "Мира 1")],
)
def test_a_city_is_not_said_twice(city: str | None, address: str | None, whole: str) -> None:
    """Whatever its case."""
    made = planned(rule(then="{}"), event(Customer(phone=PHONE, city=city, address=address)))
    assert wishes(made) == {"field:address": whole}


OVERRIDES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("{name: '{{ form.fields.Имя }}'}", "1:whatsapp:+79000000001", {"field:name": "Ольга"}, []),
    ("{phone: '8 (900) 000-00-02'}", "1:whatsapp:+79000000002", {}, []),
    ("{messenger: telegram, telegram_id: '{{ raw.tg }}'}", "1:telegram:77", {"field:phone": PHONE}, []),
    ("{messenger: '{{ raw.where }}', vk_id: 12}", "1:vk:12", {"field:phone": PHONE}, []),
    ("{name: '{{ form.fields.Нет }}'}", "1:whatsapp:+79000000001", {"field:name": "Анна"}, ["contact:name"]),
    ("{phone: '{{ form.fields.Нет }}'}", "", {}, ["contact:phone", "contact"]),
    ("{phone: '12'}", "", {}, ["contact:phone", "contact"]),
    ("{messenger: telegram}", "", {}, ["contact"]),
    ("{messenger: '{{ raw.tg }}'}", "", {}, ["contact:messenger", "contact"]),
    ("{email: '{{ raw.long }}'}", "1:whatsapp:+79000000001", {}, ["contact:email"]),
]


@pytest.mark.parametrize(("contact", "key", "more", "troubles"), OVERRIDES)
def test_contact_overrides_the_customer(contact: str, key: str, more: dict[str, Any], troubles: list[str]) -> None:
    """Where one fails, the name stays the customer's; a phone or an id is not taken from another person."""
    happened = event(
        Customer(phone=PHONE, name="Анна"),
        form=Form(fields={"Имя": "Ольга"}),
        raw={"tg": 77, "where": " VK ", "long": "x" * 300},
    )
    made = planned(rule(then=f"{{contact: {contact}}}"), happened)
    assert [one.contact.key for one in made.contacts] == ([key] if key else [])
    assert [element for _, element in problems(made)] == troubles
    if key:
        assert wishes(made) == {"field:name": "Анна", **more}


def test_an_override_is_read_with_the_sources_region_and_bot() -> None:
    """The rule's own bot goes before the source's."""
    text = (
        TOP
        + "  - {name: a, when: {}, then: {contact: {phone: 8 701 000 00 01}}}\n"
        + "  - {name: b, bot: 9, when: {}, then: {}}\n"
    )
    keys = [one.contact.key for one in planned(text, event()).contacts]
    assert keys == ["5:whatsapp:+77010000001", "9:whatsapp:+79000000001"]


def test_rules_of_one_contact_unite_and_the_later_wins() -> None:
    """Tags unite; of a tag, status or UTM policy the later rule counts; what a rule gave beats the event's own."""
    text = HEAD + (
        "  - {name: a, when: {}, then: {tags: [x, y], status: one, utm: first, contact: {name: Ольга}}}\n"
        "  - {name: b, when: {}, then: {tags: [z], remove_tags: x, status: two}}\n"
    )
    made = planned(text, event(Customer(phone=PHONE, name="Анна"), utm=Utm(source="vk")))
    expected = {"field:name": "Ольга", "tag:x": False, "tag:y": True, "tag:z": True, "status": "two"}
    assert wishes(made) == expected | {"utm:first": {"source": "vk"}}
    rules = {wish.element: wish.rule for wish in made.contacts[0].wishes}
    assert rules == {"field:name": "a", "tag:x": "b", "tag:y": "a", "tag:z": "b", "status": "b", "utm:first": "a"}
    assert len(made.contacts) == 1


@pytest.mark.parametrize(
    ("policies", "elements"),
    [
        (["", ""], ["utm:last"]),
        (["utm: first", ""], ["utm:first"]),
        (["utm: off", ""], []),
        (["utm: off", "utm: last"], ["utm:last"]),
        (["utm: last", "utm: off"], []),
    ],
)
def test_the_last_rule_that_speaks_of_utm_decides(policies: list[str], elements: list[str]) -> None:
    """Silence is no policy; when all are silent the newest marks count."""
    text = HEAD + "".join(f"  - {{name: r{n}, when: {{}}, then: {{{one}}}}}\n" for n, one in enumerate(policies))
    made = planned(text, event(utm=Utm(source="vk")))
    assert [wish.element for wish in made.contacts[0].wishes] == elements
    assert wishes(planned(text, event(utm=None))) == {}


LONG = '"{{ order.comment }}"'


@pytest.mark.parametrize(
    ("then", "comment", "kept", "trouble"),
    [
        (f"{{status: {LONG}, tags: a}}", "я" * 65, {"tag:a": True}, ("status", "64")),
        (f"{{status: {LONG}}}", "я" * 64, {"status": "я" * 64}, None),
        (f"{{tags: [{LONG}, b]}}", "я" * 256, {"tag:b": True}, ("tag", "255")),
        ('{tags: ["{{ order.coupon }}", b]}', "я", {"tag:b": True}, ("tag", "order.coupon")),
        ('{tags: ["{% if order.paid %}x{% endif %}", b]}', "я", {"tag:b": True}, ("tag", "пустой")),
        ('{status: "{{ order.coupon }}", tags: b}', "я", {"tag:b": True}, ("status", "order.coupon")),
    ],
)
def test_what_cannot_be_wished_is_told_and_the_rest_goes_on(
    then: str, comment: str, kept: dict[str, Any], trouble: tuple[str, str] | None
) -> None:
    """Too long, empty or without its field."""
    made = planned(rule(then=then), event(order=Order(comment=comment)))
    assert wishes(made) == kept
    assert problems(made) == ([("r", trouble[0])] if trouble else [])
    assert all(trouble and trouble[1] in problem.text.ru and problem.text.en for problem in made.problems)
