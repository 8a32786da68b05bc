"""What anybody's delivery says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.event import Customer, Event, Form, Item, Order, Page, Payment, Utm, as_mapping
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.errors import Unreadable
from tests.harness.deliveries import PHONE, multipart
from tests.sources.asking import event, events, inbound, kept, key

TOKEN = "crm-token-1"
CRM = Source("crm", "generic", tokens=(TOKEN,))
ANNA = "+79000000001"


def mapped(**more: Any) -> Source:
    """A source with a mapping."""
    return Source("crm", "generic", tokens=(TOKEN,), **more)


def read(sent: Any, source: Source = CRM, query: str = "") -> Event:
    """The event of a JSON body."""
    return event(inbound(json.dumps(sent).encode(), query=query), source)


def test_a_body_in_our_vocabulary_is_taken_as_it_is() -> None:
    """Every part, with each value read as its field demands."""
    sent = {
        "event": "order.paid",
        "occurred_at": "2025-03-01T12:00:00+03:00",
        "customer": {
            "id": 5,
            "name": "Анна",
            "phone": "8 900 000-00-01",
            "email": "нет",
            "telegram_username": "@anna_x",
        },
        "order": {
            "id": 1,
            "total": "5 000,50 ₽",
            "paid": "да",
            "items": [{"title": "Чай", "qty": 2, "price": "7"}, "Кофе", 5],
        },
        "payment": {"id": "p1", "amount": 5000.5, "currency": "RUB", "unknown": 1},
        "form": {"name": "Заявка", "fields": {"Город": "Казань", "x": None}},
        "utm": {"source": "vk", "utm_medium": "cpc"},
        "page": {"url": "https://a.example/?utm_term=no", "referrer": 5},
    }
    assert read(sent) == Event(
        source="crm",
        event="order.paid",
        received_at=datetime(2025, 2, 19, 21, 20, tzinfo=UTC),
        occurred_at=datetime(2025, 3, 1, 9, 0, tzinfo=UTC),
        customer=Customer(id="5", name="Анна", phone=ANNA, telegram_username="anna_x"),
        order=Order(
            id="1",
            total=Decimal("5000.50"),
            paid=True,
            items=(Item(name="Чай", quantity=Decimal(2), price=Decimal(7)), Item(name="Кофе")),
        ),
        payment=Payment(id="p1", amount=Decimal("5000.5"), currency="RUB"),
        form=Form(name="Заявка", fields={"Город": "Казань"}),
        utm=Utm(source="vk", medium="cpc"),
        page=Page(url="https://a.example/?utm_term=no"),
        raw=sent,
    )


SENT: dict[str, Any] = {
    "type": "deal",
    "name": "Сделка 5",
    "contact": {"tel": PHONE, "fio": "Анна", "e": "anna@example.com"},
    "sum": "5000",
    "items": [{"name": "Чай"}, {"name": "Кофе"}],
    "fields": {"Ваш телефон": PHONE, "a.b": "dotted"},
    "when": 1_740_000_000,
    "ok": "yes",
    "utm_source": "vk",
    "mark": {"s": "ok"},
    "list": [1, "два", None],
}
MAPPINGS: list[tuple[str, str, str, Any]] = [
    ("customer.phone", "contact.tel", "customer.phone", ANNA),
    ("customer.phone", 'fields."Ваш телефон"', "customer.phone", ANNA),
    ("customer.name", "contact.fio", "customer.name", "Анна"),
    ("customer.city", "fields['a.b']", "customer.city", "dotted"),
    ("order.total", "sum", "order.total", Decimal(5000)),
    ("order.comment", "items[1].name", "order.comment", "Кофе"),
    ("order.comment", "items.0.name", "order.comment", "Чай"),
    ("order.comment", "list", "order.comment", "1, два"),
    ("order.items", "items", "order.items", ({"name": "Чай"}, {"name": "Кофе"})),
    ("order.paid", "ok", "order.paid", True),
    ("occurred_at", "when", "occurred_at", datetime(2025, 2, 19, 21, 20, tzinfo=UTC)),
    ("event", "contact.fio", "event", "Анна"),
    ("form.fields.Город", "contact.fio", "form.fields", {"Город": "Анна"}),
    ('form.fields."Ваш город"', "contact.fio", "form.fields", {"Ваш город": "Анна"}),
    ("utm.source", "mark.s", "utm.source", "ok"),
    ("order.id", "nothing.here", "order.id", MISSING),
    ("order.id", "items.7.name", "order.id", MISSING),
    ("order.id", "contact", "order.id", MISSING),
    ("order.total", "contact.fio", "order.total", MISSING),
    ("order.id", 'a"wrong"path', "order.id", MISSING),
    ("nothing.such", "sum", "nothing", MISSING),
    ("order.id", "sum", "customer.name", MISSING),
    ("order.id", "sum", "utm.source", "vk"),
]


@pytest.mark.parametrize(("ours", "theirs", "path", "expected"), MAPPINGS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_mapping_reads_the_senders_own_paths(ours: str, theirs: str, path: str, expected: Any, wrapped: bool) -> None:
    """At the top or within an envelope's `data`; with a mapping, well-known names are not guessed."""
    sent = {"type": "deal", "timestamp": "2025-03-01T09:00:00Z", "data": SENT} if wrapped else SENT
    got = read(sent, mapped(fields={ours: theirs}))
    assert look_up(as_mapping(got), split_path(path)) == expected


