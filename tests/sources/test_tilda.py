"""What a Tilda delivery says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Item, Order, Payment, Utm, as_mapping
from processor.domain.path import look_up, split_path
from processor.domain.source import Source
from tests.harness.deliveries import PHONE, multipart, tilda_cookies, tilda_form, tilda_payment
from tests.sources.asking import event, inbound, kept

KEY = "landing-key-1"
LANDING = Source("landing", "tilda", secrets=(KEY,))
FORM = "application/x-www-form-urlencoded"

NOISE = "utm_source=yandex|||amp;utm_medium=cpc|||amp;utm_campaign=osen"
MARKS = Utm(source="yandex", medium="cpc", campaign="osen")


def read(fields: dict[str, Any] | None = None, *, as_json: bool = False) -> Event:
    """The event of a form with these fields."""
    return event(inbound(*tilda_form(fields, as_json=as_json)), LANDING)


def test_a_form_is_read_whole() -> None:
    """Answers by the owner's own names, the contact by what they mean."""
    filled = read({"Город": "Казань", "Дата": "5 мая", "tildaspec-lang": "RU", "COOKIES": "_ga=1", "empty": ""})
    assert filled.event == "form.submitted"
    assert filled.occurred_at is None
    assert filled.order is None
    assert filled.payment is None
    assert filled.customer == Customer(
        name="Анна Примерова", phone="+79000000001", email="anna@example.com", city="Казань"
    )
    answers = {
        "Name": "Анна Примерова",
        "Phone": PHONE,
        "Email": "anna@example.com",
        "Город": "Казань",
        "Дата": "5 мая",
    }
    assert filled.form == Form(id="form171", name="Заявка", fields=answers)


PAYMENT_SHAPES: list[dict[str, Any]] = [
    {"payment": tilda_payment()},
    {"payment": json.dumps(tilda_payment())},
    {"payment": json.dumps(tilda_payment(), ensure_ascii=False, indent=1)},
    {
        "payment": {
            **tilda_payment(),
            "products": {str(at): line for at, line in enumerate(tilda_payment()["products"])},
        }
    },
]


@pytest.mark.parametrize("fields", PAYMENT_SHAPES)
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("label", [FORM, "application/json", "text/plain", ""])
def test_an_order_is_read_whatever_it_is_called_and_however_it_is_packed(
    fields: dict[str, Any], as_json: bool, label: str
) -> None:
    """Nested or as JSON text; a form called JSON and JSON called a form."""
    body, _ = tilda_form(fields, as_json=as_json)
    bought = event(inbound(body, {"content-type": label}), LANDING)
    assert bought.event == "order.created"
    assert bought.order == Order(
        id="1482190531",
        number="1482190531",
        total=Decimal("3700.50"),
        paid=False,
        coupon="OSEN",
        items=(
            Item(name="Футболка", sku="TS-1", quantity=Decimal(2), price=Decimal(1500)),
            Item(name="Кепка", quantity=Decimal(1), price=Decimal("700.50")),
        ),
    )
    assert bought.payment == Payment(status="unpaid", amount=Decimal("3700.50"), method="yookassa")
    assert bought.customer.address == "Казань, ул. Примерная, 1"


PAID: list[tuple[dict[str, Any], str]] = [
    ({"payment": tilda_payment(systranid="0")}, "order.created"),
    ({"payment": tilda_payment(systranid="")}, "order.created"),
    ({"payment": tilda_payment(systranid="2d0f-1")}, "order.paid"),
    ({"payment": {**tilda_payment(), "systranid": 77}}, "order.paid"),
    ({"payment": tilda_payment(status="paid")}, "order.paid"),
    ({"payment": tilda_payment(), "paymentstatus": "Оплачен"}, "order.paid"),
    ({"paymentstatus": "paid"}, "form.submitted"),
    ({"payment": {}}, "form.submitted"),
    ({"payment": "card"}, "form.submitted"),
]


@pytest.mark.parametrize(("fields", "type_"), PAID)
@pytest.mark.parametrize("as_json", [False, True])
def test_the_payment_tells_the_type(fields: dict[str, Any], type_: str, as_json: bool) -> None:
    """A payment system's id, or a status that says so, is a paid order."""
    got = read(fields, as_json=as_json)
    assert got.event == type_
    assert (got.order.paid if got.order else None) == {"order.paid": True, "order.created": False}.get(type_)


