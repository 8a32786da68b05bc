"""By what an event is found, and what somebody may type to find it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processor.domain.event import Customer, Event, Order, Payment
from processor.domain.terms import TEXT_CHARACTERS_MAX, terms_asked, terms_of

KEY = "1:whatsapp:+79000000001"
EVENT = Event(
    source="shop",
    event="order",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
    customer=Customer(
        id="C-7",
        name="Анна",
        phone="+79000000001",
        email="Anna@Example.COM",
        telegram_id="555",
        telegram_username="@Anna_K",
        vk_id="777",
        viber_id="vIb3r==",
    ),
    order=Order(id="90", number="1001-а"),
    payment=Payment(id="pay_Z"),
)

ASKED = {
    "a phone as the shop writes it": "+79000000001",
    "a phone as people write it": "8 900 000-00-01",
    "a phone in brackets": " (900) 000 00 01 ",
    "an e-mail in any case": "ANNA@example.com ",
    "an order's number": "1001-А",
    "an order's number behind its sign": "№ 1001-а",
    "an order's number behind a hash": "#1001-а",
    "an order's id": "90",
    "a payment's id": "pay_z",
    "the shop's own number of the customer": "c-7",
    "a name in Telegram": "@anna_k",
    "a name in Telegram without its sign": "Anna_K",
    "a number in Telegram": "555",
    "a number in VK": "777",
    "an id in Viber": "vIb3r==",
    "a contact's key": KEY,
}


@pytest.mark.parametrize("how", ASKED)
def test_an_event_is_found_by_each_of_its_numbers_and_its_persons(how: str) -> None:
    assert set(terms_asked(ASKED[how])) & set(terms_of([EVENT], [KEY])), terms_asked(ASKED[how])


@pytest.mark.parametrize(
    "text", ["", "   ", "#", "№", "x" * 1_000, "+79000000002", "anna@example.org", "order.created"]
)
def test_it_is_not_found_by_what_is_not_its_own(text: str) -> None:
    assert not set(terms_asked(text)) & set(terms_of([EVENT], [KEY]))


def test_a_phone_without_its_country_is_read_as_the_sources_read_it() -> None:
    assert "phone:+79000000001" in terms_asked("8 900 000-00-01", ["RU"])
    assert terms_asked("029 123-45-67", ["BY", "RU"])[0] == "phone:+375291234567"


def test_terms_are_each_once_and_short() -> None:
    terms = terms_of([EVENT, EVENT], [KEY, KEY])
    assert len(terms) == len(set(terms)) == 11
    assert all(len(term) < TEXT_CHARACTERS_MAX * 2 for term in terms_asked("9" * 5_000))