def test_a_mapped_path_is_read_nowhere_else() -> None:
    """What the owner said outweighs what the body looks like."""
    sent = {"customer": {"phone": PHONE, "name": "Анна"}, "tel": ""}
    assert read(sent, mapped(fields={"customer.phone": "tel"})).customer == Customer(name="Анна")


def test_an_envelope_tells_type_and_time() -> None:
    """Standard Webhooks advises `{type, timestamp, data}`."""
    envelope = {
        "type": "lead.created",
        "timestamp": "2025-03-01T09:00:00.5Z",
        "data": {"phone": PHONE, "utm_term": "x"},
    }
    got = read(envelope)
    assert (got.event, got.customer.phone, got.utm) == ("lead.created", ANNA, Utm(term="x"))
    assert got.occurred_at == datetime(2025, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)


FLAT: list[tuple[dict[str, Any], Customer]] = [
    (
        {"phone": PHONE, "email": "anna@example.com", "name": "Анна"},
        Customer(phone=ANNA, email="anna@example.com", name="Анна"),
    ),
    (
        {"Телефон": 89000000001, "Имя": "Анна", "Фамилия": "Примерова"},
        Customer(phone=ANNA, name="Анна Примерова", first_name="Анна", last_name="Примерова"),
    ),
    ({"phone": [PHONE, "+7 900 000-00-02"]}, Customer(phone=ANNA)),
    ({"phone": {"a": 1}, "tel": PHONE}, Customer(phone=ANNA)),
    ({"name": ["Анна"], "vk_id": 77}, Customer(name="Анна", vk_id="77")),
    ({"phone": PHONE, "customer": {"phone": "+7 900 000-00-02"}}, Customer(phone="+79000000002")),
    ({"customer": "Анна", "order": 5, "utm": [], "form": None, "page": True, "payment": ""}, Customer()),
]


@pytest.mark.parametrize(("sent", "customer"), FLAT)
def test_well_known_names_need_no_mapping(sent: dict[str, Any], customer: Customer) -> None:
    """In Russian and English; a part of our vocabulary outweighs them."""
    assert read(sent).customer == customer


TYPES: list[tuple[bytes, str, Mapping[str, Any], str]] = [
    (b'{"event":"a","type":"b"}', "", {}, "a"),
    (b'{"type":"b"}', "", {}, "b"),
    (b'{"event":{"x":1},"type":"b"}', "", {}, "b"),
    (b'{"a":1}', "", {}, "generic"),
    (b"a=1", "", {}, "form.submitted"),
    (b"", "a=1", {}, "form.submitted"),
    (b'{"a":1}', "event=x", {}, "x"),
    (b'{"event":"a"}', "event=x", {}, "a"),
    (b'{"t":{"u":"deal"}}', "", {"event_field": "t.u"}, "deal"),
    (b'{"t":{"u":"deal"}}', "", {"event_field": "t.u", "event_types": {"deal": "lead.created"}}, "lead.created"),
    (b'{"t":7}', "", {"event_field": "t", "event_types": {"7": "lead.created"}}, "lead.created"),
    (b'{"type":"deal"}', "", {"event_types": {"deal": "lead.created"}}, "lead.created"),
    (b'{"type":"b"}', "", {"event_field": "nothing"}, "b"),
    (b'{"data":{"t":"deal"},"type":"b"}', "", {"event_field": "t"}, "deal"),
]


@pytest.mark.parametrize(("body", "query", "source", "type_"), TYPES)
def test_the_type_is_named_mapped_or_told_by_the_shape(
    body: bytes, query: str, source: dict[str, Any], type_: str
) -> None:
    """The named field first, then `event`, then `type`; a form is a filled form."""
    assert event(inbound(body, query=query), mapped(**source)).event == type_


MOMENTS: list[tuple[Any, datetime | None]] = [
    ("2025-03-01T12:00:00Z", datetime(2025, 3, 1, 12, tzinfo=UTC)),
    ("2025-03-01T12:00:00", datetime(2025, 3, 1, 9, tzinfo=UTC)),
    ("2025-03-01 12:00:00", datetime(2025, 3, 1, 9, tzinfo=UTC)),
    (1_740_000_000, datetime(2025, 2, 19, 21, 20, tzinfo=UTC)),
    ("1740000000", datetime(2025, 2, 19, 21, 20, tzinfo=UTC)),
    (1_740_000_000_000, datetime(2025, 2, 19, 21, 20, tzinfo=UTC)),
    (0, None),
    ("0001-01-01T00:00:00+23:59", None),
    ("9999-12-31T23:59:59-23:59", None),
    (10**30, None),
    (-(10**15), None),
    ("вчера", None),
    ("²", None),
    (True, None),
    ([], None),
]