LEGACY = [
    ("Футболка - 1x5000 = 5000", Item(name="Футболка", quantity=Decimal(1), price=Decimal(5000))),
    ("Стол - дуб - 2x1 500,50 = 3001", Item(name="Стол - дуб", quantity=Decimal(2), price=Decimal("1500.50"))),
    ("Кофе (1кг) - 3x700", Item(name="Кофе (1кг)", quantity=Decimal(3), price=Decimal(700))),
    ("просто название", Item(name="просто название")),
]


@pytest.mark.parametrize(("line", "item"), LEGACY)
def test_a_product_may_be_a_line_of_text(line: str, item: Item) -> None:
    """The old shape "Name - 1x5000 = 5000"."""
    bought = read({"payment": tilda_payment(products=[line])})
    assert bought.order
    assert bought.order.items == (item,)


NAMED = {"name": "Анна Примерова", "first_name": "Анна", "last_name": "Примерова"}
PEOPLE: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"NAME": "Анна"}, {"name": "Анна"}),
    ({"Name_2": "Анна", "Phone_3": PHONE}, {"name": "Анна", "phone": "+79000000001"}),
    (
        {"Имя": "Анна", "Фамилия": "Примерова"},
        NAMED,
    ),
    (
        {"name": "Анна", "surname": "Примерова"},
        NAMED,
    ),
    ({"Имя": "Анна Примерова", "Фамилия": "Примерова"}, {"name": "Анна Примерова", "last_name": "Примерова"}),
    (
        {"Имя": "Анна", "Отчество": "Ивановна", "Фамилия": "Примерова"},
        {"name": "Анна Ивановна Примерова", "first_name": "Анна", "last_name": "Примерова"},
    ),
    ({"first_name": "Анна"}, {"name": "Анна", "first_name": "Анна"}),
    ({"ФИО": "Примерова Анна"}, {"name": "Примерова Анна"}),
    ({"Ваш телефон*": PHONE}, {"phone": "+79000000001"}),
    ({"Телефон:": "8 (900) 000-00-01"}, {"phone": "+79000000001"}),
    ({"Phone": "нет", "Phone_2": PHONE}, {"phone": "+79000000001"}),
    ({"Email": "нет", "Почта": "anna@example.com"}, {"email": "anna@example.com"}),
    ({"Phone": "", "Phone_2": PHONE}, {"phone": "+79000000001"}),
    ({"Почта": "anna@example.com"}, {"email": "anna@example.com"}),
    ({"Эл. почта": " anna@example.com "}, {"email": "anna@example.com"}),
    ({"E-mail": "<anna@example.com>"}, {"email": "anna@example.com"}),
    ({"Email": "нет"}, {}),
    ({"CITY": "Казань"}, {"city": "Казань"}),
    ({"Адрес доставки": "ул. 1"}, {"address": "ул. 1"}),
    ({"Telegram": "@anna_example"}, {"telegram_username": "anna_example"}),
    ({"Телеграм": "https://t.me/anna_example"}, {"telegram_username": "anna_example"}),
    (
        {"ma_name": "Анна", "ma_email": "anna@example.com", "ma_phone": PHONE, "ma_id": "77"},
        {"id": "77", "name": "Анна", "email": "anna@example.com", "phone": "+79000000001"},
    ),
    (
        {"payment[orderid]": "1", "payment[delivery_fio]": "Примерова Анна", "payment[delivery_address]": "ул. 1"},
        {"name": "Примерова Анна", "address": "ул. 1"},
    ),
    ({"Name": "\x00 \x01"}, {}),
]


@pytest.mark.parametrize(("fields", "customer"), PEOPLE)
def test_a_visitor_is_known_by_what_the_fields_are_called(fields: dict[str, str], customer: dict[str, str]) -> None:
    """In any case, with Tilda's numbers behind, in Russian or English."""
    assert event(inbound(urlencode(fields).encode()), LANDING).customer == Customer(**customer)


