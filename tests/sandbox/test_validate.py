"""Validation: every wrong field named at once, in Laravel's words."""

from __future__ import annotations

from typing import Any

import pytest

from processor.sandbox.methods import methods
from processor.sandbox.validate import Checked, check
from tests.sandbox.people import ANNA, BORIS, GLEB, VERA

METHODS = methods("store")
KNOWN_CONTACT = 7


def checked(method: str, params: dict[str, Any]) -> Checked:
    """The parameters checked for a method, in a world of one contact."""
    return check(METHODS[method].fields, params, lambda contact_id: contact_id == KNOWN_CONTACT)


def required(field: str) -> list[str]:
    return [f"Поле {field} обязательно для заполнения."]


def required_when(field: str, messenger: str) -> list[str]:
    return [f"Поле {field} обязательно для заполнения, когда messenger равно {messenger}."]


def not_whole(field: str) -> list[str]:
    return [f"Значение поля {field} должно быть целым числом."]


def not_text(field: str) -> list[str]:
    return [f"Значение поля {field} должно быть строкой."]


def unknown(field: str) -> list[str]:
    return [f"Выбранное значение для {field} некорректно."]


BAD_PHONE = ["Значение поля phone имеет некорректный формат."]
BAD_EMAIL = ["Значение поля email должно быть действительным электронным адресом."]

UPSERTS: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({}, {"bot_id": required("bot id"), "messenger": required("messenger"), "name": required("name")}),
    ({**ANNA, "name": ""}, {"name": required("name")}),
    ({**ANNA, "name": "   "}, {"name": required("name")}),
    ({**ANNA, "name": None}, {"name": required("name")}),
    ({**ANNA, "name": 5}, {"name": not_text("name")}),
    ({**ANNA, "name": ["a"]}, {"name": not_text("name")}),
    ({**ANNA, "phone": None}, {"phone": required_when("phone", "whatsapp")}),
    ({**BORIS, "telegram_id": ""}, {"telegram_id": required_when("telegram id", "telegram")}),
    ({**VERA, "viber_id": None}, {"viber_id": required_when("viber id", "viber")}),
    ({**GLEB, "vk_id": None}, {"vk_id": required_when("vk id", "vk")}),
    ({**ANNA, "messenger": "WhatsApp"}, {"messenger": unknown("messenger")}),
    ({**ANNA, "messenger": ["whatsapp"]}, {"messenger": unknown("messenger")}),
    ({**ANNA, "bot_id": "один"}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": True}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": 1.5}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": "007"}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": "٣"}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": 10**30}, {"bot_id": not_whole("bot id")}),
    ({**ANNA, "bot_id": 0}, {"bot_id": ["Значение поля bot id должно быть не меньше 1."]}),
    ({**BORIS, "telegram_id": "@boris"}, {"telegram_id": not_whole("telegram id")}),
    ({**GLEB, "vk_id": "id5"}, {"vk_id": not_whole("vk id")}),
    ({**VERA, "viber_id": 5}, {"viber_id": not_text("viber id")}),
    ({**ANNA, "phone": 79000000001}, {"phone": not_text("phone")}),
    ({**ANNA, "phone": "8 (900) 000-00-01"}, {"phone": BAD_PHONE}),
    ({**ANNA, "phone": "+790000000"}, {"phone": BAD_PHONE}),
    ({**ANNA, "phone": "+7900000000112345"}, {"phone": BAD_PHONE}),
    ({**ANNA, "phone": "+7٩000000001"}, {"phone": BAD_PHONE}),
    ({**ANNA, "email": "anna"}, {"email": BAD_EMAIL}),
    ({**ANNA, "email": "anna@localhost"}, {"email": BAD_EMAIL}),
    ({**ANNA, "email": "a b@example.com"}, {"email": BAD_EMAIL}),
    ({**ANNA, "email": "anna@example..com"}, {"email": BAD_EMAIL}),
    ({**ANNA, "email": "a" * 300 + "@example.com"}, {"email": BAD_EMAIL}),
    ({**ANNA, "tags": "a"}, {"tags": ["Значение поля tags должно быть массивом."]}),
    ({**ANNA, "tags": ["a", 5, ""]}, {"tags.1": not_text("tags.1"), "tags.2": not_text("tags.2")}),
    ({**ANNA, "utm": "vk"}, {"utm": ["Значение поля utm должно быть массивом."]}),
    ({**ANNA, "utm": {"utm_source": 5}}, {"utm.utm_source": not_text("utm.utm source")}),
    (
        {"bot_id": "x", "messenger": "telegram", "name": 1, "email": "?", "tags": 1},
        {
            "bot_id": not_whole("bot id"),
            "name": not_text("name"),
            "email": BAD_EMAIL,
            "telegram_id": required_when("telegram id", "telegram"),
            "tags": ["Значение поля tags должно быть массивом."],
        },
    ),
]

