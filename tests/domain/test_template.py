"""Templates: what they give, and how they fail without failing anybody."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liquid.exceptions import LiquidError

from processor.domain.event import Customer, Event, Form, Item, Order
from processor.domain.reach import view_of
from processor.domain.template import Rendered, page_of, parse, render

EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    customer=Customer(name=" Анна "),
    order=Order(
        number="007",
        total=Decimal("5000.00"),
        paid=False,
        items=(
            Item(name="Кружка", price=Decimal("1E+3"), quantity=Decimal(2)),
            Item(name="Шапка", price=Decimal("0.5")),
        ),
    ),
    form=Form(fields={"Имя": "Анна", "Ваш телефон": "8 900"}),
    raw={
        "big": "x" * 100_000,
        "huge": Decimal("1E+999999"),
        "list": list(range(5000)),
        "n": 7,
        "html": "<script" * 5000,
    },
)
PAGE = page_of(view_of(EVENT))


def given_by(source: str, page: dict[str, Any] = PAGE) -> Rendered:
    """The template filled in."""
    return render(parse(source, 1), page)


GOOD = [
    ("Заказ {{ order.number }}", "Заказ 007"),
    ("без полей", "без полей"),
    ("  {{ customer.name }} ", "Анна"),
    ("{{ order.total }}", "5000.00"),
    ("{{ order.items[0].price }}", "1000"),
    ("{{ order.items.first.name }}/{{ order.items.last.name }}", "Кружка/Шапка"),
    ("{{ order.items.size }}", "2"),
    ("{{ order.items | map: 'name' | join: ', ' }}", "Кружка, Шапка"),
    ("{% for item in order.items %}{{ item.name }};{% endfor %}", "Кружка;Шапка;"),
    ("{{ order.coupon | default: 'нет' }}", "нет"),
    ("{{ payment.method | default: 'не указан' }}", "не указан"),
    ("{% if order.coupon %}да{% else %}нет{% endif %}", "нет"),
    ("{% if order.paid %}да{% else %}нет{% endif %}", "нет"),
    ("{% if order.total >= 5000 %}крупный{% endif %}", "крупный"),
    ("{% if payment %}да{% else %}нет{% endif %}", "нет"),
    ('{{ form.fields["Ваш телефон"] }}', "8 900"),
    ("{{ form.fields.Имя | upcase }}", "АННА"),
    ("{{ received_at | date: '%d.%m.%Y' }}", "02.01.2026"),
    ("{{ order.total | times: 2 }}", "10000.00"),
    ("{{ order.total | minus: 0.5 }}", "4999.50"),
    ("{{ order.total | divided_by: 3 | round: 2 }}", "1666.67"),
    ("{{ order.total | divided_by: 1000 | floor }}", "5"),
    ("{{ order.items | sum: 'price' }}", "1000.5"),
    ("{{ 10 | divided_by: 3 }} {{ 10 | modulo: 3 }} {{ 1 | plus: 2 }}", "3 1 3"),
    ("{{ 2.5 | round }} {{ 1.2 | ceil }} {{ -3 | abs }}", "3 2 3"),
    ("{{ order.total | at_most: 100 }}", "100"),
    ("{{ raw.n }}", "7"),
    ("{{ 'а-б' | replace: '-', '+' }}", "а+б"),
]


@pytest.mark.parametrize(("source", "text"), GOOD)
def test_a_template_gives_its_text(source: str, text: str) -> None:
    """Trimmed, numbers as they are written."""
    assert given_by(source) == Rendered(text)


BAD = [
    ("{{ order.coupon }}", "order.coupon", "order.coupon"),
    ("{{ payment.method | upcase }}", "payment.method", "payment.method"),
    ("{{ order.coupon | plus: 1 }}", "order.coupon", "order.coupon"),
    ("{{ order.coupon | date: '%d' }}", "order.coupon", "order.coupon"),
    ("{% for x in raw.absent %}{{ x }}{% endfor %}", "raw.absent", "raw.absent"),
    ("{% if order.paid %}да{% endif %}", "пустой", "empty"),
    ("{{ ' ' }}", "пустой", "empty"),
    ("{{ raw.big }}", "слишком много", "too much"),
    ("{{ raw.big | upcase }}", "не удалось", "could not"),
    ("{{ raw.list | join: ',' }}", "не удалось", "could not"),
    ("{{ raw.huge | round }}", "не удалось", "could not"),
    ("{{ raw.html | strip_newlines }}", "не удалось", "could not"),
    ("{{ order.total | divided_by: 0 }}", "не удалось", "could not"),
    ("{{ customer.name | times: 2 }}", "это не число", "not a number"),
    ("{{ order }}", "не удалось", "could not"),
    ("{{ order.items }}", "не удалось", "could not"),
    ("{% for i in (1..1000000000) %}x{% endfor %}", "слишком много", "too much"),
    ("{{ (1..1000000000) | join: ',' }}", "не удалось", "could not"),
    ("{{ 9 | times: 99999999999999999999 | times: 99999999999999999999 }}", "не удалось", "could not"),
    (
        "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | replace: 'x', 'xxxxxxxxxx' %}" * 9 + "{{ a }}",
        "не удалось",
        "",
    ),
    ("{{ order.number | append: order.coupon }}", "order.coupon", "order.coupon"),
]


@pytest.mark.parametrize(("source", "ru", "en"), BAD)
def test_a_template_that_fails_gives_a_problem_soon(source: str, ru: str, en: str) -> None:
    """In both languages, never an exception, never a long wait."""
    started = time.monotonic()
    rendered = given_by(source)
    assert time.monotonic() - started < 2
    assert rendered.text is None
    assert rendered.problem is not None
    assert ru in rendered.problem.ru
    assert en in rendered.problem.en


@pytest.mark.parametrize(
    "source", ["{% include 'x' %}", "{% render 'x' %}", "{% liquid echo 1 %}", "{% tablerow i in a %}{% endtablerow %}"]
)
def test_templates_read_no_files(source: str) -> None:
    """The tags that could are not there."""
    with pytest.raises(LiquidError):
        parse(source, 1)


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=20), st.datetimes()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)
FILTERED = st.sampled_from(
    [
        "upcase", "size", "first", "join: ','", "plus: 1", "round: 2", "date: '%d'", "split: ','", "sort", "uniq",
        "sum", "where: 'a'", "map: 'a'", "slice: 0, 2", "truncate: 5", "default: 'x'", "times: raw", "replace: '', 'y'",
        "reverse", "compact", "concat: raw", "url_encode", "base64_decode", "divided_by: raw", "modulo: 2", "abs",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(VALUES, st.lists(FILTERED, min_size=1, max_size=3))
def test_no_value_of_a_stranger_breaks_a_template(value: Any, filters: list[str]) -> None:
    """Any value through any filters gives a text or a problem."""
    rendered = given_by("{{ raw | " + " | ".join(filters) + " }}", {"raw": value})
    assert (rendered.text is None) is (rendered.problem is not None)