UTM: list[tuple[dict[str, Any], str, Utm | None]] = [
    ({"UTM_Source": "vk"}, "", Utm(source="vk")),
    ({"COOKIES": tilda_cookies()}, "", MARKS),
    ({"cookies": tilda_cookies(encoded=2)}, "", MARKS),
    ({"COOKIES": tilda_cookies(encoded=0)}, "", MARKS),
    ({"COOKIES": tilda_cookies(NOISE)}, "", MARKS),
    (
        {"COOKIES": tilda_cookies(NOISE, encoded=0)},
        "",
        MARKS,
    ),
    ({"COOKIES": tilda_cookies("utm_source=vk")}, "", Utm(source="vk")),
    ({"COOKIES": "TILDAUTM=%zz|||="}, "", None),
    ({"referer": "https://a.example/?utm_source=page#x"}, "", Utm(source="page")),
    ({}, "https://a.example/?utm_source=header", Utm(source="header")),
    ({"referer": "https://a.example/?utm_source=page"}, "https://a.example/?utm_source=header", Utm(source="page")),
    ({"COOKIES": tilda_cookies(), "referer": "https://a.example/?utm_source=page"}, "", MARKS),
    ({"utm_source": "vk", "COOKIES": tilda_cookies()}, "", Utm(source="vk")),
    ({"utm_source": "", "COOKIES": tilda_cookies()}, "", MARKS),
    ({}, "", None),
]


@pytest.mark.parametrize(("fields", "referer", "utm"), UTM)
def test_marks_are_found_in_four_places_in_order(fields: dict[str, Any], referer: str, utm: Utm | None) -> None:
    """Hidden fields, the cookie, the page's address, the header."""
    body, headers = tilda_form(fields)
    assert event(inbound(body, {**headers, "referer": referer}), LANDING).utm == utm


@pytest.mark.parametrize("name", ["api-key", "API_KEY", "key", "Token", "x-api-key", "anything"])
@pytest.mark.parametrize("as_json", [False, True])
def test_the_key_is_nowhere_in_the_event(name: str, as_json: bool) -> None:
    """Neither as a field, nor in raw, nor within another value; and it is not kept of headers and query."""
    fields = {"referer": f"https://a.example/?k={KEY}", "note": KEY, "deep": {"x": {"y": f"<{KEY}>"}}}
    body, headers = tilda_form(fields, key=KEY, key_name=name, as_json=as_json)
    headers |= {"authorization": f"Bearer {KEY}", name.lower(): KEY, "referer": f"https://a.example/?a=1&token={KEY}"}
    request = inbound(body, headers, query=f"{name}={KEY}&a=1&other={KEY}&{KEY}=1")
    assert KEY not in repr(event(request, LANDING))
    assert kept(request, LANDING).query == "a=1"
    assert KEY not in repr(kept(request, LANDING).headers)


def test_the_owners_own_key_name_is_no_answer() -> None:
    """Even after the key was changed, so that the value is not known any more."""
    source = Source("landing", "tilda", secrets=(KEY,), key_name="My-Key")
    filled = event(inbound(*tilda_form({"token": "42"}, key="an older key", key_name="MY-KEY")), source)
    assert "older" not in repr(filled)
    assert filled.form
    assert filled.form.fields["token"] == "42"


def test_a_multipart_form_is_read_without_its_files() -> None:
    """Files are nobody's answer."""
    fields = [("Имя", "Анна"), ("Phone", PHONE), ("payment[orderid]", "5")]
    bought = event(inbound(*multipart(fields, files=[("photo", b"\xff\x00" * 50_000)])), LANDING)
    assert bought.customer == Customer(name="Анна", phone="+79000000001")
    assert bought.order
    assert bought.order.id == "5"
    assert "photo" not in bought.raw


def test_a_form_in_windows_1251_is_read() -> None:
    """Old pages percent-encode cp1251."""
    body = urlencode({"Имя": "Анна", "Phone": PHONE}, encoding="cp1251").encode()
    assert event(inbound(body), LANDING).customer.name == "Анна"
    assert event(inbound("Имя=Анна&a=1".encode("cp1251")), LANDING).customer.name == "Анна"
    assert event(inbound('{"Имя":"Анна"}'.encode("cp1251")), LANDING).customer.name == "Анна"


LOOKED_UP = [
    ("raw.payment.orderid", "1482190531"),
    ("raw.payment.products[1].name", "Кепка"),
    ("order.items.0.sku", "TS-1"),
]


@pytest.mark.parametrize(("path", "value"), LOOKED_UP)
def test_rules_find_their_way_in_an_order(path: str, value: str) -> None:
    """Also when the payment came as a JSON text."""
    bought = as_mapping(read({"payment": json.dumps(tilda_payment())}))
    assert look_up(bought, split_path(path)) == value
