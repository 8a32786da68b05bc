"""What Yandex Forms says, and how a call of JSON-RPC is answered."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Utm
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.intake import admit
from processor.sources.registry import preset_of
from tests.harness.deliveries import multipart
from tests.harness.deliveries_forms import (
    FORM,
    JSON,
    PHONE,
    YANDEX_ANSWERS,
    YANDEX_HEADERS,
    as_json,
    yandex_all,
    yandex_answer,
    yandex_call,
)
from tests.sources.asking import NOW_MS, code, event, inbound, key

SOURCE = Source("form", "yandex_forms", tokens=("form-token",))
WHO = Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com")
FIELDS = {
    "Как к вам обращаться": "Анна Примерова",
    "Куда позвонить": PHONE,
    "Для чека": "anna@example.com",
    "Размер": "M, L",
    "Откуда": "yandex",
}


def read(body: bytes, headers: dict[str, str] | None = None, query: str = "", method: str = "POST") -> Event:
    """The event of a delivery."""
    return event(inbound(body, headers or YANDEX_HEADERS, query, method), SOURCE)


def in_parts() -> tuple[bytes, dict[str, str]]:
    """A multipart form with an answer in each field."""
    texts = [(f"field_{at}", json.dumps(answer)) for at, answer in enumerate(YANDEX_ANSWERS.values(), 1)]
    body, headers = multipart(texts)
    return body, {**YANDEX_HEADERS, **headers}


WHOLE: list[tuple[bytes, dict[str, str]]] = [
    (yandex_call(), YANDEX_HEADERS),
    (yandex_call(answer=json.dumps(yandex_all()["answer"])), YANDEX_HEADERS),
    (yandex_call(all=json.dumps(yandex_all())), YANDEX_HEADERS),
    (as_json({"jsonrpc": "2.0", "method": "m", "params": [json.dumps(yandex_all())], "id": 1}), YANDEX_HEADERS),
    (as_json({"jsonrpc": "2.0", "method": "m", "params": json.dumps(yandex_all()), "id": 1}), YANDEX_HEADERS),
    (as_json(yandex_all()), YANDEX_HEADERS),
    (as_json(yandex_all()), {**YANDEX_HEADERS, **FORM}),
    (urlencode({"answers": json.dumps(yandex_all())}).encode(), {**YANDEX_HEADERS, **FORM}),
    in_parts(),
]


@pytest.mark.parametrize(("body", "headers"), WHOLE)
def test_all_answers_are_read_however_they_are_sent(body: bytes, headers: dict[str, str]) -> None:
    """As a call of JSON-RPC or the body itself, nested or as a JSON text, together or a field for each."""
    seen = read(body, headers)
    assert seen.event == "form.submitted"
    assert seen.customer == WHO
    assert seen.form == Form(id="65f0a1", fields=FIELDS)
    assert seen.utm == Utm(source="yandex")


def test_what_the_owner_named_is_read_as_plain_fields() -> None:
    """As JSON, as JSON-RPC's parameters, as a form, in the query."""
    told = {"name": "Анна Примерова", "phone": PHONE, "email": "anna@example.com", "form_name": "Заявка"}
    told |= {"Цвет": "синий", "utm_source": "vk"}
    plain = Form(id="65f0a1", name="Заявка", fields={n: v for n, v in told.items() if n != "form_name"})
    for body, query in (
        (as_json(told), ""),
        (yandex_call(**told), ""),
        (urlencode(told).encode(), ""),
        (b"", "token=form-token&" + urlencode(told)),
    ):
        seen = read(body, {name: value for name, value in YANDEX_HEADERS.items() if name != "content-type"}, query)
        assert (seen.customer, seen.form, seen.utm) == (WHO, plain, Utm(source="vk"))
    assert read(b"", {"x-form-id": "1"}, "phone=89000000001", "GET").customer.phone == "+79000000001"


