"""Names as people type them, in one field or in three."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.event import Customer
from processor.domain.source import Source
from processor.sources.compose import full_name
from processor.sources.name import person_name
from tests.sources.asking import event, inbound

ANNA = "+79000000001"
MAIL = "anna@example.com"

TYPED: list[tuple[Any, str | None]] = [
    ("Анна", "Анна"),
    ("  Анна \t Иванова\n", "Анна Иванова"),
    ("Анна\u00a0Иванова", "Анна Иванова"),
    ("\ufeffАнна\u200b", "Анна"),
    ("\u202bدانا\u202c", "دانا"),
    ("АННА ИВАНОВА", "АННА ИВАНОВА"),
    ("анна", "анна"),
    ("Иванов Иван Иванович", "Иванов Иван Иванович"),
    ("Иван Иванович Иванов", "Иван Иванович Иванов"),
    ("Иванов И.И.", "Иванов И.И."),
    ("Салтыков-Щедрин", "Салтыков-Щедрин"),
    ("Анна-Мария д'Артаньян", "Анна-Мария д'Артаньян"),
    ("Anna O’Connor", "Anna O’Connor"),
    ("Mr. John Smith Jr.", "Mr. John Smith Jr."),
    ("Ӏанна Қызы Ўғли", "Ӏанна Қызы Ўғли"),
    ("Нино გიორგი", "Нино გიორგი"),
    ("李小龍", "李小龍"),
    ("Анна 🌸", "Анна 🌸"),
    ("🌸", "🌸"),
    ("👩‍🎤 Анна", "👩‍🎤 Анна"),
    ("Анна (мама Кати)", "Анна (мама Кати)"),
    ("Анна, Борис", "Анна, Борис"),
    ("Agent 007", "Agent 007"),
    ("Анна 2", "Анна 2"),
    ("ООО &quot;Ромашка&quot;", 'ООО "Ромашка"'),
    ("ООО &amp;quot;Ромашка&amp;quot;", 'ООО "Ромашка"'),
    ("Tom &amp; Jerry", "Tom & Jerry"),
    ("R&D", "R&D"),
    ("%D0%90%D0%BD%D0%BD%D0%B0", "Анна"),
    ("test", "test"),
    ("тест", "тест"),
    ("Null", "Null"),
    ("я" * 300, "я" * 255),
    (f"Анна {ANNA}", "Анна"),
    ("Анна, тел. 8 (900) 000-00-01", "Анна"),
    ("89000000001 Анна", "Анна"),
    ("Анна 90 123 45 67", "Анна"),
    ("Анна 01.01.1990", "Анна"),
    (f"Анна {MAIL}", "Анна"),
    (f"Анна <{MAIL}>", "Анна"),
    (f"Анна, {MAIL}, {ANNA}", "Анна"),
    (ANNA, None),
    ("8 (900) 000-00-01", None),
    (MAIL, None),
    ("12345", None),
    (5, None),
    ("-", None),
    ("—", None),
    (".", None),
    ("???", None),
    ("", None),
    ("   ", None),
    ("\u200b", None),
    ("Имя", None),
    ("имя *", None),
    ("Ваше имя", None),
    ("Как вас зовут?", None),
    ("ФИО", None),
    ("Name", None),
    ("Your name", None),
    ("Фамилия", None),
    ("undefined", None),
    ("null", None),
    ("None", None),
    ("[object Object]", None),
    ("не указано", None),
    ("Без имени", None),
    ("нет", None),
    ("{{contact.name}}", None),
    ("{object.user.first_name}", None),
    ("{first} {last}", None),
    ("[name]", None),
    ("%name%", None),
    (True, None),
    (None, None),
    ({}, None),
    ([], None),
    ({"first": "Анна", "last": "Иванова"}, "Анна Иванова"),
    ({"prefix": "г-жа", "First": "Анна", "Middle": "Петровна", "Last": "Иванова"}, "Анна Петровна Иванова"),
    ({"name": "Анна", "surname": "Иванова", "middlename": None}, "Анна Иванова"),
    ({"firstName": "Анна", "lastName": ""}, "Анна"),
    ({"first": {"x": 1}, "last": ["Иванова"]}, "Иванова"),
    ({1: "Анна"}, None),
    (["Анна", "Иванова"], "Анна Иванова"),
    (["Анна", "анна"], "Анна"),
    ([["Анна"], None, "Иванова"], "Иванова"),
]

FILLED_IN: list[tuple[dict[str, Any], Customer]] = [
    ({"Имя": "Анна"}, Customer(name="Анна")),
    ({"ФИО": "Иванова Анна Петровна"}, Customer(name="Иванова Анна Петровна")),
    (
        {"Фамилия": "Иванова", "Имя": "Анна", "Отчество": "Петровна"},
        Customer(name="Анна Петровна Иванова", first_name="Анна", last_name="Иванова"),
    ),
    ({"Имя": "Анна", "Отчество": "Петровна"}, Customer(name="Анна Петровна", first_name="Анна")),
    (
        {"first_name": "Anna", "last_name": "Smith"},
        Customer(name="Anna Smith", first_name="Anna", last_name="Smith"),
    ),
    ({"Имя": "Анна Иванова", "Фамилия": "Иванова"}, Customer(name="Анна Иванова", last_name="Иванова")),
    (
        {"first_name": "Анна Иванова", "last_name": "Иванова"},
        Customer(name="Анна Иванова", first_name="Анна Иванова", last_name="Иванова"),
    ),
    ({"first_name": "Анна", "last_name": "анна"}, Customer(name="Анна", first_name="Анна", last_name="анна")),
    ({"first_name": "-", "last_name": "Иванова"}, Customer(name="Иванова", last_name="Иванова")),
    ({"name": {"first": "Анна", "last": "Иванова"}}, Customer(name="Анна Иванова")),
    ({"customer": {"name": ["Анна", "Иванова"]}}, Customer(name="Анна Иванова")),
    ({"Имя": "8 900 000-00-01"}, Customer(phone=ANNA)),
    ({"Имя": "8 900 000-00-01", "Телефон": ""}, Customer(phone=ANNA)),
    ({"Имя": "8 900 000-00-01", "Телефон": "Анна"}, Customer(phone=ANNA)),
    ({"Имя": "8 900 000-00-02", "Телефон": ANNA}, Customer(phone=ANNA)),
    ({"Имя": "8 900 000-00-01", "Фамилия": "Иванова"}, Customer(name="Иванова", last_name="Иванова", phone=ANNA)),
    ({"first_name": "89000000001"}, Customer(phone=ANNA)),
    ({"Имя": "Анна 8 900 000-00-01"}, Customer(name="Анна")),
    ({"Имя": "12345"}, Customer()),
    ({"Имя": MAIL}, Customer(email=MAIL)),
    ({"Имя": MAIL, "email": "boris@example.com"}, Customer(email="boris@example.com")),
    ({"Имя": "Имя", "Телефон": ANNA}, Customer(phone=ANNA)),
]


@pytest.mark.parametrize(("typed", "name"), TYPED)
def test_a_name_is_kept_as_it_was_typed(typed: Any, name: str | None) -> None:
    """Parts are not guessed and capitals not touched; what is no name is absent."""
    assert person_name(typed) == name


@pytest.mark.parametrize(("fields", "customer"), FILLED_IN)
def test_who_filled_in_a_form_is_told_from_one_field_or_three(fields: dict[str, Any], customer: Customer) -> None:
    """A phone alone in the field of the name is a phone; beside a name it is only cut off: it may be another's."""
    source = Source("crm", "generic", tokens=("t",))
    assert event(inbound(json.dumps(fields).encode()), source).customer == customer


def test_a_name_of_parts_has_none_twice() -> None:
    """The surname is often typed into the first name's field too."""
    assert full_name("Анна", "Иванова", "Петровна") == "Анна Петровна Иванова"
    assert full_name("Иванова Анна", "ИВАНОВА") == "Иванова Анна"
    assert full_name(None, None) is None


ODD = st.text(max_size=60) | st.text(alphabet="Аня &amp;quot%2041@.{}[]()<>+-", max_size=60)


@given(ODD | st.integers() | st.floats() | st.lists(ODD, max_size=3) | st.dictionaries(ODD, ODD, max_size=3))
def test_any_value_gives_one_line_or_none(value: Any) -> None:
    """Nothing that a stranger sends may raise."""
    name = person_name(value)
    assert name is None or (name and "\n" not in name and len(name) <= 255 * 5 and name.encode())


@pytest.mark.parametrize("unit", ["я", "&amp;", "%25", "8 ", "@", "a@", "(", "{", "[name", "тел. ", " - ", "\u202e"])
def test_a_mebibyte_costs_no_more_than_its_beginning(unit: str) -> None:
    """What stands behind the bound is not looked at."""
    text = unit * (2**20 // len(unit))
    assert person_name(text) == person_name(text[: 2**12])
