"""The client asks what it should, and believes no odd answer. Real HTTP is in test_watbot_sandbox.py."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from processor.domain.call import Call, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId, Messenger
from workers.watbot.client import WatbotClient
from workers.watbot.errors import (
    BadCall,
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)
from workers.watbot.exchange import ANSWER_BYTES_MAX

BASE_URL = "https://watbot.example/api/v1"
WHATSAPP = ContactId(1, "whatsapp", "+79000000001")
ECHO = {"id": 41, "bot_id": 1, "messenger": "whatsapp", "phone": "79000000001", "utm": [], "tags": []}

Handler = Callable[[httpx.Request], httpx.Response]


def client_with(handler: Handler) -> WatbotClient:
    return WatbotClient(BASE_URL, "very-secret", transport=httpx.MockTransport(handler))


def answering(*answers: httpx.Response) -> tuple[WatbotClient, list[httpx.Request]]:
    """A client that gets these answers in order (the last one for ever), and the requests it makes."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers[min(len(asked), len(answers)) - 1]

    return client_with(answer), asked


def test_every_request_carries_token_and_headers() -> None:
    """The token is a query parameter, also of a POST; the body is JSON."""
    client, asked = answering(httpx.Response(200, json={"data": ECHO}))
    client.create_or_update_contact(bot_id=1, messenger="whatsapp", name="Анна", phone="+79000000001", tags=["VIP"])
    (request,) = asked
    assert (request.method, request.url.path) == ("POST", "/api/v1/createOrUpdateContact")
    assert dict(request.url.params) == {"api_token": "very-secret"}
    assert request.headers["Accept"] == "application/json"
    assert request.headers["X-Requested-With"] == "XMLHttpRequest"
    assert request.headers["User-Agent"] == "watbot-hooks"
    assert json.loads(request.content) == {
        "bot_id": 1,
        "messenger": "whatsapp",
        "name": "Анна",
        "phone": "+79000000001",
        "tags": ["VIP"],
    }


IDENTITIES: list[tuple[ContactId, dict[str, Any], dict[str, Any]]] = [
    (WHATSAPP, {"phone": "+79000000001"}, ECHO),
    (ContactId(1, "telegram", "500"), {"telegram_id": 500}, {"id": 1, "messenger": "telegram", "telegram_id": "500"}),
    (ContactId(1, "vk", "77"), {"vk_id": 77}, {"id": 1, "messenger": "vk", "vk_user_id": 77}),
    (ContactId(1, "viber", "v=="), {"viber_id": "v=="}, {"id": 1, "messenger": "viber", "viber_id": "v=="}),
]


@pytest.mark.parametrize(("contact", "sent", "echo"), IDENTITIES, ids=[case[0].messenger for case in IDENTITIES])
def test_an_upsert_puts_the_contacts_id_where_its_messenger_keeps_it(
    contact: ContactId, sent: dict[str, Any], echo: dict[str, Any]
) -> None:
    """Ids that Watbot wants as numbers are numbers."""
    client, asked = answering(httpx.Response(200, json={"data": echo}))
    assert client.call(Upsert(contact=contact, name="Анна")) is not None
    body = json.loads(asked[0].content)
    assert body == {"bot_id": 1, "messenger": contact.messenger, "name": "Анна"} | sent


OTHER_CALLS: list[tuple[Call, httpx.Response, str, dict[str, Any]]] = [
    (SetStatus(watbot_id=41, status="Новый"), httpx.Response(204), "setYsellStatus", {"status": "Новый"}),
    (SetStatus(watbot_id=41, status="Новый"), httpx.Response(200), "setYsellStatus", {"status": "Новый"}),
    (
        SetVariable(watbot_id=41, name="Город", value=""),
        httpx.Response(200, json={"data": {}}),
        "setContactVariable",
        {"name": "Город", "value": ""},
    ),
    (DetachTag(watbot_id=41, name="VIP"), httpx.Response(204), "detachTagFromContact", {"name": "VIP"}),
]


@pytest.mark.parametrize(("call", "answer", "method", "sent"), OTHER_CALLS)
def test_the_other_calls_give_nothing_back(
    call: Call, answer: httpx.Response, method: str, sent: dict[str, Any]
) -> None:
    """Each goes to its own method with the contact's number."""
    client, asked = answering(answer)
    assert client.call(call) is None
    assert asked[0].url.path == f"/api/v1/{method}"
    assert json.loads(asked[0].content) == {"contact_id": 41} | sent


WRONG_ECHOES: list[tuple[Messenger, dict[str, Any]]] = [
    ("whatsapp", {"phone": "79000000002"}),
    ("whatsapp", {"bot_id": 2}),
    ("whatsapp", {"messenger": "telegram"}),
    ("telegram", {"telegram_id": "501"}),
    ("viber", {"viber_id": "w"}),
    ("vk", {"vk_user_id": 78}),
]