VALUES: list[tuple[Any, str | None]] = [
    ("x", "x"),
    (5, "5"),
    (True, "true"),
    (None, None),
    ([], None),
    ({"begin": "2025-03-01", "end": "2025-03-02"}, "2025-03-01, 2025-03-02"),
    ([{"slug": "a", "text": "A"}], "A"),
    ([{"row": {"text": "A"}, "col": {"text": "B"}}], "A, B"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_an_answer_of_any_kind_is_read(value: Any, text: str | None) -> None:
    """Choices by their text, ranges and tables by all that they hold."""
    form = read(as_json({"answer": {"data": {"s": yandex_answer("s", "Q", value)}}})).form
    assert form
    assert form.fields.get("Q") == text


def test_a_question_may_be_called_in_another_language_or_not_at_all() -> None:
    """Then by its name for machines."""
    data = {
        "a": {"value": "1", "question": {"label": {"en": "Size"}}},
        "b": {"value": "2", "question": {"label": "Plain"}},
        "c": {"value": "3"},
    }
    form = read(as_json({"answer": {"data": data}})).form
    assert form
    assert form.fields == {"Size": "1", "Plain": "2", "c": "3"}


RPC_IDS: list[tuple[bytes, bytes]] = [
    (b"7", b"7"),
    (b'"a-1"', b'"a-1"'),
    (b"null", b"null"),
    (b"92233720368547758070", b"92233720368547758070"),
    (b'{"a":1}', b"null"),
    (b'"' + b"x" * 5000 + b'"', b"null"),
]


@pytest.mark.parametrize(("sent", "told"), RPC_IDS)
@pytest.mark.parametrize("status", ["queued", "duplicate"])
def test_a_call_is_answered_with_its_own_id(sent: bytes, told: bytes, status: str) -> None:
    """As it was written; what no id can be is null."""
    answer = preset_of(SOURCE).answer(status, inbound(b'{"jsonrpc":"2.0","method":"m","id":' + sent + b',"params":{}}'))
    assert answer
    assert (answer.status, answer.body) == (200, b'{"jsonrpc":"2.0","result":"ok","id":' + told + b"}")
    assert json.loads(answer.body)["jsonrpc"] == "2.0"


@pytest.mark.parametrize("body", [b"", b"a=1", b"{}", as_json(yandex_all()), b'{"jsonrpc":', b"jsonrpc=2.0"])
def test_any_other_request_is_answered_as_usual(body: bytes) -> None:
    """With the delivery's id."""
    assert preset_of(SOURCE).answer("queued", inbound(body)) is None


def test_a_call_without_an_id_is_answered_with_null() -> None:
    """As JSON-RPC says of an id that could not be told."""
    answer = preset_of(SOURCE).answer("queued", inbound(b'{"jsonrpc":"2.0","method":"m"}'))
    assert answer
    assert answer.body.endswith(b'"id":null}')


def test_a_header_or_the_address_carries_the_token() -> None:
    """Whatever header the owner took."""
    body = yandex_call()
    for headers in ({"x-token": "form-token"}, {"authorization": "Bearer form-token"}, {"x-api-key": "form-token"}):
        assert code(inbound(body, headers), SOURCE) == "proven"
    assert code(inbound(body, query="token=form-token"), SOURCE) == "proven"
    assert code(inbound(body, {"x-token": "another"}), SOURCE) == "token_mismatch"
    assert code(inbound(body, YANDEX_HEADERS), SOURCE) == "token_missing"


def test_yandex_networks_may_be_asked_for_beside_the_token() -> None:
    """By the setting `addresses`."""
    source = Source("form", "yandex_forms", tokens=("form-token",), addresses=("2a02:6b8:c00::/40",))
    told = inbound(yandex_call(), {"x-token": "form-token"})

    def come(client: str) -> None:
        admit(type(told)("POST", told.headers, "", told.body, client), source, preset_of(source), NOW_MS)

    come("2a02:6b8:c02:900:0:fc91:0:1")
    with pytest.raises(ProofRefused):
        come("2a02:6b8:b00::1")


def test_an_answer_is_one_delivery() -> None:
    """The number of the call and the borders of a form are new with every try; what is said of an answer is not."""

    def of(body: bytes, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return key(inbound(body, {**YANDEX_HEADERS, **named}), SOURCE)

    assert of(yandex_call(1)) == of(yandex_call(2), x_delivery_id="d-2")
    assert of(yandex_call()).startswith("65f0a1:535297:")
    body, headers = in_parts()
    other = headers["content-type"].replace("example-border", "other-border")
    again = body.replace(b"example-border", b"other-border")
    assert of(body, content_type=headers["content-type"]) == of(again, content_type=other)
    others = [of(yandex_call()), of(yandex_call(), x_form_answer_id="2"), of(yandex_call(), x_form_id="2")]
    others += [of(as_json(yandex_all())), of(yandex_call(name="Анна")), of(body, content_type=headers["content-type"])]
    others += [key(inbound(b"", JSON, "name=a"), SOURCE), key(inbound(b"", JSON, "name=b"), SOURCE)]
    assert len(set(others)) == len(others)


def test_a_rotated_token_makes_no_other_delivery() -> None:
    """It stands in no part of the key."""
    rotated = Source("form", "yandex_forms", tokens=("form-token", "old-token"))
    told = [key(inbound(yandex_call(), query=f"token={token}"), rotated) for token in rotated.tokens]
    assert told[0] == told[1]
