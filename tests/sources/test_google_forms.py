"""What a script in Google's Apps Script posts: ours, and those that people wrote before."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from processor.domain.event import Customer, Event, Form, Utm
from processor.domain.source import Source
from tests.harness.deliveries import standard_webhook_headers
from tests.harness.deliveries_forms import FORM, JSON, PHONE, as_json, google_response
from tests.sources.asking import NOW_S, code, event, inbound, key

SECRET = "script-secret"
SIGNED = Source("form", "google_forms", secrets=(SECRET,))
KEYED = Source("form", "google_forms", tokens=("script-token",))
WHO = Customer(name="Анна Примерова", phone="+79000000001")


def read(tree: Any, headers: dict[str, str] = JSON) -> Event:
    """The event of a script's post."""
    return event(inbound(as_json(tree), headers), SIGNED)


def test_what_our_script_posts_is_read_whole() -> None:
    """A grid's answers are a list of lists, with holes."""
    told = google_response()
    assert read(told) == Event(
        source="form",
        event="form.submitted",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com"),
        form=Form(
            id="1FAIpQL",
            name="Заявка",
            fields={
                "Ваше имя": "Анна Примерова",
                "Телефон": PHONE,
                "Что нравится": "Чай, Кофе",
                "Сетка": "Пн, Вт",
                "utm_source": "yandex",
            },
        ),
        utm=Utm(source="yandex"),
        raw=told,
    )


NAMED = {"Ваше имя": ["Анна Примерова"], "Телефон": [PHONE], "Пусто": [""]}
SHAPES: list[Any] = [
    {"namedValues": NAMED, "range": {"rowStart": 5}, "values": ["1", "2"]},
    {"e": {"namedValues": NAMED, "range": {"rowStart": 5}}},
    {"response": {"answers": NAMED}},
    {"namedValues": '{"Ваше имя": ["Анна Примерова"], "Телефон": "+79000000001"}'},
    NAMED,
    {"row": 5, **NAMED},
    {"name": "Анна Примерова", "phone": 79000000001},
    {"data": {"Имя": "Анна Примерова", "Телефон": PHONE}},
]


@pytest.mark.parametrize("tree", SHAPES)
def test_scripts_of_others_are_read(tree: Any) -> None:
    """The event of a sheet's trigger, whole or its `namedValues`, or a mapping of questions."""
    seen = read(tree)
    assert seen.customer == WHO
    assert seen.event == "form.submitted"


def test_json_that_is_labelled_as_a_form_is_read() -> None:
    """So Apps Script sends it, unless it is told otherwise."""
    assert read(google_response(), FORM).customer == read(google_response()).customer


def test_the_respondents_address_stands_in_for_an_answer() -> None:
    """Google asks for it itself; an answer of the form goes before."""
    answers = [{"question": "E-mail", "answer": "form@example.com"}]
    assert read(google_response(answers=answers)).customer.email == "form@example.com"
    assert read(google_response(answers=[])).customer.email == "anna@example.com"


def test_two_questions_of_one_name_are_both_kept() -> None:
    """The second under a number."""
    answers = [{"question": "Имя", "answer": one} for one in ("А", "Б", "В")]
    assert read(google_response(answers=answers)).form == Form(
        id="1FAIpQL", name="Заявка", fields={"Имя": "А", "Имя 2": "Б", "Имя 3": "В"}
    )


def test_a_signature_or_a_token_proves() -> None:
    """The signature for five minutes."""
    body = as_json(google_response())
    signed = standard_webhook_headers(body, SECRET)
    assert code(inbound(body, signed), SIGNED) == "proven"
    assert code(inbound(body, standard_webhook_headers(body, SECRET, ts=NOW_S - 301)), SIGNED) == "timestamp_old"
    assert code(inbound(body + b" ", signed), SIGNED) == "signature_mismatch"
    assert code(inbound(body), SIGNED) == "signature_missing"
    assert code(inbound(body, {"x-token": "script-token"}), KEYED) == "proven"
    assert code(inbound(body, query="token=script-token"), KEYED) == "proven"
    assert code(inbound(body, query="token=another"), KEYED) == "token_mismatch"


def test_a_response_is_one_delivery() -> None:
    """By our script's `webhook-id`, else by all that it says, the response's id or the row's number among it."""
    body = as_json(google_response())
    first, later = (standard_webhook_headers(body, SECRET, "form-2_ABaOnud", ts) for ts in (NOW_S, NOW_S + 60))
    assert key(inbound(body, first), SIGNED) == key(inbound(body, later), SIGNED)
    assert key(inbound(body), SIGNED) == key(inbound(body), SIGNED)
    others = [google_response(), google_response(id="other"), {"row": 5, **NAMED}, {"row": 6, **NAMED}]
    assert len({key(inbound(as_json(tree)), SIGNED) for tree in others}) == 4


@pytest.mark.parametrize("page", ["docs/sources/google_forms.md", "docs/ru/sources/google_forms.md"])
def test_the_script_on_the_page_signs_as_we_verify(page: str) -> None:
    """It signs id.seconds.body with the text of the secret, and sends the three headers, and JSON as JSON."""
    (script,) = re.findall(r"```javascript\n(.*?)```", (Path(__file__).parents[2] / page).read_text("utf-8"), re.DOTALL)
    for part in (
        "Utilities.computeHmacSha256Signature",
        "Utilities.base64Encode",
        "contentType: 'application/json'",
        "'webhook-id'",
        "'webhook-timestamp'",
        "'webhook-signature': 'v1,'",
        "id + '.' + seconds + '.' + body",
    ):
        assert part in script
