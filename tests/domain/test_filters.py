"""Our own Liquid filters: what they give, and that nothing breaks them."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.domain.event import Event, Form, Order
from processor.domain.home import Home
from processor.domain.liquid_limits import ENVIRONMENT, FILTERS
from processor.domain.reach import view_of
from processor.domain.template import Rendered, page_of, parse, render
from processor.rules.filter_arguments import arguments_of
from processor.rules.zones import zone_named

EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 11, 24, 21, 30, tzinfo=UTC),
    order=Order(number="007", total=Decimal("12345.50"), currency="KZT"),
    form=Form(fields={"Имя": "ИВАН  иванов-ПЕТРОВ", "Ваш телефон": "8 (900) 000-00-01", "Дата": "1 мая 2026"}),
)
PAGE = page_of(view_of(EVENT))
ALMATY = page_of(view_of(EVENT), Home(zone_named("Asia/Almaty"), "KZ"))


def given_by(source: str, page: dict[str, Any] = PAGE) -> Rendered:
    """The template filled in."""
    return render(parse(source, 1), page)


GOOD = [
    ("""{{ form.fields["Ваш телефон"] | phone }}""", "+7 900 000-00-01"),
    ("""{{ form.fields["Ваш телефон"] | phone: "national" }}""", "8 (900) 000-00-01"),
    ("""{{ form.fields["Ваш телефон"] | phone: "digits" }}""", "79000000001"),
    ("""{{ form.fields["Ваш телефон"] | phone: "masked" }}""", "+7 900 ***-**-01"),
    ("""{{ form.fields["Ваш телефон"] | phone: "e164" }}""", "+79000000001"),
    ("{{ '7 руб. 50' | digits }}", "750"),
    ("{{ order.total | money }}", "12 345,50 ₽"),
    ("{{ order.total | money: order.currency }}", "12 345,50 ₸"),
    ("{{ order.total | money: 'USD', 'en' }}", "$12,345.50"),
    ("{{ order.total | money: 'баллов' }}", "12 345,50 баллов"),
    ("{{ 5000 | money }}", "5 000 ₽"),
    ("{{ '5 000 руб.' | money }}", "5 000 ₽"),
    ("{{ -1234567.891 | money: 'EUR', 'en' }}", "-€1,234,567.89"),
    ("{{ -0.001 | money }}", "0 ₽"),
    ("{{ 1 | plural: 'товар', 'товара', 'товаров' }}", "товар"),
    ("{{ 3 | plural: 'товар', 'товара', 'товаров' }}", "товара"),
    ("{{ 11 | plural: 'товар', 'товара', 'товаров' }}", "товаров"),
    ("{{ 112 | plural: 'товар', 'товара', 'товаров' }}", "товаров"),
    ("{{ 121 | plural: 'товар', 'товара', 'товаров' }}", "товар"),
    ("{{ 1.5 | plural: 'час', 'часа', 'часов' }}", "часа"),
    ("{{ 2 | plural: 'item', 'items' }}", "items"),
    ("{{ 5 | count: 'товар', 'товара', 'товаров' }}", "5 товаров"),
    ("{{ 1.50 | count: 'час', 'часа', 'часов' }}", "1,5 часа"),
    ("{{ 1 | count: 'item', 'items' }}", "1 item"),
    ("{{ 'Щукин Юрий, ПОДЪЁМ' | transliterate }}", "Shchukin Yuriy, PODYOM"),
    ("{{ 'abc' | hash }}", "ba7816bf8f01cfea"),
    ("{{ 'abc' | hash: 8 }}", "ba7816bf"),
    ("{{ form.fields.Имя | name }}", "Иван Иванов-Петров"),
    ('{{ "o\'neil McDonald" | name }}', "O'Neil McDonald"),
    ("{{ 'Иванов Иван Иванович' | first_name }}", "Иван"),
    ("{{ 'иван иванович' | first_name }}", "Иван"),
    ("{{ 'Анна Петрова' | first_name }}", "Анна"),
    ("{{ 'Петрова Анна' | first_name }}", "Анна"),
    ("{{ 'John Smith' | first_name }}", "John"),
    ("{{ received_at | date }}", "25 ноября 2026"),
    ("{{ received_at | date: '%d.%m.%Y %H:%M' }}", "25.11.2026 00:30"),
    ("{{ received_at | date: 'short' }}", "25.11.2026"),
    ("{{ received_at | date: '%B %Y, %A (%a)' }}", "ноябрь 2026, среда (ср)"),
    ("{{ received_at | date: '%-d %B %Y', 'en' }}", "25 November 2026"),
    ("{{ form.fields.Дата | date: '%F %% %j' }}", "2026-05-01 % 121"),
    ("{{ 'now' | date: 'full' }}", "25.11.2026 00:30"),
    ("{{ '2026-11-24T10:00:00Z' | date: '%R %z' }}", "13:00 +0300"),
    ("{{ 1700000000 | date: 'iso' }}", "2023-11-15"),
    ("{% assign a = '1,2,1' | split: ',' | uniq %}{{ a | join: '' }}", "12"),
]


@pytest.mark.parametrize(("source", "text"), GOOD)
def test_a_filter_gives_its_text(source: str, text: str) -> None:
    """By the clocks of Moscow, where nothing else is said."""
    assert given_by(source) == Rendered(text)


def test_times_and_phones_are_read_as_at_home() -> None:
    """By the source's zone and country."""
    assert given_by("{{ received_at | date: 'full' }}", ALMATY).text == "25.11.2026 02:30"
    assert given_by("{{ '8 701 000 00 01' | phone }}", ALMATY).text == "+7 701 000 0001"


