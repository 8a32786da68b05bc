"""What Flexbe says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Form, Order, Page, Payment, Utm
from processor.domain.source import Source
from tests.harness.deliveries_forms import FORM, JSON, PHONE, as_json, flexbe, flexbe_pay
from tests.sources.asking import code, event, inbound, key

SOURCE = Source("site", "flexbe", tokens=("site-key",))
QUERY = "token=site-key"


def read(body: bytes) -> Event:
    """The event of a delivery."""
    return event(inbound(body, FORM, QUERY), SOURCE)


def test_a_lead_is_read_whole() -> None:
    """The form's fields carry their own names."""
    seen = read(flexbe())
    assert seen == Event(
        source="site",
        event="form.submitted",
        received_at=seen.received_at,
        customer=Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com", city="Казань"),
        form=Form(name="Заявка", fields={"Размер": "M", "Ваш город": "Казань"}),
        utm=Utm(source="yandex", campaign="vesna"),
        page=Page(url="https://tea.example.com/"),
        raw=seen.raw,
    )
    assert seen.raw["data"]["client"]["phone"] == PHONE


PAYMENTS: list[tuple[Any, str, str | None, bool | None]] = [
    ("2", "order.paid", "2", True),
    ("3", "payment.failed", "3", False),
    ("1", "pay", "1", False),
    ("", "pay", None, None),
    ({"code": "2"}, "order.paid", "2", True),
    ({"id": "3", "name": "Ошибка"}, "payment.failed", "3", False),
]


@pytest.mark.parametrize(("status", "type_", "word", "paid"), PAYMENTS)
def test_the_code_of_a_payment_tells_its_type(status: Any, type_: str, word: str | None, paid: bool | None) -> None:
    """2 is paid, 3 an error; the code may be a part of its own."""
    seen = read(flexbe_pay(status))
    assert seen.event == type_
    assert seen.order == Order(id="9001", number="17", status=word, total=Decimal("1500.50"), paid=paid, comment="Чай")
    assert seen.payment == Payment(id="p1", status=word, amount=Decimal("1500.50"))


FIELDS: list[tuple[Any, dict[str, str]]] = [
    ({"Цвет": "синий"}, {"Цвет": "синий"}),
    ([{"name": "Цвет", "value": "синий"}], {"Цвет": "синий"}),
    ('{"fld_1": {"name": "Цвет", "value": "синий"}}', {"Цвет": "синий"}),
    ({"fld_1": {"name": "Цвет", "value": ["a", "b"]}, "fld_2": {"value": "x"}}, {"Цвет": "a, b", "fld_2": "x"}),
    ("", {}),
]


@pytest.mark.parametrize(("form_data", "fields"), FIELDS)
def test_the_fields_of_a_form_come_in_several_shapes(form_data: Any, fields: dict[str, str]) -> None:
    """What is not known of Flexbe is read either way."""
    form = read(flexbe(form_data=form_data)).form
    assert form
    assert form.fields == fields


def test_marks_stand_in_three_places() -> None:
    """`utm`, hidden fields of the form, the address at which the visitor came."""
    assert read(flexbe(utm={"url": "https://a.example.com/?utm_source=url"})).utm == Utm(source="url")
    assert read(flexbe(utm={}, form_data={"utm_source": "field"})).utm == Utm(source="field")
    assert read(flexbe(utm={}, page={"url": "https://a.example.com/?utm_source=page"})).utm == Utm(source="page")


def test_another_word_and_another_shape_are_kept() -> None:
    """JSON is read as well, and a delivery that has none of it."""
    assert read(flexbe("lead_changed")).event == "lead_changed"
    told = {"event": "lead", "data": {"client": {"phone": PHONE}}}
    assert event(inbound(as_json(told), JSON, QUERY), SOURCE).customer == Customer(phone="+79000000001")
    assert read(b"a=1").event == "form.submitted"
    assert read(b"data[pay][status]=2").event == "order.paid"


def test_the_token_proves_and_the_site_is_checked_beside_it() -> None:
    """By its id or its domain, where the source names one."""
    body = flexbe()
    assert code(inbound(body, FORM, QUERY), SOURCE) == "proven"
    assert code(inbound(body, FORM, "token=another"), SOURCE) == "token_mismatch"
    assert code(inbound(body, FORM), SOURCE) == "token_missing"
    for account, told in (("555", "proven"), ("tea.example.com", "proven"), ("556", "account_unknown")):
        source = Source("site", "flexbe", tokens=("site-key",), accounts=(account,))
        assert code(inbound(body, FORM, QUERY), source) == told
        assert code(inbound(body, FORM), source) == "token_missing"
        assert code(inbound(b"{broken", FORM, QUERY), source) == "account_unknown"


def test_a_lead_its_payment_and_its_states_are_deliveries_of_their_own() -> None:
    """The lead's id is the same in all of them."""

    def of(body: bytes) -> str:
        return key(inbound(body, FORM), SOURCE)

    assert of(flexbe()) == of(flexbe())
    assert of(flexbe_pay()).startswith("9001:pay:2:")
    others = [of(flexbe()), of(flexbe_pay()), of(flexbe_pay("3")), of(flexbe(id="9002")), of(flexbe(num="18"))]
    assert len(set(others)) == len(others)
    assert of(b"{broken") != of(b"{broken2")
