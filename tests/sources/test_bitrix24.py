"""What a delivery of Bitrix24 says, alone and with what its API told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processor.domain.event import Customer, Order, Utm
from tests.harness import deliveries_thin as thin
from tests.sources.thin import AT, BITRIX, read, wants

BITRIX_TYPES = [
    ("ONCRMLEADADD", "lead.created"),
    ("ONCRMLEADUPDATE", "lead.updated"),
    ("ONCRMLEADDELETE", "lead.deleted"),
    ("onCrmDealAdd", "deal.created"),
    ("ONCRMDEALUPDATE", "deal.updated"),
    ("ONCRMCONTACTADD", "customer.created"),
    ("ONCRMCONTACTUPDATE", "customer.updated"),
    ("ONCRMCONTACTUSERFIELDADD", "oncrmcontactuserfieldadd"),
    ("ONCRMCOMPANYADD", "oncrmcompanyadd"),
    ("ONTASKADD", "ontaskadd"),
]


@pytest.mark.parametrize(("theirs", "ours"), BITRIX_TYPES)
def test_bitrix24s_events_have_our_types(theirs: str, ours: str) -> None:
    """Thin, with the id and the time that it told, and without its tokens."""
    (event,) = read(thin.bitrix_hook(theirs), BITRIX)
    assert (event.event, event.thin, event.occurred_at) == (ours, True, AT)
    assert thin.BITRIX_TOKEN not in repr(event)
    assert event.raw["auth"] == {"domain": thin.PORTAL, "member_id": "a1b2c3d4"}
    if ours.startswith("lead"):
        assert event.order == Order(id="7")
    if ours.startswith("customer"):
        assert event.customer == Customer(id="7")


def test_a_lead_of_bitrix24_is_read_whole() -> None:
    """Phones and e-mails are lists, marks are flat, the sum is a text."""
    assert wants(thin.bitrix_hook(), BITRIX) == ("lead:7",)
    assert wants(thin.bitrix_hook(), BITRIX, lead_7=thin.bitrix_lead()) == ("lead:7",)
    (event,) = read(thin.bitrix_hook(), BITRIX, lead_7=thin.bitrix_lead())
    assert event.thin is None
    assert event.customer == Customer(
        name="Анна Примерова",
        first_name="Анна",
        last_name="Примерова",
        phone="+79000000001",
        email="anna@example.com",
        city="Казань",
    )
    assert event.order == Order(id="7", status="NEW", total=Decimal("5400.00"), currency="RUB", comment="Перезвонить")
    assert event.utm == Utm(source="yandex", medium="cpc", campaign="osen")
    assert event.raw["fetched"]["lead"]["TITLE"] == "Заявка с сайта"


def test_a_lead_without_a_phone_is_read_from_its_contact() -> None:
    """PHONE and EMAIL are absent when empty."""
    lead = thin.bitrix_lead(PHONE=..., EMAIL=..., CONTACT_ID="31", NAME=None, LAST_NAME=None)
    assert wants(thin.bitrix_hook(), BITRIX, lead_7=lead) == ("lead:7", "contact:31")
    (half,) = read(thin.bitrix_hook(), BITRIX, lead_7=lead)
    assert (half.thin, half.customer.id, half.customer.phone) == (True, "31", None)
    (event,) = read(thin.bitrix_hook(), BITRIX, lead_7=lead, contact_31=thin.bitrix_contact())
    assert (event.thin, event.customer.phone, event.customer.name) == (None, "+79000000002", "Борис Примеров")
    assert event.utm
    assert event.utm.source == "yandex"


def test_a_deal_of_bitrix24_is_read_with_its_contact() -> None:
    """It is no order: a deal is opened before anybody has bought."""
    body = thin.bitrix_hook("ONCRMDEALADD", 9)
    assert wants(body, BITRIX, deal_9=thin.bitrix_deal()) == ("deal:9", "contact:31")
    assert wants(body, BITRIX, deal_9=thin.bitrix_deal(CONTACT_ID="0")) == ("deal:9",)
    (event,) = read(body, BITRIX, deal_9=thin.bitrix_deal(), contact_31=thin.bitrix_contact())
    assert (event.event, event.thin) == ("deal.created", None)
    assert event.customer.phone == "+79000000002"
    assert event.order == Order(id="9", status="C1:NEW", total=Decimal("12000.00"), currency="RUB")
    assert event.utm == Utm(source="vk")


def test_a_contact_of_bitrix24_is_read() -> None:
    """Of several phones the first that is one."""
    body = thin.bitrix_hook("ONCRMCONTACTUPDATE", 31)
    phones = [{"VALUE": "доб. 12"}, {"VALUE": "8 900 000 00 03"}]
    assert wants(body, BITRIX) == ("contact:31",)
    (event,) = read(body, BITRIX, contact_31=thin.bitrix_contact(PHONE=phones))
    assert (event.customer.id, event.customer.phone) == ("31", "+79000000003")


@pytest.mark.parametrize("id", ["", "0x1", "1/../2", "٧", "-1"])
def test_nothing_but_a_number_is_asked_of_bitrix24(id: str) -> None:
    """An id goes into an address."""
    assert wants(thin.bitrix_hook(id=id), BITRIX) == ()
