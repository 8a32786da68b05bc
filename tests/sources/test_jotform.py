"""What Jotform says: a JSON text within a multipart form."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Utm
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries import multipart
from tests.harness.deliveries_forms import FORM, JOTFORM_ANSWERS, SUBMISSION, jotform
from tests.sources.asking import code, event, inbound, key

SOURCE = Source("form", "jotform", tokens=("form-key",))
QUERY = "token=form-key"


def read(answers: dict[str, Any] | None = None) -> Event:
    """The event of a submission."""
    return event(inbound(*jotform(answers), QUERY), SOURCE)


def asked(name: str, value: Any) -> Event:
    """The event of a submission with this answer alone."""
    body, headers = multipart([("submissionID", SUBMISSION), ("rawRequest", json.dumps({name: value}))])
    return event(inbound(body, headers, QUERY), SOURCE)


def test_a_submission_is_read_whole() -> None:
    """Names, phones, dates and addresses of several parts; an e-mail under a name that says nothing."""
    seen = read()
    assert seen == Event(
        source="form",
        event="form.submitted",
        received_at=seen.received_at,
        customer=Customer(
            name="Анна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
            address="ул. Примерная, 1, Казань, 1",
            city="Казань",
        ),
        form=Form(
            id="250000000000001",
            name="Заявка",
            fields={
                "fullName": "Анна Примерова",
                "input5": "anna@example.com",
                "phoneNumber": "(900) 000-00-01",
                "birthDate": "1990-03-01",
                "address": "ул. Примерная, 1, Казань, 1",
                "whatDo": "Чай, Кофе",
                "comments": "Да, нет: может быть",
                "utm_source": "yandex",
                "utm_campaign": "vesna",
            },
        ),
        utm=Utm(source="yandex", campaign="vesna"),
        raw=seen.raw,
    )
    assert seen.raw["submissionID"] == SUBMISSION
    assert seen.raw["rawRequest"]["q10_whatDo"] == ["Чай", "Кофе"]


VALUES: list[tuple[str, Any, str | None]] = [
    ("q1_phone", {"area": "900", "phone": "000-00-01"}, "900 000-00-01"),
    ("q1_phone", {"country": "7", "area": "900", "phone": "000-00-01"}, "7 900 000-00-01"),
    ("q1_phone", {"full": ""}, None),
    ("q1_name", {"prefix": "Dr.", "first": "Anna", "middle": "B.", "last": "Smith"}, "Dr. Anna B. Smith"),
    ("q1_date", {"month": "3", "day": "1", "year": "2025", "hour": "9", "min": "5"}, "2025-03-01 09:05"),
    ("q1_date", {"month": "", "day": "", "year": ""}, None),
    ("q1_grid", {"0": "A", "1": "B"}, "A, B"),
    ("q1_grid", [["A", "B"], ["C"]], "A, B, C"),
    ("q1_a_b", "x", "x"),
    ("q1_n", 5, "5"),
    ("slug", "x", None),
]


@pytest.mark.parametrize(("name", "value", "text"), VALUES)
def test_an_answer_of_several_parts_is_written_as_people_write_it(name: str, value: Any, text: str | None) -> None:
    """What has no number before it is Jotform's own."""
    form = asked(name, value).form
    assert (form.fields.get(name.partition("_")[2]) if form else None) == text


WHO: list[tuple[dict[str, Any], Customer]] = [
    ({"q1_yourName": "Анна"}, Customer(name="Анна")),
    ({"q1_firstName": "Анна", "q2_lastName": "Ли"}, Customer(name="Анна Ли", first_name="Анна", last_name="Ли")),
    ({"q1_phone7": "8 900 000 00 01"}, Customer(phone="+79000000001")),
    ({"q1_typeA": {"full": "8 900 000 00 01"}}, Customer(phone="+79000000001")),
    ({"q1_yourEmail": "a@example.com", "q2_x": "b@example.com"}, Customer(email="a@example.com")),
    (
        {"q1_friend": {"first": "Б"}, "q2_name": {"first": "Анна"}},
        Customer(name="Анна", first_name="Анна"),
    ),
]


@pytest.mark.parametrize(("answers", "customer"), WHO)
def test_who_it_was_is_told_by_names_then_by_shapes(answers: dict[str, Any], customer: Customer) -> None:
    """Jotform's names are the question's words written together, or nothing that helps."""
    body, headers = multipart([("formID", "1"), ("rawRequest", json.dumps(answers))])
    assert event(inbound(body, headers, QUERY), SOURCE).customer == customer


@pytest.mark.parametrize("name", ["q1_utm_source", "q1_utmSource", "q1_utm_source12", "q1_UTM_Source"])
def test_a_hidden_field_holds_a_mark(name: str) -> None:
    """However Jotform wrote its name."""
    assert asked(name, "vk").utm == Utm(source="vk")


def test_other_ways_to_send_the_same_are_read() -> None:
    """A plain form; answers beside the other parts; no answers at all."""
    body = urlencode({"formID": "1", "rawRequest": json.dumps(JOTFORM_ANSWERS)}).encode()
    assert event(inbound(body, FORM, QUERY), SOURCE).customer == read().customer
    assert event(inbound(b"formID=1&q3_phone=89000000001", FORM, QUERY), SOURCE).customer.phone == "+79000000001"
    assert event(inbound(b"formID=1", FORM, QUERY), SOURCE).event == "form.submitted"


def test_answers_that_are_no_json_are_unreadable() -> None:
    """Rather than an event without a customer."""
    with pytest.raises(Unreadable):
        event(inbound(b"formID=1&rawRequest=%7Bbroken", FORM, QUERY), SOURCE)


def test_only_the_token_proves() -> None:
    """Jotform signs nothing."""
    assert code(inbound(*jotform(), QUERY), SOURCE) == "proven"
    assert code(inbound(*jotform(), "token=another"), SOURCE) == "token_mismatch"
    assert code(inbound(*jotform()), SOURCE) == "token_missing"


def test_the_submission_is_the_key_whatever_the_border() -> None:
    """Its id is a text: two that are one as floating numbers are two deliveries. A changed submission is another."""
    body, headers = jotform()
    again = (
        body.replace(b"example-border", b"other-border"),
        {"content-type": "multipart/form-data; boundary=other-border"},
    )
    assert key(inbound(body, headers), SOURCE) == key(inbound(*again), SOURCE)
    near = str(int(SUBMISSION) + 1)
    assert float(near) == float(SUBMISSION)
    others = [key(inbound(*sent), SOURCE) for sent in (jotform(), jotform(submission=near), jotform({"q3_x": "y"}))]
    assert len(set(others)) == 3
    assert SUBMISSION in others[0]
    assert key(inbound(b"formID=1&a=1"), SOURCE) != key(inbound(b"formID=1&a=2"), SOURCE)
