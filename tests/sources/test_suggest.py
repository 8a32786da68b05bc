"""A mapping is suggested from one delivery, and does what it says once it is in the rules."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from processor.domain.event import as_mapping
from processor.domain.mapping import find_column, place_of
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.phone import normal_phone
from processor.sources.compose import items_of
from processor.sources.registry import preset_of
from processor.sources.suggest.block import block_of, scalar
from processor.sources.suggest.fields import read_as, suggest
from processor.sources.suggest.suggestion import Suggested
from processor.sources.suggest.types import type_like
from tests.harness.deliveries import PHONE
from tests.harness.rules import ruleset
from tests.sources.asking import inbound, kept

HEAD = "version: 1\nbot: 1\nsources:\n  crm:\n    preset: generic\n    token: t\n"
MAIL = "anna@example.com"

SUGGESTED: dict[str, tuple[Any, dict[str, str]]] = {
    "a deal of a CRM, whose manager is nobody's customer": (
        {
            "contact": {"tel": PHONE, "fio": "Анна"},
            "deal": {"id": 7, "sum": 990, "currency": "RUB", "name": "Сделка 5"},
            "manager": {"phone": "+7 900 000-00-09", "name": "Борис", "email": "b@example.com"},
        },
        {
            "customer.phone": "contact.tel",
            "customer.name": "contact.fio",
            "order.id": "deal.id",
            "order.total": "deal.sum",
            "order.currency": "deal.currency",
        },
    ),
    "answers to questions": (
        {
            "answers": [
                {"question": "Ваш телефон", "answer": PHONE},
                {"question": "Как вас зовут?", "answer": "Анна"},
                {"question": "Цвет", "answer": "синий"},
            ],
            "extra": {"utm": {"source": "vk", "term": ""}, "href": "https://a.example/?utm_term=1"},
        },
        {
            "customer.phone": "answers[question=Ваш телефон].answer",
            "customer.name": 'answers[question="Как вас зовут?"].answer',
            "utm.source": "extra.utm.source",
            "page.url": "extra.href",
        },
    ),
    "names of several words and a cart by other names": (
        {
            "buyer": {"firstName": "Анна", "lastName": "Примерова", "mobilePhone": PHONE, "mail": MAIL},
            "totals": {"grandTotal": "1 200,50", "currencyCode": "KZT"},
            "positions": [{"caption": "Чай", "cost": 5, "qty": 1}, {"caption": "Кофе", "cost": "7", "qty": 2}],
            "createdAt": "2025-03-01T09:00:00Z",
        },
        {
            "customer.first_name": "buyer.firstName",
            "customer.last_name": "buyer.lastName",
            "customer.phone": "buyer.mobilePhone",
            "customer.email": "buyer.mail",
            "order.total": "totals.grandTotal",
            "order.currency": "totals.currencyCode",
            "order.items.name": "positions[*].caption",
            "order.items.price": "positions[*].cost",
            "order.items.quantity": "positions[*].qty",
            "occurred_at": "createdAt",
        },
    ),
    "a cart by our names": (
        {"order_total": 5, "cart": [{"title": "Чай", "qty": 1, "price": 5}]},
        {"order.total": "order_total", "order.items": "cart"},
    ),
    "answers told apart by their kind": (
        {"f": {"answers": [{"type": "phone_number", "phone_number": PHONE}, {"type": "email", "email": MAIL}]}},
        {
            "customer.phone": "f.answers[type=phone_number].phone_number",
            "customer.email": "f.answers[type=email].email",
        },
    ),
    "fields of a CRM with codes": (
        {"lead": {"custom_fields": [{"id": 1, "name": "Телефон", "code": "PHONE", "values": [{"value": PHONE}]}]}},
        {"customer.phone": "lead.custom_fields[code=PHONE].values[0].value"},
    ),
    "meta data": (
        {"meta_data": [{"key": "utm_source", "value": "ya"}, {"key": "utm_medium", "value": "cpc"}]},
        {"utm.source": "meta_data[key=utm_source].value", "utm.medium": "meta_data[key=utm_medium].value"},
    ),
    "names that say nothing": (
        {"x1": MAIL, "x2": "+7 (900) 000-00-01", "x3": "2025-03-01", "x4": 9000000001, "x5": "USD"},
        {"customer.email": "x1", "customer.phone": "x2", "order.currency": "x5"},
    ),
    "names that need quotes": (
        {"a.b": {'с "кавычками"': {"Ваш телефон": PHONE}}},
        {"customer.phone": r'"a.b"."с \"кавычками\""."Ваш телефон"'},
    ),
    "a surname beside a name": (
        {"client": {"name": "Анна", "surname": "Примерова"}},
        {"customer.first_name": "client.name", "customer.last_name": "client.surname"},
    ),
    "what is read anyway": (
        {"utm_source": "vk", "customer": {"phone": PHONE}, "data": {"utm_term": "x", "customer": {"name": "Анна"}}},
        {},
    ),
    "nothing of use": ({"a": 1, "b": [1, 2], "c": None, "d": "text", "": PHONE, "{{ x": PHONE, "\n": PHONE}, {}),
    "no object": ([1, "text"], {}),
}


@pytest.mark.parametrize("name", SUGGESTED)
def test_fields_are_known_by_their_names_and_by_their_looks(name: str) -> None:
    """Each of ours once, at its likeliest place."""
    tree, expected = SUGGESTED[name]
    found = suggest(tree)
    assert {one.ours: one.theirs for one in found.fields} == expected
    assert all(1 <= one.confidence <= 100 and one.why.ru and one.why.en for one in found.fields)


@pytest.mark.parametrize("name", SUGGESTED)
def test_no_whole_phone_and_no_whole_address_is_shown(name: str) -> None:
    """Suggestions are pasted into chats."""
    shown = "\n".join(block_of(suggest(SUGGESTED[name][0]), "ru"))
    assert MAIL not in shown
    assert "0000001" not in "".join(sign for sign in shown if sign.isdecimal())


def test_what_is_mapped_is_not_suggested_again() -> None:
    """Whatever stands there."""
    found = suggest({"tel": PHONE, "mail": MAIL}, mapped={"customer.phone"})
    assert [one.ours for one in found.fields] == ["customer.email"]


TYPES = [
    ("order_new", "order.created"),
    ("orderCreated", "order.created"),
    ("orders/create", "order.created"),
    ("order.created", "order.created"),
    ("deal_paid", "order.paid"),
    ("order cancelled", "order.cancelled"),
    ("payment.succeeded", "payment.succeeded"),
    ("payment_failed", "payment.failed"),
    ("quiz_done", "form.submitted"),
    ("Новая заявка", "form.submitted"),
    ("lead_add", "lead.created"),
    ("contact.updated", "customer.updated"),
    ("something", ""),
    ("5", None),
    ("a", None),
    ("много слов, и это не тип события", None),
    ("https://a.example/?x", None),
]


@pytest.mark.parametrize(("word", "ours"), TYPES)
def test_a_type_is_likely_to_be_one_of_ours(word: str, ours: str | None) -> None:
    """Or the sender's own word, or no type at all."""
    assert type_like(word) == ours


