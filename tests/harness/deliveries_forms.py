"""What form builders and quizzes post, written by us in their shapes with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.harness.deliveries import multipart, php_pairs

PHONE = "+7 (900) 000-00-01"
SUBMISSION = "6093481297145512345"  # beyond 2^53, as Jotform numbers them
Sent = tuple[bytes, dict[str, str]]

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def as_json(tree: Any) -> bytes:
    """A JSON body."""
    return json.dumps(tree, ensure_ascii=False).encode()


def getcourse_query(**more: str) -> str:
    """The query of a call, as our page has it pasted; `more` overrides any parameter."""
    told = {
        "token": "school-key",
        "event": "order.paid",
        "id": "7001",
        "number": "1007",
        "status": "Завершен",
        "cost_money": "1 000 руб.",
        "cost_money_value": "1000",
        "positions": "Курс «Основы»",
        "user_id": "55",
        "first_name": "Анна",
        "last_name": "Примерова",
        "phone": PHONE,
        "email": "anna@example.com",
        "utm_source": "{object.deal_utm_source}",
        "utm_campaign": "",
        "custom_utm_source": "vk",
        "custom_utm_campaign": "vesna",
    }
    return urlencode(told | more)


TYPEFORM_FIELDS = [
    {"id": "f1", "ref": "name-ref", "type": "short_text", "title": "Как вас зовут?"},
    {"id": "f2", "ref": "0d1e-uuid", "type": "phone_number", "title": "Куда позвонить"},
    {"id": "f3", "ref": "mail", "type": "email", "title": "Для чека"},
    {"id": "f4", "ref": "size", "type": "multiple_choice", "title": "Размер"},
    {"id": "f5", "ref": "likes", "type": "multiple_choice", "title": "Что нравится"},
    {"id": "f6", "ref": "agree", "type": "legal", "title": "Согласие"},
    {"id": "f7", "ref": "when", "type": "date", "title": "Когда"},
    {"id": "f8", "ref": "doc", "type": "file_upload", "title": "Файл"},
    {"id": "f9", "ref": "pay", "type": "payment", "title": "Оплата"},
    {"id": "g", "type": "group", "title": "О вас", "properties": {"fields": [{"id": "g1", "title": "Ваш город"}]}},
]
TYPEFORM_ANSWERS = [
    {"type": "text", "text": "Анна Примерова", "field": {"id": "f1", "type": "short_text", "ref": "name-ref"}},
    {"type": "phone_number", "phone_number": "+79000000001", "field": {"id": "f2", "ref": "0d1e-uuid"}},
    {"type": "email", "email": "anna@example.com", "field": {"id": "f3", "ref": "mail"}},
    {"type": "choice", "choice": {"id": "x", "label": "M", "ref": "y"}, "field": {"id": "f4", "ref": "size"}},
    {"type": "choices", "choices": {"labels": ["Чай", "Кофе"], "other": "Морс"}, "field": {"id": "f5"}},
    {"type": "boolean", "boolean": True, "field": {"id": "f6", "ref": "agree"}},
    {"type": "date", "date": "2025-03-01", "field": {"id": "f7", "ref": "when"}},
    {"type": "file_url", "file_url": "https://files.example.com/1.pdf", "field": {"id": "f8", "ref": "doc"}},
    {
        "type": "payment",
        "payment": {"amount": "€10", "last4": "1234", "name": "A", "success": True},
        "field": {"id": "f9"},
    },
    {"type": "text", "text": "Казань", "field": {"id": "g1", "ref": "town"}},
]


def typeform_response(**more: Any) -> bytes:
    """A filled form; `more` overrides what stands in `form_response`, or `event_type` and `event_id` at the top."""
    response: dict[str, Any] = {
        "form_id": "lT4Z3j",
        "token": "a3a12ec67a1365927098a606107fac15",
        "landed_at": "2025-03-01T09:00:00Z",
        "submitted_at": "2025-03-01T09:05:00Z",
        "hidden": {"utm_source": "yandex", "utm_campaign": "vesna", "user_id": "5"},
        "definition": {"id": "lT4Z3j", "title": "Заявка", "fields": TYPEFORM_FIELDS},
        "answers": TYPEFORM_ANSWERS,
    }
    top: dict[str, Any] = {"event_id": "LtWXD3crgy", "event_type": "form_response"}
    top |= {name: more.pop(name) for name in list(more) if name in top}
    return as_json(top | {"form_response": response | more})


def typeform_headers(body: bytes, secret: str) -> dict[str, str]:
    """Typeform's headers, signed: base64 behind a prefix that looks like GitHub's hex."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {**JSON, "typeform-signature": f"sha256={base64.b64encode(digest).decode()}"}


