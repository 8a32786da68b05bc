"""A call that is known to be wrong is our own fault: named in both languages, and never made."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from processor.domain.call import Call, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from workers.watbot.client import WatbotClient
from workers.watbot.errors import BadCall

BASE_URL = "https://watbot.example/api/v1"
ECHO = {"id": 41, "bot_id": 1, "messenger": "whatsapp", "phone": "79000000001", "utm": [], "tags": []}


def answering(*answers: httpx.Response) -> tuple[WatbotClient, list[httpx.Request]]:
    """A client that gets these answers in order (the last one for ever), and the requests it makes."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers[min(len(asked), len(answers)) - 1]

    return WatbotClient(BASE_URL, "very-secret", transport=httpx.MockTransport(answer)), asked


BAD_FORMS: list[tuple[dict[str, Any], str]] = [
    ({"bot_id": 0}, "bot_id"),
    ({"bot_id": True}, "bot_id"),
    ({"bot_id": "1"}, "bot_id"),
    ({"messenger": "icq"}, "messenger"),
    ({"name": ""}, "name"),
    ({"name": " \u00a0"}, "name"),
    ({"name": None}, "name"),
    ({"name": "\ud800"}, "name"),
    ({"phone": None}, "phone"),
    ({"phone": "79000000001"}, "phone"),
    ({"phone": "+7 900 000-00-01"}, "phone"),
    ({"phone": "+79000000001\n"}, "phone"),
    ({"phone": "+٧٩٠٠٠٠٠٠٠٠١"}, "phone"),
    ({"messenger": "telegram"}, "telegram_id"),
    ({"messenger": "telegram", "telegram_id": "500"}, "telegram_id"),
    ({"messenger": "telegram", "telegram_id": 2**63}, "telegram_id"),
    ({"messenger": "viber"}, "viber_id"),
    ({"messenger": "viber", "viber_id": ""}, "viber_id"),
    ({"messenger": "vk"}, "vk_id"),
    ({"messenger": "vk", "vk_id": -1}, "vk_id"),
    ({"email": ""}, "email"),
    ({"address": 5}, "address"),
    ({"tags": ["VIP", " "]}, "tags.1"),
    ({"tags": [None]}, "tags.0"),
    ({"utm": {"utm_source": "x"}}, "utm.utm_source"),
    ({"utm": {"source": ""}}, "utm.source"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_FORMS)
def test_a_wrong_contact_is_our_own_fault_and_is_never_sent(wrong: dict[str, Any], field: str) -> None:
    """The field is named, in both languages."""
    client, asked = answering(httpx.Response(200, json={"data": ECHO}))
    given: dict[str, Any] = {"bot_id": 1, "messenger": "whatsapp", "name": "Анна", "phone": "+79000000001"} | wrong
    with pytest.raises(BadCall) as caught:
        client.create_or_update_contact(**given)
    assert caught.value.field == field
    assert caught.value.say("ru").startswith(f"{field}: ")
    assert caught.value.say("en").startswith(f"{field}: ")
    assert asked == []


BAD_CALLS: list[tuple[Call, str]] = [
    (SetStatus(watbot_id=0, status="x"), "contact_id"),
    (SetStatus(watbot_id=41, status=""), "status"),
    (SetStatus(watbot_id=41, status="я" * 65), "status"),
    (SetVariable(watbot_id=41, name="", value="x"), "name"),
    (DetachTag(watbot_id=41, name=" "), "name"),
    (Upsert(contact=ContactId(1, "telegram", "@anna"), name="Анна"), "telegram_id"),
    (Upsert(contact=ContactId(1, "vk", "5" * 5_000), name="Анна"), "vk_id"),
    (Upsert(contact=ContactId(1, "whatsapp", "8900"), name="Анна"), "phone"),
]


@pytest.mark.parametrize(("call", "field"), BAD_CALLS)
def test_a_wrong_call_is_never_sent_either(call: Call, field: str) -> None:
    """So it spends nothing of the budget."""
    client, asked = answering(httpx.Response(204))
    with pytest.raises(BadCall) as caught:
        client.call(call)
    assert caught.value.field == field
    assert asked == []


def test_a_status_of_64_characters_is_sent() -> None:
    """Characters are counted, not bytes."""
    client, asked = answering(httpx.Response(204))
    client.set_ysell_status(41, "я" * 64)
    assert len(asked) == 1


BAD_PAGINGS: list[tuple[dict[str, Any], str]] = [
    ({"bot_id": 0}, "bot_id"),
    ({"count": 0}, "count"),
    ({"count": 501}, "count"),
    ({"page": 0}, "page"),
    ({"date_from": datetime(2026, 1, 1)}, "date_from"),
    ({"date_to": -1}, "date_to"),
    ({"date_to": "2026"}, "date_to"),
    ({"date_from": 2, "date_to": 1}, "date_from"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_PAGINGS)
def test_wrong_paging_is_refused_at_the_call_itself(wrong: dict[str, Any], field: str) -> None:
    """Not at the first page, and without a request."""
    client, asked = answering(httpx.Response(200, json={"data": []}))
    with pytest.raises(BadCall) as caught:
        client.contacts(**({"bot_id": 1} | wrong))
    assert caught.value.field == field
    assert asked == []
