"""What a call by GetCourse says: everything stands in the address that the owner wrote."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Item, Order, Utm
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_forms import FORM, JSON, getcourse_query
from tests.sources.asking import code, event, inbound, kept, key

SCHOOL = Source("school", "getcourse", tokens=("school-key", "old-key"))


def read(query: str, method: str = "GET", body: bytes = b"") -> Event:
    """The event of a call."""
    return event(inbound(body, {}, query, method), SCHOOL)


def said(**fields: str) -> Event:
    """The event of a call with nothing but these parameters and the token."""
    return read(urlencode({"token": "school-key", **fields}))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_is_read_whole_from_its_address(method: str) -> None:
    """GET or POST, the body is empty; what GetCourse could not fill in is left out."""
    query = getcourse_query()
    seen = read(query, method)
    given = {name: text for name, text in parse_qsl(query) if name != "token" and "{" not in text}
    assert seen.raw == given
    assert seen == Event(
        source="school",
        event="order.paid",
        received_at=seen.received_at,
        customer=Customer(
            id="55",
            name="Анна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
        ),
        order=Order(
            id="7001",
            number="1007",
            status="Завершен",
            total=Decimal(1000),
            currency="RUB",
            paid=True,
            items=(Item(name="Курс «Основы»"),),
        ),
        form=Form(fields={name: text for name, text in given.items() if name != "event"}),
        utm=Utm(source="vk", campaign="vesna"),
        raw=given,
    )


TYPES = [
    ({"event": "lead.created", "email": "a@example.com"}, "lead.created"),
    ({"event": "Куплен курс"}, "Куплен курс"),
    ({"email": "a@example.com"}, "lead.updated"),
    ({"id": "7", "email": "a@example.com"}, "lead.updated"),
    ({"id": "7", "status": "Новый"}, "order.updated"),
    ({"number": "7"}, "order.updated"),
    ({"event": "{object.type}", "number": "7"}, "order.updated"),
]


@pytest.mark.parametrize(("fields", "type_"), TYPES)
def test_the_owner_names_the_type_else_what_is_there_tells_it(fields: dict[str, str], type_: str) -> None:
    """And never that something was created, which nobody said."""
    assert said(**fields).event == type_


TOTALS = [
    ({"cost_money": "1 000 руб."}, Decimal(1000), "RUB"),
    ({"cost_money": "1 000,50 ₽"}, Decimal("1000.50"), "RUB"),
    ({"cost_money": "1 000 руб.", "cost_money_value": "{object.cost_money_value}"}, Decimal(1000), "RUB"),
    ({"cost_money": "$ 10", "cost_money_value": "10.5"}, Decimal("10.5"), "USD"),
    ({"sum": "990"}, Decimal(990), None),
    ({"sum": "990", "currency": "KZT"}, Decimal(990), "KZT"),
]


@pytest.mark.parametrize(("fields", "total", "currency"), TOTALS)
def test_a_cost_is_read_with_its_unit_or_without(fields: dict[str, str], total: Decimal, currency: str | None) -> None:
    """`cost_money` is a text with a unit, `cost_money_value` the number."""
    order = said(**fields).order
    assert order is not None
    assert (order.total, order.currency) == (total, currency)


def test_only_a_finished_order_is_paid() -> None:
    """Nothing is said of the others, unless the owner says it."""
    told = [said(number="1", status=status).order for status in ("Завершён", "payed", "Новый", "Частично оплачен")]
    assert [order and order.paid for order in told] == [True, True, None, None]
    assert said(number="1", status="Новый", paid="1").order == Order(id=None, number="1", status="Новый", paid=True)


def test_what_was_not_filled_in_is_left_out() -> None:
    """The whole value, or the variable within a text."""
    seen = said(name="Анна {object.user.last_name}", phone="{object.user.phone}", city="{object.user.city}", email="")
    assert seen.customer == Customer(name="Анна")
    assert said(comment="a {b} c", number="1").order == Order(number="1", comment="a {b} c")


NAMES = [
    {"user_phone": "89000000001", "user_first_name": "Анна", "user_id": "5"},
    {"object.user.phone": "89000000001", "object.user.first_name": "Анна", "object.user.id": "5"},
    {"Phone": "89000000001", "First_Name": "Анна", "USER_ID": "5"},
]


@pytest.mark.parametrize("fields", NAMES)
def test_the_owner_may_name_parameters_as_the_variables(fields: dict[str, str]) -> None:
    """With `user`, with dots, in any case."""
    assert said(**fields).customer == Customer(id="5", name="Анна", first_name="Анна", phone="+79000000001")


def test_marks_of_one_origin_are_taken_together() -> None:
    """The plain ones first; those of the order and of the visit are never mixed."""
    deal = {"deal_utm_medium": "cpc", "deal_utm_source": "yandex", "user.create_session.utm_source": "vk"}
    assert said(**deal).utm == Utm(source="yandex", medium="cpc")
    assert said(**deal, utm_source="direct").utm == Utm(source="direct")
    assert said(**{"object.user.create_session.utm_source": "vk"}).utm == Utm(source="vk")


def test_a_body_counts_below_the_address() -> None:
    """As a form or JSON; one that is neither is passed over."""
    for body, headers in ((b"phone=89000000001&number=5", FORM), (b'{"phone":"89000000001","number":"5"}', JSON)):
        seen = event(inbound(body, headers, "token=school-key&number=1"), SCHOOL)
        assert seen.order == Order(number="1")
        assert seen.customer.phone == "+79000000001"
    assert read("token=school-key&number=1", "POST", b"{broken").order == Order(number="1")


def test_an_address_that_is_not_encoded_is_read_too() -> None:
    """Its bytes arrive as they are, in UTF-8 or cp1251."""
    for encoding in ("utf-8", "cp1251"):
        query = "token=school-key&name=Анна".encode(encoding).decode("latin-1")
        assert read(query).customer == Customer(name="Анна")


def test_a_call_without_data_says_what_to_do() -> None:
    """The address has the token and no variables."""
    with pytest.raises(Unreadable, match="variables"):
        read("token=school-key")


def test_only_the_token_proves_and_it_is_kept_nowhere() -> None:
    """Either of two while it is changed."""
    assert code(inbound(query=getcourse_query()), SCHOOL) == "proven"
    assert code(inbound(query=getcourse_query(token="old-key")), SCHOOL) == "proven"
    assert code(inbound(query=getcourse_query(token="another")), SCHOOL) == "token_mismatch"
    assert code(inbound(query=getcourse_query(token="")), SCHOOL) == "token_missing"
    assert "school-key" not in kept(inbound(query=getcourse_query(comment="school-key")), SCHOOL).query
    assert "school-key" not in str(read(getcourse_query(comment="my school-key")))


def test_a_repetition_is_known_whatever_the_token() -> None:
    """And any other parameter makes another delivery."""

    def of(**more: str) -> str:
        return key(inbound(query=getcourse_query(**more)), SCHOOL)

    assert of() == of(token="old-key")
    assert of().startswith("call:7001:")
    others = [of(), of(status="Новый"), of(id="7002"), of(phone="89000000002"), of(event="order.created")]
    assert len(set(others)) == len(others)