BAD = [
    ("{{ 'почта' | phone }}", "не телефон", "not a phone"),
    ("{{ '+79000000001' | phone: 'pretty' }}", "international", "international"),
    ("{{ 'x' | money }}", "не число", "not a number"),
    ("{{ order.coupon | money }}", "нет order.coupon", "no order.coupon"),
    ("{{ 5 | money: order.coupon }}", "нет order.coupon", "no order.coupon"),
    ("{{ 'x' | plural: 'a', 'b' }}", "не число", "not a number"),
    ("{{ 'x' | date }}", "не дата", "not a date"),
    ("{{ received_at | date: '%Q' }}", "нет знака %Q", "no %Q"),
    ("{{ received_at | date: '%' }}", "нет знака", "no %"),
    ("{{ 'x' | hash: 5 }}", "от 8 до 64", "from 8 to 64"),
    ("{{ 5 | divided_by: 0 }}", "деление на ноль", "division by zero"),
    ("{{ form.fields['Ваш тлефон'] }}", "есть «Ваш телефон»", 'has "Ваш телефон"'),
]


@pytest.mark.parametrize(("source", "ru", "en"), BAD)
def test_a_filter_says_why_it_could_not(source: str, ru: str, en: str) -> None:
    """In both languages."""
    problem = given_by(source).problem
    assert problem is not None
    assert ru in problem.ru
    assert en in problem.en


HOSTILE = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=40), st.datetimes(),
        st.sampled_from(
            ["", "9" * 4_000, "1e999999", "\ud800", "%" * 99, "я" * 20_000, 10**300, 10**4_000, Decimal("sNaN"),
             Decimal("1E+999999"), "0001-01-01", "9999-12-31T23:59:59-14:00", "+" * 99, "x" * 50_000, [[]] * 2_000]
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip
CALM_SECONDS = 1


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(FILTERS)), HOSTILE, st.lists(HOSTILE, max_size=4), st.integers(0, 4))
@example("date", 10**18, [], 0)
@example("join", [["x" * 1_000] * 900], ["я" * 16_000], 1)
def test_every_filter_gives_a_text_or_a_problem(name: str, value: Any, arguments: list[Any], count: int) -> None:
    """Any value, any arguments, soon; never an exception."""
    least, most, _ = arguments_of(name)
    wanted = min(max(count, least), most)
    places = [f"raw.a{place}" for place in range(wanted)]
    source = "{{ raw.value | " + name + (": " + ", ".join(places) if places else "") + " }}"
    page = {f"a{place}": arguments[place] if place < len(arguments) else None for place in range(wanted)}
    started = time.monotonic()
    rendered = given_by(source, {"raw": {"value": value, **page}})
    assert time.monotonic() - started < CALM_SECONDS
    assert (rendered.text is None) is (rendered.problem is not None)


def test_every_filter_counts_its_work() -> None:
    """Ours and the library's, `default` alone excepted, which does none."""
    counted = {name for name, one in ENVIRONMENT.filters.items() if getattr(one, "with_context", False)}
    assert counted == FILTERS - {"default"}