JOTFORM_ANSWERS = {
    "slug": "submit/250000000000001/",
    "buildDate": "1740000000000",
    "q3_fullName": {"first": "Анна", "last": "Примерова"},
    "q5_input5": "anna@example.com",
    "q7_phoneNumber": {"full": "(900) 000-00-01"},
    "q8_birthDate": {"day": "1", "month": "03", "year": "1990"},
    "q9_address": {"addr_line1": "ул. Примерная, 1", "addr_line2": "", "city": "Казань", "state": "", "postal": "1"},
    "q10_whatDo": ["Чай", "Кофе"],
    "q11_comments": "Да, нет: может быть",
    "q12_utm_source": "yandex",
    "q13_utmCampaign": "vesna",
    "event_id": "1740000000000_250000000000001_x",
}


def jotform(answers: Mapping[str, Any] | None = None, *, submission: str = SUBMISSION) -> Sent:
    """A submission: body and headers."""
    asked = json.dumps({**JOTFORM_ANSWERS, **(answers or {})}, ensure_ascii=False)
    own = ("action", "webhookURL", "customParams", "product", "customTitle", "customBody", "appID", "teamID", "parent")
    parts = [
        *((name, "") for name in own),
        ("username", "anna-shop"),
        ("formID", "250000000000001"),
        ("type", "WEB"),
        ("formTitle", "Заявка"),
        ("submissionID", submission),
        ("ip", "203.0.113.7"),
        ("isSilent", ""),
        ("fromTable", "false"),
        ("documentID", ""),
        ("subject", ""),
        ("unread", ""),
        ("pretty", "Full Name:Анна Примерова, Comments:Да, нет: может быть"),
        ("rawRequest", asked),
    ]
    return multipart(parts)


def google_response(**more: Any) -> dict[str, Any]:
    """What our script posts; `more` overrides any field."""
    told: dict[str, Any] = {
        "event": "form.submitted",
        "id": "2_ABaOnud",
        "submitted_at": "2025-03-01T09:05:00.000Z",
        "email": "anna@example.com",
        "form": {"id": "1FAIpQL", "name": "Заявка"},
        "answers": [
            {"question": "Ваше имя", "answer": "Анна Примерова"},
            {"question": "Телефон", "answer": PHONE},
            {"question": "Что нравится", "answer": ["Чай", "Кофе"]},
            {"question": "Сетка", "answer": [["Пн", "Вт"], None]},
            {"question": "utm_source", "answer": "yandex"},
        ],
    }
    return told | more


def yandex_answer(slug: str, label: str, value: Any) -> dict[str, Any]:
    """One answer as Yandex writes it."""
    return {"value": value, "question": {"id": 61461, "slug": slug, "label": {"ru": label}}}


YANDEX_ANSWERS = {
    "answer_short_text_1": yandex_answer("answer_short_text_1", "Как к вам обращаться", "Анна Примерова"),
    "answer_phone_2": yandex_answer("answer_phone_2", "Куда позвонить", PHONE),
    "answer_non_profile_email_3": yandex_answer("answer_non_profile_email_3", "Для чека", "anna@example.com"),
    "answer_choices_4": yandex_answer("answer_choices_4", "Размер", [{"key": "1", "text": "M"}, {"text": "L"}]),
    "utm_source": yandex_answer("utm_source", "Откуда", "yandex"),
}
YANDEX_HEADERS = {**JSON, "x-form-id": "65f0a1", "x-form-answer-id": "535297", "x-delivery-id": "d-1"}


def yandex_all(**more: Any) -> dict[str, Any]:
    """The variable "all answers as JSON"; `more` adds answers."""
    return {"answer": {"id": 535297, "data": YANDEX_ANSWERS | more}}


def yandex_call(id: Any = 7, **params: Any) -> bytes:
    """A call of JSON-RPC."""
    return as_json({"jsonrpc": "2.0", "method": "answer", "params": params or yandex_all(), "id": id})


def vk_form(**more: Any) -> dict[str, Any]:
    """A filled form of a community; `more` overrides what stands in `object`."""
    about: dict[str, Any] = {
        "lead_id": 77,
        "group_id": 123456,
        "user_id": 5005,
        "form_id": 3,
        "form_name": "Заявка",
        "ad_id": 909,
        "answers": [
            {"key": "first_name", "question": "Имя", "answer": "Анна"},
            {"key": "patronymic_name", "question": "Отчество", "answer": "Ивановна"},
            {"key": "last_name", "question": "Фамилия", "answer": "Примерова"},
            {"key": "phone_number", "question": "Номер телефона", "answer": PHONE},
            {"key": "email", "question": "E-mail", "answer": "anna@example.com"},
            {"key": "location", "question": "Откуда вы", "answer": "Казань"},
            {"key": "custom_0", "question": "Размер", "answer": {"key": "m", "value": "M"}},
            {
                "key": "custom_1",
                "question": "Что нравится",
                "answer": [{"key": "1", "value": "Чай"}, {"value": "Кофе"}],
            },
        ],
    }
    return about | more


