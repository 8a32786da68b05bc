"""What a delivery of amoCRM says, alone and with what its API told."""

from __future__ import annotations

from decimal import Decimal

from processor.domain.event import Customer, Form, Order, Utm
from tests.harness import deliveries_thin as thin
from tests.sources.thin import AMO, AT, read, wants


def test_several_records_of_amocrm_are_several_events() -> None:
    """In their order, each with what it brings."""
    body = thin.amo_hook(
        ("leads", "add", thin.amo_lead_change()),
        ("leads", "add", thin.amo_lead_change(18)),
        ("leads", "status", thin.amo_lead_change(19, status_id=143)),
        ("leads", "delete", {"id": 20, "status_id": 143}),
        ("contacts", "add", thin.amo_contact_change()),
        ("contacts", "update", thin.amo_contact_change(42, type="company")),
        ("task", "add", {"id": 3, "text": "Позвонить"}),
    )
    events = read(body, AMO)
    assert [event.event for event in events] == [
        "lead.created",
        "lead.created",
        "lead.updated",
        "lead.deleted",
        "customer.created",
        "company.updated",
        "task.add",
    ]
    assert [event.thin for event in events] == [True, True, True, True, None, None, None]
    assert [event.order and event.order.status for event in events[:4]] == ["142", "142", "143", "143"]
    assert events[0].occurred_at == AT
    assert events[4].customer == Customer(
        id="41", name="Анна Примерова", phone="+79000000001", email="anna@example.com", city="Казань"
    )
    assert wants(body, AMO) == ("lead:17", "lead:18", "lead:19")


def test_a_lead_of_amocrm_is_read_with_its_main_contact() -> None:
    """Marks stand in the lead's own fields, the phone in the contact's."""
    body = thin.amo_hook(("leads", "status", thin.amo_lead_change()))
    assert wants(body, AMO, lead_17=thin.amo_lead()) == ("lead:17", "contact:41")
    (event,) = read(body, AMO, lead_17=thin.amo_lead(), contact_41=thin.amo_contact())
    assert event.thin is None
    assert event.customer == Customer(
        id="41",
        name="Анна Примерова",
        first_name="Анна",
        last_name="Примерова",
        phone="+79000000001",
        email="anna@example.com",
    )
    assert event.order == Order(id="17", number="17", status="142", total=Decimal(5400))
    assert event.utm == Utm(source="yandex", medium="cpc")
    assert event.raw["leads"]["status"][0]["old_status_id"] == "141"


def test_a_form_of_amocrm_is_read_whole() -> None:
    """`unsorted[add]` carries answers, contact and marks."""
    body = thin.amo_hook(("unsorted", "add", thin.amo_unsorted()))
    assert wants(body, AMO) == ()
    (event,) = read(body, AMO)
    assert (event.event, event.thin, event.occurred_at) == ("lead.created", None, AT)
    assert event.customer == Customer(
        name="Анна Примерова", phone="+79000000001", email="anna@example.com", city="Казань"
    )
    answers = {"Ваше имя": "Анна Примерова", "Телефон": "+7 900 000-00-01", "Дата": "5 мая"}
    assert event.form == Form(id="308", name="Заявка", fields=answers)
    assert event.utm == Utm(source="vk", medium="social")
    (bare,) = read(thin.amo_hook(("unsorted", "add", thin.amo_unsorted(data={}))), AMO)
    assert (bare.customer.name, bare.customer.phone) == ("Анна Примерова", "+79000000001")


def test_a_change_of_many_records_at_once_is_read() -> None:
    """It has more fields than any form of people."""
    fields = [{"id": at, "name": f"Поле {at}", "values": [{"value": at}]} for at in range(30)]
    body = thin.amo_hook(*(("leads", "update", thin.amo_lead_change(at, custom_fields=fields)) for at in range(1, 61)))
    assert len(read(body, AMO)) == 60
    assert len(wants(body, AMO)) <= 50