@pytest.mark.parametrize(("messenger", "told"), WRONG_ECHOES)
def test_an_echo_about_somebody_else_is_nonsense(messenger: Messenger, told: dict[str, Any]) -> None:
    """Believing it would write one person's data down for another."""
    client, _ = answering(httpx.Response(200, json={"data": {"id": 41} | told}))
    ids: dict[str, Any] = {"phone": "+79000000001", "telegram_id": 500, "viber_id": "v", "vk_id": 77}
    with pytest.raises(WatbotNonsense) as caught:
        client.create_or_update_contact(bot_id=1, messenger=messenger, name="Анна", **ids)
    assert caught.value.kind == "echo"


ODD_ANSWERS: list[tuple[httpx.Response, type[WatbotError], str | None]] = [
    (httpx.Response(200, text="<html>"), WatbotNonsense, "html"),
    (httpx.Response(200, text='{"data": {"id"'), WatbotNonsense, "json"),
    (httpx.Response(200), WatbotNonsense, "json"),
    (httpx.Response(204), WatbotNonsense, "json"),
    (httpx.Response(200, json={"data": []}), WatbotNonsense, "shape"),
    (httpx.Response(200, json={"data": {"id": None}}), WatbotNonsense, "shape"),
    (httpx.Response(200, json={"error": "no"}), WatbotNonsense, "error_inside"),
    (
        httpx.Response(200, stream=httpx.ByteStream(b"not gzip at all"), headers={"Content-Encoding": "gzip"}),
        WatbotNonsense,
        "encoding",
    ),
    (httpx.Response(200, content=b" " * (ANSWER_BYTES_MAX + 1)), WatbotNonsense, "size"),
    (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), WatbotUnavailable, "redirect"),
    (httpx.Response(502, text="<html>"), WatbotUnavailable, "server"),
    (httpx.Response(408), WatbotUnavailable, "busy"),
    (httpx.Response(429, content=b" " * (ANSWER_BYTES_MAX + 1)), WatbotThrottled, None),
    (httpx.Response(401, json={"message": "Unauthenticated."}), WatbotTokenRefused, None),
    (httpx.Response(404, text="<html>"), WatbotNonsense, "address"),
    (httpx.Response(422, json={"errors": {"email": ["?"]}}), WatbotRefused, None),
    (httpx.Response(422, json={"errors": {"contact_id": ["?"]}}), WatbotContactUnknown, None),
]


@pytest.mark.parametrize(("answer", "error", "kind"), ODD_ANSWERS)
def test_an_odd_answer_is_an_error_of_ours(answer: httpx.Response, error: type[WatbotError], kind: str | None) -> None:
    """No exception of another kind leaves the client."""
    client, asked = answering(answer)
    with pytest.raises(WatbotError) as caught:
        client.call(Upsert(contact=WHATSAPP, name="Анна"))
    assert type(caught.value) is error
    assert getattr(caught.value, "kind", None) == kind
    assert len(asked) == 1


@pytest.mark.parametrize("text", ["{}", '{"data": []}', "ok", "<html>", '{"error": "no"}'])
def test_a_status_answered_with_a_body_is_nonsense(text: str) -> None:
    """The documented answer has none."""
    client, _ = answering(httpx.Response(200, text=text))
    with pytest.raises(WatbotNonsense):
        client.set_ysell_status(41, "Новый")


@pytest.mark.parametrize("raised", [httpx.ConnectError("x"), OSError("x"), ValueError("x"), httpx.InvalidURL("x")])
def test_whatever_the_transport_raises_is_an_error_of_ours(raised: Exception) -> None:
    """Also what httpx does not wrap."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(WatbotError):
        client_with(fail).get_me()


def test_a_closed_client_says_so_as_an_error_of_ours() -> None:
    """A call made while the process ends is one to repeat."""
    client, _ = answering(httpx.Response(200, json={"id": 1}))
    client.close()
    with pytest.raises(WatbotUnavailable):
        client.get_me()


def test_cookies_are_not_kept() -> None:
    """A session of the server's own must not tie our calls together."""
    client, asked = answering(httpx.Response(200, json={"id": 1}, headers={"Set-Cookie": "laravel_session=1; Path=/"}))
    client.get_me()
    client.get_me()
    assert "Cookie" not in asked[1].headers


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "watbot.ru",
        "ftp://watbot.ru",
        "https://",
        "https://a:b@watbot.ru",
        "https://watbot.ru?a=1",
        "https://[",
        "a\0b",
    ],
)
def test_a_base_url_that_is_no_http_address_is_refused_at_once(base_url: str) -> None:
    """Not at the first call in the night."""
    with pytest.raises(BadCall) as caught:
        WatbotClient(base_url, "very-secret")
    assert caught.value.field == "base_url"


def test_an_empty_token_is_refused_at_once_and_blanks_around_one_are_dropped() -> None:
    """Tokens come from files that end in a line break."""
    with pytest.raises(BadCall):
        WatbotClient(BASE_URL, " \n")
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": 1})

    WatbotClient(f"{BASE_URL}/", " very-secret\n", transport=httpx.MockTransport(answer)).get_me()
    assert str(asked[0].url) == f"{BASE_URL}/getMe?api_token=very-secret"


def test_tags_of_a_contact_are_read() -> None:
    """In Watbot's order."""
    client, asked = answering(httpx.Response(200, json={"data": ["b", "a"]}))
    assert client.get_contact_tags(41) == ("b", "a")
    assert asked[0].url.params["contact_id"] == "41"