def test_the_type_is_suggested_where_it_stands() -> None:
    """Only what is not looked for by itself needs a line."""
    lines = list(block_of(suggest({"meta": {"action": "order_new"}, "tel": PHONE}), "en"))
    assert lines[0].split("#")[0].strip() == "event: meta.action"
    assert lines[1].strip() == 'events: {"order_new": order.created}'
    lines = list(block_of(suggest({"type": "order_new", "tel": PHONE, "x": {"event": "y"}}), "en"))
    assert [line.split("#")[0].strip() for line in lines] == [
        'events: {"order_new": order.created}',
        "fields:",
        "customer.phone: tel",
    ]
    assert len(list(block_of(suggest({"t": {"action": "a.b"}, "tel": PHONE}), "en", mapped=True, typed=True))) == 1


WORDS = """
phone tel Телефон email mail name fio first_name lastName customer client manager order deal total sum amount currency
utm_source utm source id number status items positions title qty price cost answers key value question answer data
event type action created_at href coupon null true 007 a.b [x] # : - & * city_2"""
TOLD = [PHONE, MAIL, "Анна", "Примерова", "RUB", "5 000,50", 990, 7.5, "vk", "2025-03-01T09:00:00Z", "order_new", ""]
ODD = ["https://a.example/?utm_source=x", None, True, "phone", "utm_source", 1_740_000_000, "100%25"]
NAMES = st.sampled_from(WORDS.split()) | st.text(max_size=8)
VALUES = st.sampled_from([*TOLD, *ODD]) | st.text(max_size=8) | st.integers()
ROWS = st.lists(st.fixed_dictionaries({"key": NAMES, "value": VALUES}), min_size=1, max_size=4)
TREES = st.recursive(
    VALUES | ROWS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=8))
def test_the_block_put_into_the_rules_reads_what_was_suggested(tree: dict[str, Any]) -> None:
    """It compiles, and every field comes out as the value that stands there."""
    body = json.dumps(tree).encode("utf-8", "surrogatepass")
    bare = ruleset(HEAD + "rules: []\n").sources["crm"]
    (before,) = preset_of(bare).normalise(kept(inbound(body), bare), bare)
    found = suggest(before.raw)
    assume(found.fields)
    text = HEAD + "\n".join(block_of(found, "ru")) + "\nrules: []\n"
    source = ruleset(text).sources["crm"]
    assert source.fields == {one.ours: one.theirs for one in found.fields}
    (event,) = preset_of(source).normalise(kept(inbound(body), source), source)
    check_fields(found, as_mapping(event), tree=before.raw)


def check_fields(found: Suggested, read: dict[str, Any], tree: Any) -> None:
    """Every suggested field stands in the event."""
    items = [one for one in found.fields if one.ours.startswith("order.items")]
    for one in found.fields:
        if one in items:
            continue
        got = look_up(read, split_path(one.ours))
        assert got == read_as(one.ours, one.value), one
    if items:
        got = look_up(read, ("order", "items"))
        assert got is not MISSING
        assert len(got) == len(items_of(items[0].value))
        place = place_of(items[0].theirs)
        assert isinstance(place, type(place_of("a")))
        assert find_column([tree], place)  # type: ignore[arg-type]  # the line above: a path


@pytest.mark.parametrize(
    "text", ["a.b", "null", "a[-1].b", "007", "a: b", "a #b", "- a", "a[k=v w].x", 'a."b"', "{{ a }}", "yes"]
)
def test_a_path_is_written_so_that_yaml_reads_the_same(text: str) -> None:
    """Quoted where YAML would read something else."""
    rules = ruleset(HEAD + f"    fields:\n      order.id: {scalar(text)} # comment\nrules: []\n")
    assert rules.sources["crm"].fields["order.id"] == text


def test_values_are_read_as_an_event_has_them() -> None:
    """The same readers."""
    assert isinstance(read_as("occurred_at", "2025-03-01"), datetime)
    assert read_as("customer.phone", PHONE) == normal_phone(PHONE)
