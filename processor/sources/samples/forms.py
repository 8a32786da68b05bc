"""Samples of form builders, quizzes, courses and systems of leads."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from processor.domain.delivery import Inbound
from processor.sources.samples.sample import (
    EMAIL,
    FIRST,
    FORM,
    JSON,
    LAST,
    NAME,
    PAGE,
    PHONE,
    Asked,
    form_body,
    json_body,
    posted,
)


def getcourse(_: Asked) -> Inbound:
    """A paid order; everything stands in the address."""
    told = {
        "event": "order.paid",
        "id": "7001",
        "number": "1007",
        "status": "Завершен",
        "cost_money_value": "1000",
        "positions": "Курс «Основы»",
        "first_name": FIRST,
        "last_name": LAST,
        "phone": PHONE,
        "email": EMAIL,
        "utm_source": "example",
    }
    return posted(b"", {}, urlencode(told), "GET")


def typeform(asked: Asked) -> Inbound:
    """A filled form."""
    at = asked.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = [{"id": f"f{n}", "type": kind} for n, kind in enumerate(("short_text", "phone_number", "email"), 1)]
    titles = ("Как вас зовут?", "Телефон", "Почта")
    told = [{"type": "text", "text": NAME}, {"type": "phone_number", "phone_number": "+79000000001"}]
    told.append({"type": "email", "email": EMAIL})
    response = {
        "form_id": "lT4Z3j",
        "token": "test-1",
        "submitted_at": at,
        "hidden": {"utm_source": "example"},
        "definition": {
            "id": "lT4Z3j",
            "title": "Заявка",
            "fields": [{**one, "title": title} for one, title in zip(fields, titles, strict=True)],
        },
        "answers": [{**one, "field": field} for one, field in zip(told, fields, strict=True)],
    }
    return posted(json_body({"event_id": "test-1", "event_type": "form_response", "form_response": response}), JSON)


def jotform(_: Asked) -> Inbound:
    """A submission."""
    answers = {
        "q3_fullName": {"first": FIRST, "last": LAST},
        "q5_email": EMAIL,
        "q7_phoneNumber": {"full": PHONE},
        "q12_utm_source": "example",
    }
    about = {"formID": "250000000000001", "formTitle": "Заявка", "submissionID": "6093481297145512345"}
    return posted(form_body({**about, "rawRequest": json.dumps(answers, ensure_ascii=False)}), FORM)


def google_forms(asked: Asked) -> Inbound:
    """What our script posts."""
    answers = [
        {"question": "Ваше имя", "answer": NAME},
        {"question": "Телефон", "answer": PHONE},
        {"question": "utm_source", "answer": "example"},
    ]
    told = {
        "event": "form.submitted",
        "id": "test-1",
        "submitted_at": asked.at.isoformat(timespec="milliseconds"),
        "email": EMAIL,
        "form": {"id": "1FAIpQL", "name": "Заявка"},
        "answers": answers,
    }
    return posted(json_body(told), JSON)


def yandex_forms(_: Asked) -> Inbound:
    """All answers as JSON."""
    asked = (("answer_short_text_1", "Имя", NAME), ("answer_phone_2", "Телефон", PHONE), ("utm_source", "", "example"))
    data = {
        slug: {"value": value, "question": {"id": n, "slug": slug, "label": {"ru": label}}}
        for n, (slug, label, value) in enumerate(asked, 1)
    }
    headers = {**JSON, "x-form-id": "65f0a1", "x-form-answer-id": "1", "x-delivery-id": "test-1"}
    return posted(json_body({"answer": {"id": 1, "data": data}}), headers)


def vk(asked: Asked) -> Inbound:
    """A filled form of a community."""
    group = int(asked.account) if asked.account.isdecimal() else 123456
    answers = [
        {"key": "first_name", "question": "Имя", "answer": FIRST},
        {"key": "last_name", "question": "Фамилия", "answer": LAST},
        {"key": "phone_number", "question": "Номер телефона", "answer": PHONE},
        {"key": "email", "question": "E-mail", "answer": EMAIL},
    ]
    form = {"lead_id": 77, "group_id": group, "user_id": 5005, "form_id": 3, "form_name": "Заявка", "answers": answers}
    told = {"type": "lead_forms_new", "group_id": group, "event_id": "test-1", "v": "5.199", "object": form}
    return posted(json_body(told), JSON)


def marquiz(asked: Asked) -> Inbound:
    """A finished quiz."""
    told = {
        "contacts": {"name": NAME, "phone": PHONE, "email": EMAIL},
        "answers": [{"q": "Какой размер?", "a": "M"}],
        "quiz": {"id": "65f0a1b2", "name": "Подбор чая"},
        "created": asked.at.isoformat(timespec="milliseconds"),
        "extra": {"href": PAGE, "utm": {"source": "example"}},
    }
    return posted(json_body(told), JSON)


def flexbe(asked: Asked) -> Inbound:
    """A lead."""
    data = {
        "id": "9001",
        "num": "17",
        "client": {"name": NAME, "phone": PHONE, "email": EMAIL},
        "form_name": "Заявка",
        "page": {"url": PAGE},
        "utm": {"utm_source": "example"},
    }
    site = {"id": asked.account or "555", "domain": asked.account or "example.com"}
    return posted(form_body({"event": "lead", "site": site, "data": data}), FORM)


def taplink(_: Asked) -> Inbound:
    """A lead."""
    titles = (("Имя", NAME), ("Телефон", PHONE), ("E-mail", EMAIL))
    records = [{"value": value, "type": str(n), "title": title} for n, (title, value) in enumerate(titles, 1)]
    data = {"profile_id": "56", "lead_id": "123", "lead_number": "45", "page_link": PAGE, "records": records}
    return posted(json_body({"action": "leads.created", "data": data}), JSON)


def bitrix24(asked: Asked) -> Inbound:
    """A lead by its number alone, as Bitrix24 sends it."""
    portal = asked.account or "primer.bitrix24.ru"
    fields = {
        "event": "ONCRMLEADADD",
        "data": {"FIELDS": {"ID": "7"}},
        "ts": str(int(asked.at.timestamp())),
        "auth": {"domain": portal, "member_id": portal},
    }
    return posted(form_body(fields), FORM)


def amocrm(asked: Asked) -> Inbound:
    """A contact with its fields."""
    contact = {
        "id": 41,
        "name": NAME,
        "type": "contact",
        "updated_at": int(asked.at.timestamp()),
        "custom_fields": [
            {"id": 1, "name": "Телефон", "code": "PHONE", "values": [{"value": PHONE}]},
            {"id": 2, "name": "Email", "code": "EMAIL", "values": [{"value": EMAIL}]},
        ],
    }
    account = {"id": asked.account or "2001", "subdomain": asked.account or "primer"}
    return posted(form_body({"contacts": {"add": [contact]}, "account": account}), FORM)