OTHERS: list[tuple[str, dict[str, Any], dict[str, list[str]]]] = [
    ("setYsellStatus", {}, {"contact_id": required("contact id"), "status": required("status")}),
    ("setYsellStatus", {"contact_id": 8, "status": "Новый"}, {"contact_id": unknown("contact id")}),
    (
        "setYsellStatus",
        {"contact_id": 8, "status": "я" * 65},
        {
            "contact_id": unknown("contact id"),
            "status": ["Количество символов в значении поля status не может превышать 64."],
        },
    ),
    ("setYsellStatus", {"contact_id": "семь", "status": 5}, {
        "contact_id": not_whole("contact id"), "status": not_text("status"),
    }),
    ("getContacts", {"count": 501}, {"count": ["Значение поля count не может быть больше 500."]}),
    ("getContacts", {"count": "0"}, {"count": ["Значение поля count должно быть не меньше 1."]}),
    ("getContacts", {"page": "0", "date_from": "вчера"}, {
        "page": ["Значение поля page должно быть не меньше 1."], "date_from": not_whole("date from"),
    }),
    ("getBotTags", {}, {"bot_id": required("bot id")}),
    ("getContactTags", {"contact_id": "9"}, {"contact_id": unknown("contact id")}),
    ("attachTagToContact", {"contact_id": 7}, {
        "name": ["Поле name обязательно для заполнения, когда tag id не указано."],
        "tag_id": ["Поле tag id обязательно для заполнения, когда name не указано."],
    }),
    ("setContactVariable", {"contact_id": 7}, {"name": required("name"), "value": required("value")}),
    ("setContactVariable", {"contact_id": 7, "name": "a", "value": [], "deletable": "да"}, {
        "value": not_text("value"), "deletable": ["Значение поля deletable должно быть логического типа."],
    }),
    ("deleteContactVariable", {"contact_id": 7}, {
        "name": ["Поле name обязательно для заполнения, когда id не указано."],
        "id": ["Поле id обязательно для заполнения, когда name не указано."],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("params", "errors"), UPSERTS)
def test_create_or_update_names_everything_that_is_wrong(params: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """All fields at once, and no values beside errors."""
    found = checked("createOrUpdateContact", params)
    assert found.errors == errors
    assert not found.values


@pytest.mark.parametrize(("method", "params", "errors"), OTHERS)
def test_every_method_names_what_is_wrong(method: str, params: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """The other methods alike."""
    assert checked(method, params).errors == errors


@pytest.mark.parametrize(
    ("params", "values"),
    [
        (ANNA, {**ANNA, "phone": "79000000001"}),
        ({**ANNA, "phone": "79000000001"}, {**ANNA, "phone": "79000000001"}),
        ({**BORIS, "bot_id": "1", "telegram_id": "700001"}, BORIS),
        ({**BORIS, "telegram_id": -5, "extra": "?"}, {**BORIS, "telegram_id": -5}),
        ({**VERA, "name": "  Вера ", "address": "", "email": None}, VERA),
        ({**GLEB, "tags": [" a ", "b"]}, {**GLEB, "tags": ("a", "b")}),
        ({**GLEB, "tags": []}, {**GLEB, "tags": ()}),
        ({**GLEB, "utm": []}, {**GLEB, "utm": {}}),
        ({**GLEB, "utm": {"utm_source": "vk", "utm_term": "", "x": 1}}, {**GLEB, "utm": {"utm_source": "vk"}}),
        ({**GLEB, "email": "глеб@пример.рф"}, {**GLEB, "email": "глеб@пример.рф"}),
    ],
)
def test_what_is_valid_is_read_as_laravel_reads_it(params: dict[str, Any], values: dict[str, Any]) -> None:
    """Numeric text is a number, outer spaces go, empty counts as absent, unknown parameters are passed over."""
    found = checked("createOrUpdateContact", params)
    assert not found.errors
    assert found.values == values


@pytest.mark.parametrize(
    ("sent", "read"), [("", ""), (None, ""), (5000, "5000"), (True, "1"), (False, ""), ("x", "x"), (1.5, "1.5")]
)
def test_a_variable_takes_any_scalar(sent: object, read: str) -> None:
    """As PHP writes it."""
    assert checked("setContactVariable", {"contact_id": 7, "name": "a", "value": sent}).values["value"] == read


def test_a_service_that_ignores_utm_does_not_check_it() -> None:
    """Silently means silently."""
    assert not check(methods("ignore")["createOrUpdateContact"].fields, {**ANNA, "utm": "vk"}, lambda _: True).errors
