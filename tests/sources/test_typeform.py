"""What Typeform says, and how it proves itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Form, Payment, Utm
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries_forms import JSON, TYPEFORM_ANSWERS, typeform_headers, typeform_response
from tests.sources.asking import code, event, inbound, key, refusal

SECRET = "form-secret"
SOURCE = Source("form", "typeform", secrets=(SECRET, "old-secret"))


def read(body: bytes) -> Event:
    """The event of a delivery."""
    return event(inbound(body, JSON), SOURCE)


def answered(answer: dict[str, Any]) -> str | None:
    """How one answer without a known question is read."""
    form = read(typeform_response(answers=[{**answer, "field": {"id": "x", "ref": "asked"}}])).form
    return form.fields.get("asked") if form else None


def test_a_form_is_read_whole() -> None:
    """Answers under the text of their questions; the phone and the e-mail by the type of the answer."""
    body = typeform_response()
    assert read(body) == Event(
        source="form",
        event="form.submitted",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com", city="Казань"),
        payment=Payment(amount=Decimal(10), status="succeeded"),
        form=Form(
            id="lT4Z3j",
            name="Заявка",
            fields={
                "Как вас зовут?": "Анна Примерова",
                "Куда позвонить": "+79000000001",
                "Для чека": "anna@example.com",
                "Размер": "M",
                "Что нравится": "Чай, Кофе, Морс",
                "Согласие": "true",
                "Когда": "2025-03-01",
                "Файл": "https://files.example.com/1.pdf",
                "Оплата": "€10",
                "Ваш город": "Казань",
            },
        ),
        utm=Utm(source="yandex", campaign="vesna"),
        raw=json.loads(body),
    )


ANSWERS: list[tuple[dict[str, Any], str | None]] = [
    ({"type": "number", "number": 5}, "5"),
    ({"type": "boolean", "boolean": False}, "false"),
    ({"type": "url", "url": "https://a.example.com"}, "https://a.example.com"),
    ({"type": "choice", "choice": {"other": "Свой"}}, "Свой"),
    ({"type": "choices", "choices": {"labels": ["A"]}}, "A"),
    ({"type": "choices", "choices": {"labels": []}}, None),
    ({"type": "choices", "choices": {"labels": "A"}}, "A"),
    ({"type": "new_kind", "new_kind": {"label": "Да"}}, "Да"),
    ({"type": "new_kind", "new_kind": {"start": 1, "end": 2}}, "1, 2"),
    ({"type": "new_kind"}, None),
    ({"type": 5}, None),
    ({}, None),
]


@pytest.mark.parametrize(("answer", "text"), ANSWERS)
def test_an_answer_of_any_type_is_read(answer: dict[str, Any], text: str | None) -> None:
    """Also of a type that there was not yet; a question without a text goes by its `ref`."""
    assert answered(answer) == text


def test_who_it_was_may_stand_in_hidden_fields() -> None:
    """Below what was answered."""
    hidden = {"phone": "89000000002", "email": "hidden@example.com", "name": "Анна"}
    assert read(typeform_response(hidden=hidden, answers=[])).customer == Customer(
        name="Анна", phone="+79000000002", email="hidden@example.com"
    )
    assert read(typeform_response(hidden=hidden)).customer.phone == "+79000000001"


def test_an_owners_ref_tells_what_a_question_is() -> None:
    """Where its text does not."""
    answer = {"type": "text", "text": "Анна", "field": {"id": "f4", "ref": "first_name"}}
    assert read(typeform_response(answers=[answer])).customer == Customer(name="Анна", first_name="Анна")


def test_a_form_that_was_only_begun_is_another_event() -> None:
    """And a word that we do not know is kept."""
    assert read(typeform_response(event_type="form_response_partial")).event == "form_response_partial"
    assert read(b"{}").event == "form.submitted"


PARTS: list[dict[str, Any]] = [
    {"answers": None},
    {"answers": ["x", None]},
    {"definition": None},
    {"hidden": []},
    {"definition": {"fields": [{"properties": {"fields": ["x"]}}, None]}},
]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_another_shape_costs_only_itself(part: dict[str, Any]) -> None:
    """The event comes all the same."""
    assert read(typeform_response(**part)).event == "form.submitted"


def test_what_is_no_json_is_unreadable() -> None:
    """Typeform sends nothing else."""
    with pytest.raises(Unreadable):
        read(b"a=1")


def test_the_signature_is_base64_behind_sha256() -> None:
    """Over the raw body, with either of two secrets; refused with the likely cause."""
    body = typeform_response()
    signed = typeform_headers(body, SECRET)
    assert code(inbound(body, signed), SOURCE) == "proven"
    assert code(inbound(body, typeform_headers(body, "old-secret")), SOURCE) == "proven"
    assert code(inbound(body, typeform_headers(body, "another")), SOURCE) == "signature_mismatch"
    assert code(inbound(body + b" ", signed), SOURCE) == "signature_mismatch"
    assert code(inbound(typeform_response(event_id="other"), signed), SOURCE) == "signature_mismatch"
    assert code(inbound(body), SOURCE) == "signature_missing"
    assert code(inbound(body, {"typeform-signature": "sha256="}), SOURCE) == "signature_missing"
    hexed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    refused = refusal(inbound(body, {"typeform-signature": f"sha256={hexed}"}), SOURCE)
    assert refused is not None
    assert "hex; base64" in str(refused)
    assert base64.b64encode(b"x") not in body


def test_event_id_is_the_key() -> None:
    """A repetition has the same one, even if something beside it changed; another type or submission is another."""

    def of(**more: Any) -> str:
        return key(inbound(typeform_response(**more)), SOURCE)

    assert of() == of(answers=TYPEFORM_ANSWERS[:1])
    others = [of(), of(event_id="e2"), of(event_type="form_response_partial"), of(token="t2"), of(event_id=None)]
    others += [of(event_id=None, answers=[])]
    assert len(set(others)) == len(others)
