"""Whose an event is when somebody is to be forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processor.domain.event import Customer, Event
from processor.domain.person import Person, Share, lines_with, person_asked, share_of

ANNA, BORIS = "1:whatsapp:+79000000001", "1:whatsapp:+79000000002"
PHONE, EMAIL = "+79000000001", "anna@example.com"
BY_PHONE = person_asked(PHONE).with_contacts([ANNA, BORIS])
BY_EMAIL = person_asked(EMAIL)


def _event(**customer: str) -> Event:
    return Event(source="s", event="e", received_at=datetime(2026, 1, 1, tzinfo=UTC), customer=Customer(**customer))


OWN, OTHERS = _event(phone=PHONE, email=EMAIL), _event(phone="+79000000002", email=EMAIL)
SHARES: dict[str, tuple[Person, list[Event], list[str], Share]] = {
    "her own order": (BY_PHONE, [OWN], [ANNA], "whole"),
    "one that no rule asked for": (BY_PHONE, [OWN], [], "whole"),
    "one that a rule tells a manager of": (BY_PHONE, [OWN], [BORIS], "whole"),
    "another's order with her e-mail": (BY_PHONE, [OTHERS], [BORIS], "none"),
    "another's order with the e-mail that was asked for": (BY_EMAIL, [OTHERS], [BORIS], "whole"),
    "an e-mail alone": (BY_EMAIL, [_event(email="Anna@Example.com")], [], "whole"),
    "both in one delivery": (BY_PHONE, [OWN, OTHERS], [ANNA, BORIS], "part"),
    "a contact that a rule made of something else": (BY_PHONE, [_event(name="Анна")], [ANNA], "whole"),
    "two such contacts": (BY_PHONE, [_event(name="Анна")], [ANNA, BORIS], "part"),
    "somebody else's": (BY_PHONE, [_event(phone="+79000000002")], [BORIS], "none"),
    "nobody's": (BY_PHONE, [_event()], [], "none"),
}


@pytest.mark.parametrize("what", SHARES)
def test_an_event_is_hers_whole_in_part_or_not_at_all(what: str) -> None:
    person, events, contacts, share = SHARES[what]
    assert share_of(person, events, contacts) == share


def test_a_person_is_learnt_from_those_who_are_the_same() -> None:
    learnt = BY_EMAIL.with_customer(OWN.customer).with_contacts([ANNA, BORIS])
    assert learnt.contacts == {ANNA}
    assert learnt.keys([1, 2]) == (ANNA, "2:whatsapp:+79000000001")
    assert person_asked("1:telegram:555").ids == {"telegram_id:555"}
    assert person_asked("1:telegram:555").has(Customer(telegram_id="555"))


@pytest.mark.parametrize("text", ["", "1001", "Анна", "@anna", "№ 5"])
def test_a_word_or_a_number_names_nobody(text: str) -> None:
    assert not person_asked(text)


def test_the_lines_of_the_rules_that_name_her_are_told() -> None:
    rules = "version: 1\n  phone: 8 (900) 000-00-01\n  email: ANNA@example.com\n  phone: '+79000000002'\n"
    assert lines_with(rules, BY_PHONE.with_customer(OWN.customer)) == [2, 3]