def vk(type_: str = "lead_forms_new", about: Any = None, **more: Any) -> bytes:
    """A call of the Callback API; `more` overrides any field at the top."""
    top: dict[str, Any] = {"type": type_, "group_id": 123456, "event_id": "9b2e4f0c11", "v": "5.199"}
    top |= {"secret": "vk-secret", "object": vk_form() if about is None else about}
    return as_json({name: value for name, value in (top | more).items() if value is not None})


def marquiz(**more: Any) -> dict[str, Any]:
    """A finished quiz; `more` overrides any field at the top."""
    told: dict[str, Any] = {
        "contacts": {"name": "Анна Примерова", "phone": PHONE, "email": "anna@example.com", "text": "Звоните вечером"},
        "answers": [
            {"q": "Какой размер?", "a": "M"},
            {"q": "Что нравится?", "a": ["Чай", "Кофе"]},
            {"q": "Какой размер?", "a": "L"},
        ],
        "quiz": {"id": "65f0a1b2", "name": "Подбор чая"},
        "created": "2025-03-01T09:05:00.000Z",
        "result": {"title": "Улун"},
        "extra": {
            "href": "https://tea.example.com/?utm_source=href",
            "referrer": "https://ya.ru/",
            "ip": "203.0.113.7",
            "utm": {"source": "yandex", "medium": "cpc", "name": "vesna", "content": "", "term": "улун"},
            "cookies": {"_ym_uid": "1"},
        },
    }
    return told | more


def flexbe(event: str = "lead", **more: Any) -> bytes:
    """A lead or a payment; `more` overrides what stands in `data`."""
    data: dict[str, Any] = {
        "id": "9001",
        "num": "17",
        "client": {"name": "Анна Примерова", "phone": PHONE, "email": "anna@example.com"},
        "form_name": "Заявка",
        "form_data": {
            "fld_1": {"name": "Размер", "type": "select", "value": "M"},
            "fld_2": {"name": "Ваш город", "value": "Казань"},
        },
        "page": {"url": "https://tea.example.com/", "name": "Главная"},
        "utm": {"utm_source": "yandex", "utm_campaign": "vesna", "url": "https://tea.example.com/?utm_source=url"},
    }
    site = {"id": "555", "domain": "tea.example.com"}
    pairs = [("event", event), *php_pairs("site", site), *php_pairs("data", data | more)]
    return urlencode(pairs).encode()


def flexbe_pay(status: Any = "2") -> bytes:
    """A payment in this state."""
    return flexbe("pay", pay={"id": "p1", "summ": "1500.50", "status": status, "desc": "Чай"})


def taplink(action: str = "leads.created", **more: Any) -> bytes:
    """A lead, or a payment when `more` says so; `more` overrides what stands in `data`."""
    data: dict[str, Any] = {
        "profile_id": "56",
        "username": "anna-shop",
        "lead_id": "123",
        "lead_number": "45",
        "page_link": "https://taplink.cc/anna-shop?utm_source=link",
        "ip": "203.0.113.7",
        "tms_created": "2025-03-01 12:00:00",
        "records": [
            {"value": "Анна Примерова", "type": "3", "title": "Имя"},
            {"value": PHONE, "type": "1", "title": "Телефон"},
            {"value": "anna@example.com", "type": "2", "title": "E-mail"},
            {"value": "M", "type": "4", "title": "Размер"},
        ],
    }
    return as_json({"action": action, "data": data | more})


def taplink_payment(status: int | None = 2) -> bytes:
    """A payment in this state."""
    offers = [{"id": 1, "title": "Чай", "price": 500, "quantity": 2}]
    paid = {"order_id": "100", "order_number": "50", "budget": "1000.00", "currency_code": "RUB", "purpose": "Чай"}
    shipping = {"city": "Казань", "addr1": "ул. Примерная, 1", "price": 0}
    return taplink("payments.created", **paid, order_status_id=status, offers=offers, shipping=shipping)


def taplink_headers(body: bytes, secret: str) -> dict[str, str]:
    """Taplink's headers, signed."""
    return {**JSON, "taplink-signature": hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}