@pytest.mark.parametrize(("sent", "moment"), MOMENTS)
def test_a_moment_is_read_in_the_sources_zone(sent: Any, moment: datetime | None) -> None:
    """ISO 8601 or Unix time; nonsense is absent."""
    assert read({"occurred_at": sent}, mapped(timezone="Europe/Moscow")).occurred_at == moment
    assert read({"occurred_at": "2025-03-01T12:00"}, mapped(timezone="../x")).occurred_at == datetime(
        2025, 3, 1, 12, tzinfo=UTC
    )


REQUESTS: list[tuple[bytes, dict[str, str], str]] = [
    (
        json.dumps({"phone": PHONE, "utm_source": "vk"}).encode(),
        {"content-type": "application/x-www-form-urlencoded"},
        "",
    ),
    (b"\xef\xbb\xbf " + json.dumps({"phone": PHONE, "utm_source": "vk"}).encode(), {}, ""),
    (urlencode({"phone": PHONE, "utm_source": "vk"}).encode(), {"content-type": "application/json"}, ""),
    (urlencode({"customer[phone]": PHONE, "utm[source]": "vk"}).encode(), {}, ""),
    (*multipart([("phone", PHONE), ("utm_source", "vk")], files=[("f", b"x")]), ""),
    (b"", {}, urlencode({"phone": PHONE, "utm_source": "vk", "token": TOKEN})),
    (json.dumps({"phone": PHONE}).encode(), {}, "utm_source=vk"),
    (json.dumps({"phone": PHONE}).encode(), {"referer": "https://a.example/?utm_source=vk"}, ""),
    (json.dumps({"phone": PHONE, "page_url": "https://a.example/?utm_source=vk"}).encode(), {}, ""),
]


@pytest.mark.parametrize(("body", "headers", "query"), REQUESTS)
def test_data_are_found_wherever_they_travel(body: bytes, headers: dict[str, str], query: str) -> None:
    """JSON, forms, the query of a request without a body."""
    got = event(inbound(body, headers, query), CRM)
    assert (got.customer.phone, got.utm) == (ANNA, Utm(source="vk"))
    assert TOKEN not in repr(got)


def test_a_forms_answers_are_kept_by_name() -> None:
    """As with every form."""
    got = event(inbound(urlencode([("Цвет", "белый"), ("Цвет", "синий"), ("пусто", "")]).encode()), CRM)
    assert got.form == Form(fields={"Цвет": "белый, синий"})


def test_a_list_of_objects_is_as_many_events() -> None:
    """One request may hold several."""
    sent = json.dumps([{"phone": PHONE}, {"phone": "+7 900 000-00-02"}]).encode()
    assert [got.customer.phone for got in events(inbound(sent), CRM)] == [ANNA, "+79000000002"]


@pytest.mark.parametrize(
    "body", [b"", b"  \r\n", b"[1]", b"[[]]", b'"text"', b"{", b"{'a':1}", b"\x98\xff", b"[" + b"{}," * 100 + b"{}]"]
)
def test_what_cannot_be_read_is_unreadable(body: bytes) -> None:
    """An empty request too: some senders post nothing until they are configured."""
    with pytest.raises(Unreadable):
        events(inbound(body, {"content-type": "application/json"}), CRM)


def test_a_header_names_the_delivery_else_the_whole_request_does() -> None:
    """An id in the body names an order or a person, who come again."""
    body = b'{"id":1,"type":"a"}'
    for name in ("webhook-id", "x-delivery-id", "idempotency-key"):
        first = key(inbound(body, {name: "m1", "webhook-timestamp": "1"}), CRM)
        assert first == key(inbound(b'{"retried":1}', {name: "m1", "webhook-timestamp": "2"}), CRM)
        assert first != key(inbound(body, {name: "m2"}), CRM)
    assert key(inbound(body, {"webhook-id": "m1"}), CRM) != key(inbound(body, {"x-delivery-id": "m1"}), CRM)
    whole = key(inbound(body), CRM)
    assert whole == key(inbound(body, {"webhook-id": " "}, f"token={TOKEN}"), CRM)
    others = [inbound(body + b" "), inbound(body, query="a=1"), inbound(body, method="PUT")]
    assert whole not in [key(other, CRM) for other in others]


def test_the_token_is_not_kept() -> None:
    """Neither of the query nor of the headers, under whatever name it comes."""
    headers = {"x-token": TOKEN, "authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    delivery = kept(inbound(b"{}", headers, f"a=1&TOKEN=x&b={TOKEN}&%74oken=y&c=%63rm-token-1&d=2"), CRM)
    assert delivery.query == "a=1&d=2"
    assert delivery.headers == {"content-type": "application/json"}
