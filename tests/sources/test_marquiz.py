"""What Marquiz says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Page, Utm
from processor.domain.source import Source
from tests.harness.deliveries import php_pairs
from tests.harness.deliveries_forms import FORM, JSON, PHONE, as_json, marquiz
from tests.sources.asking import code, event, inbound, key

SOURCE = Source("quiz", "marquiz", tokens=("quiz-key",))
QUERY = "token=quiz-key"


def read(tree: Any) -> Event:
    """The event of a delivery."""
    return event(inbound(as_json(tree), JSON, QUERY), SOURCE)


def extra(**more: Any) -> dict[str, Any]:
    """A quiz with these `extra`."""
    return marquiz(extra=more)


def test_a_quiz_is_read_whole() -> None:
    """A question that comes twice is kept twice; `utm.name` is the campaign."""
    told = marquiz()
    assert read(told) == Event(
        source="quiz",
        event="form.submitted",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 5, tzinfo=UTC),
        customer=Customer(name="Анна Примерова", phone="+79000000001", email="anna@example.com"),
        form=Form(
            id="65f0a1b2",
            name="Подбор чая",
            fields={
                "Какой размер?": "M",
                "Что нравится?": "Чай, Кофе",
                "Какой размер? 2": "L",
                "text": "Звоните вечером",
            },
        ),
        utm=Utm(source="yandex", medium="cpc", campaign="vesna", term="улун"),
        page=Page(url="https://tea.example.com/?utm_source=href", referrer="https://ya.ru/"),
        raw=told,
    )


def test_a_form_says_the_same_as_json() -> None:
    """With PHP's brackets, or with JSON texts in its fields."""
    told = {name: value for name, value in marquiz().items() if name != "created"}
    bracketed = urlencode([pair for name, value in told.items() for pair in php_pairs(name, value)])
    texts = urlencode({name: json.dumps(value) for name, value in told.items()})
    for body in (bracketed, texts):
        seen = event(inbound(body.encode(), FORM, QUERY), SOURCE)
        assert (seen.customer, seen.form, seen.utm) == (read(told).customer, read(told).form, read(told).utm)


MARKS: list[tuple[dict[str, Any], Utm | None]] = [
    (extra(utm={"source": "vk", "campaign": "own", "name": "other"}), Utm(source="vk", campaign="own")),
    (extra(utm={"utm_source": "vk"}), Utm(source="vk")),
    (extra(utm=[], href="https://a.example.com/?utm_source=href&utm_campaign=c"), Utm(source="href", campaign="c")),
    (extra(utm={"source": ""}, href="https://a.example.com/#utm_source=href"), Utm(source="href")),
    (extra(href=["x"]), None),
    (marquiz(extra=None), None),
]


@pytest.mark.parametrize(("told", "utm"), MARKS)
def test_marks_stand_in_two_places(told: dict[str, Any], utm: Utm | None) -> None:
    """`extra.utm`, else the query of the page's address; PHP's empty mapping is a list."""
    assert read(told).utm == utm


def test_a_time_without_a_zone_is_left_out() -> None:
    """A wrong one would let an older event win."""
    moment = datetime(2025, 3, 1, 9, 5, tzinfo=UTC)
    times = ["2025-03-01T12:05:00+03:00", 1740819900, 1740819900000, "2025-03-01 12:05:00", "01.03.2025", None]
    assert [read(marquiz(created=one)).occurred_at for one in times] == [moment] * 3 + [None] * 3


SHAPES: list[tuple[dict[str, Any], Customer]] = [
    (marquiz(contacts={"phone": "8 900 000 00 01", "telegram": PHONE}), Customer(phone="+79000000001")),
    (marquiz(contacts={"telegram": "@anna_tea"}), Customer(telegram_username="anna_tea")),
    (marquiz(contacts=[], phone=PHONE, name="Анна"), Customer(name="Анна", phone="+79000000001")),
    (marquiz(contacts=None, answers=[{"q": "Ваш телефон", "a": PHONE}]), Customer(phone="+79000000001")),
    (marquiz(contacts="x", answers="y", quiz=5, extra=[1]), Customer()),
]


@pytest.mark.parametrize(("told", "customer"), SHAPES)
def test_contacts_may_stand_elsewhere_or_nowhere(told: dict[str, Any], customer: Customer) -> None:
    """At the top, among the answers; a phone under a messenger's name is no name there."""
    assert read(told).customer == customer


def test_only_the_token_proves() -> None:
    """Marquiz signs nothing."""
    body = as_json(marquiz())
    assert code(inbound(body, JSON, QUERY), SOURCE) == "proven"
    assert code(inbound(body, JSON, "token=another"), SOURCE) == "token_mismatch"
    assert code(inbound(body, JSON), SOURCE) == "token_missing"


def test_the_quiz_is_not_the_lead() -> None:
    """Two people pass one quiz, even in one second."""

    def of(**more: Any) -> str:
        return key(inbound(as_json(marquiz(**more))), SOURCE)

    assert of() == of()
    assert of().startswith("65f0a1b2:2025-03-01T09_05_00.000Z:")
    others = [of(), of(contacts={"phone": "89000000002"}), of(created="2025-03-01T09:05:01.000Z"), of(answers=[])]
    others += [of(quiz=5), key(inbound(b"quiz[id]=1"), SOURCE)]
    assert len(set(others)) == len(others)
    assert PHONE not in of()
