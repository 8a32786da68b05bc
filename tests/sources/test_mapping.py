"""What `fields:` and `event:` can say: picks among lists, templates, columns of a cart."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Item, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.sources.registry import preset_of
from tests.harness.deliveries import PHONE
from tests.sources.asking import event, inbound, kept

ANNA = "+79000000001"
SENT: dict[str, Any] = {
    "id": 7,
    "first": "Анна",
    "last": "Примерова",
    "cents": 505_050,
    "price": {"amount": "1 200,50"},
    "answers": [{"key": "name", "answer": "Анна"}, {"key": "phone", "answer": PHONE}],
    "meta_data": [{"key": "utm_source", "value": "vk"}, {"key": "utm_medium", "value": "cpc"}],
    "contacts": [{"tel": "1"}, {"tel": PHONE}],
    "lines": [{"caption": "Чай", "cost": "7,5", "n": 2}, {"cost": 8}, {"caption": "Кофе"}],
    "Ваш телефон": PHONE,
    "raw": {"raw": "own"},
    "flag": False,
    "nothing": None,
    "first-name": "Анна-Мария",
}


def source(event_field: str | None = None, **fields: str) -> Source:
    """A source with these fields; `__` stands for a dot."""
    paths = {name.replace("__", "."): theirs for name, theirs in fields.items()}
    return Source("crm", "generic", tokens=("t",), fields=paths, event_field=event_field)


def read(with_: Source, sent: Any = SENT) -> Event:
    """The event of a JSON body."""
    return event(inbound(json.dumps(sent).encode()), with_)


PICKED: list[tuple[str, str, Any]] = [
    ("customer__phone", "answers[key=phone].answer", ANNA),
    ("customer__phone", "contacts[-1].tel", ANNA),
    ("utm__source", "meta_data[key=utm_source].value", "vk"),
    ("order__comment", "lines[*].caption", "Чай, Кофе"),
    ("order__comment", "lines[0].caption", "Чай"),
    ("customer__name", "{{ first }} {{ last }}", "Анна Примерова"),
    ("customer__name", "{{ first-name }}", "Анна-Мария"),
    ("customer__name", "{{ first }}{{ nothing }}", "Анна"),
    ("order__total", "{{ cents | divided_by: 100.0 }}", Decimal("5050.5")),
    ("order__total", "{{ price.amount }}", Decimal("1200.50")),
    ("order__number", "№{{ id }}", "№7"),
    ("order__paid", "{% if flag %}да{% else %}нет{% endif %}", False),
    ("customer__name", "{{ nick | default: first }}", "Анна"),
    ("order__comment", '{{ answers | map: "key" | join: " + " }}', "name + phone"),
    ("order__comment", "{% for answer in answers %}{{ answer.key }};{% endfor %}", "name;phone;"),
    ("order__comment", "просто текст {{ '' }}", "просто текст"),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), PICKED)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_field_is_picked_or_made(ours: str, theirs: str, expected: Any, wrapped: bool) -> None:
    """At the top or within an envelope's `data`."""
    sent = {"type": "deal", "timestamp": "2025-03-01T09:00:00Z", "data": SENT} if wrapped else SENT
    got = read(source(**{ours: theirs}), sent)
    assert look_up(as_mapping(got), split_path(ours.replace("__", "."))) == expected


def test_a_template_has_the_whole_body_as_raw() -> None:
    """For names that are no names in Liquid, and for what stands outside of an envelope's `data`."""
    assert read(source(customer__phone='{{ raw["Ваш телефон"] }}')).customer.phone == ANNA
    assert read(source(customer__name="{{ raw.raw.raw }}")).customer.name == "own"
    wrapped = {"type": "deal", "sender": "Анна", "data": {"sender": "no", "last": "Примерова"}}
    assert read(source(customer__name="{{ sender }} {{ raw.data.last }}"), wrapped).customer.name == "Анна Примерова"


FAILING: list[tuple[str, str]] = [
    ("{{ first }} {{ middle }}", "middle"),
    ("{{ nothing.below }}", "nothing"),
    ("{{ first | divided_by: 0 }}", ""),
    ("{% for i in (1..100000) %}x{% endfor %}", ""),
    ('{% assign a = "xxxxxxxxxxxxxxxx" %}' + "{% assign a = a | append: a %}" * 60 + "{{ a }}", ""),
]


@pytest.mark.parametrize(("template", "named"), FAILING)
def test_a_template_that_fails_leaves_its_field_out_and_says_so(template: str, named: str) -> None:
    """The others stand; nothing runs for ever."""
    with_ = source(customer__name=template, customer__phone="contacts[-1].tel")
    assert read(with_).customer == Customer(phone=ANNA)
    (unfilled,) = preset_of(with_).unfilled(kept(inbound(json.dumps(SENT).encode()), with_), with_)
    assert unfilled.field == "customer.name"
    assert named in unfilled.text.ru
    assert named in unfilled.text.en
    assert "шаблон" in unfilled.text.ru


@pytest.mark.parametrize("preset", ["generic", "strapi", "standard_webhooks"])
def test_nothing_is_said_of_what_is_filled(preset: str) -> None:
    """Nor of a path that finds nothing, nor of null: senders leave fields out."""
    for fields in (
        {"customer.name": "{{ a }}", "customer.city": "{{ n }}", "customer.phone": "b[-1].c"},
        {"customer.phone": "x"},
        {},
    ):
        with_ = Source("s", preset, tokens=("t",), fields=fields)
        delivery = kept(inbound(b'{"a":"x","n":null,"entry":{},"data":{}}'), with_)
        assert preset_of(with_).unfilled(delivery, with_) == ()


def test_the_lines_of_a_cart_are_put_together_of_its_columns() -> None:
    """What one line lacks is not taken from the next."""
    got = read(
        source(
            order__items__name="lines[*].caption",
            order__items__price="lines[*].cost",
            order__items__quantity="lines[*].n",
        )
    )
    assert got.order
    assert got.order.items == (
        Item(name="Чай", price=Decimal("7.5"), quantity=Decimal(2)),
        Item(price=Decimal(8)),
        Item(name="Кофе"),
    )


def test_one_line_needs_no_list() -> None:
    """A form that sells one thing."""
    got = read(source(order__items__name="first", order__items__price="{{ cents }}"))
    assert got.order
    assert got.order.items == (Item(name="Анна"),)


def test_the_type_may_be_made_of_several_fields() -> None:
    """And a type that cannot be made is looked for where it mostly stands."""
    assert read(source("{{ first }}.{{ id }}")).event == "Анна.7"
    assert read(source("{{ no }}.{{ id }}"), SENT | {"type": "deal"}).event == "deal"
    assert read(source("answers[-1].key")).event == "phone"


def test_null_in_a_part_of_ours_hides_nothing() -> None:
    """Senders write null and "" for what they do not know."""
    sent = {"phone": PHONE, "name": "Анна", "customer": {"phone": None, "name": ""}}
    assert read(Source("crm", "generic", tokens=("t",)), sent).customer == Customer(phone=ANNA, name="Анна")


def test_a_template_sees_no_secret() -> None:
    """A key that stands in the body is masked before anything looks at it."""
    with_ = Source("crm", "generic", tokens=("crm-token-1",), fields={"customer.address": "{{ key }} {{ raw.key }}"})
    assert read(with_, {"key": "crm-token-1"}).customer.address == "*** ***"


def test_a_missing_value_is_missing() -> None:
    """Not null, not empty."""
    assert look_up(as_mapping(read(source(customer__name="contacts[-9].tel"))), ("customer", "name")) is MISSING
