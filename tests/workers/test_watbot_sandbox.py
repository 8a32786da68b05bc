"""The client against the sandbox: a real process, real HTTP, every reading of what is not documented."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from processor.domain.call import DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from tests.harness.sandbox import SandboxProcess
from workers.watbot.client import WatbotClient
from workers.watbot.contact import Contact
from workers.watbot.errors import (
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)

TOKEN = "sandbox-token"
ANNA = ContactId(1, "whatsapp", "+79000000001")


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess(token=TOKEN) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> SandboxProcess:
    running.reset()
    return running


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[WatbotClient]:
    with WatbotClient(sandbox.url, TOKEN, timeout_s=2.0) as opened:
        yield opened


def upsert(client: WatbotClient, **given: Any) -> Contact:
    whole: dict[str, Any] = {"contact": ANNA, "name": "Анна"} | given
    echo = client.call(Upsert(**whole))
    assert echo is not None
    return echo


@pytest.mark.parametrize(("reading", "after"), [("add", ("VIP", "Новый")), ("replace", ("Новый",))])
def test_the_echo_shows_which_reading_of_tags_holds(reading: str, after: tuple[str, ...]) -> None:
    """And an upsert without tags shows them without touching them."""
    with SandboxProcess(tags=reading) as sandbox, WatbotClient(sandbox.url, TOKEN) as client:
        assert upsert(client, tags=("VIP",)).tags == ("VIP",)
        assert upsert(client, tags=("Новый",)).tags == after
        echo = upsert(client)
        assert echo.tags == after
        assert client.get_contact_tags(echo.id) == after


@pytest.mark.parametrize(("reading", "shown"), [("store", {"source": "yandex", "medium": "cpc"}), ("ignore", None)])
def test_the_echo_shows_whether_utm_was_kept(reading: str, shown: dict[str, str] | None) -> None:
    """It comes back under our short keys."""
    with SandboxProcess(utm=reading) as sandbox, WatbotClient(sandbox.url, TOKEN) as client:
        assert upsert(client, utm={"source": "yandex", "medium": "cpc"}).utm == shown
        assert upsert(client).utm == shown


IDENTITIES = [
    ContactId(1, "whatsapp", "+79000000001"),
    ContactId(1, "telegram", "500000001"),
    ContactId(1, "vk", "700001"),
    ContactId(1, "viber", "dmliZXI="),
]


@pytest.mark.parametrize("contact", IDENTITIES, ids=[contact.messenger for contact in IDENTITIES])
def test_each_messenger_gives_one_contact_however_often_it_is_told(
    client: WatbotClient, sandbox: SandboxProcess, contact: ContactId
) -> None:
    """The echo is accepted as being about that contact, with every field."""
    fields: dict[str, Any] = {"email": "anna@example.com", "address": "Казань", "phone": "+79000000001"}
    echo = upsert(client, contact=contact, **fields)
    assert upsert(client, contact=contact, name="Анна П.").id == echo.id
    assert (echo.name, echo.email, echo.address, echo.phone) == ("Анна", "anna@example.com", "Казань", "+79000000001")
    assert (echo.bot_id, echo.messenger) == (1, contact.messenger)
    assert echo.created_at is not None
    assert echo.created_at.tzinfo is not None
    assert len(sandbox.contacts()) == 1


def test_status_variable_and_tag_reach_the_contact(client: WatbotClient, sandbox: SandboxProcess) -> None:
    """Through the same door, `call`."""
    watbot_id = upsert(client, tags=("VIP", "Новый")).id
    assert client.call(SetStatus(watbot_id=watbot_id, status="Новый заказ")) is None
    assert client.call(SetVariable(watbot_id=watbot_id, name="utm_source", value="vk")) is None
    assert client.call(DetachTag(watbot_id=watbot_id, name="VIP")) is None
    (contact,) = sandbox.contacts()
    assert contact["status"] == "Новый заказ"
    assert contact["tags"] == ["Новый"]
    assert [(variable["name"], variable["value"]) for variable in contact["variables"]] == [("utm_source", "vk")]


def test_the_account_of_the_token_is_told(client: WatbotClient) -> None:
    """Which proves the token."""
    assert client.get_me().id is not None


def test_contacts_come_page_by_page_and_a_slot_is_taken_before_each(
    client: WatbotClient, sandbox: SandboxProcess
) -> None:
    """Each contact once, and the call after the last page is not made."""
    created = [upsert(client, contact=ContactId(1, "telegram", str(number))).id for number in range(1, 8)]
    made_before = len(sandbox.calls())
    slots: list[int] = []
    pages = list(client.contacts(bot_id=1, count=3, before_page=lambda: slots.append(1)))
    assert [contact.id for page in pages for contact in page.contacts] == created
    assert [(page.page, page.last_page, page.total) for page in pages] == [(1, 3, 7), (2, 3, 7), (3, 3, 7)]
    assert len(slots) == len(sandbox.calls()) - made_before == 3
    assert pages[0].contacts[0].telegram_id == "1"


def test_contacts_are_bounded_by_bot_and_date(client: WatbotClient) -> None:
    """A bot without contacts has no page at all."""
    upsert(client)
    assert list(client.contacts(bot_id=2)) == []
    assert list(client.contacts(bot_id=1, date_to=1)) == []
    (page,) = client.contacts(bot_id=1, date_from=1, page=1)
    assert page.contacts[0].phone == "+79000000001"


def test_a_contact_that_does_not_exist_is_unknown(client: WatbotClient) -> None:
    """To every method that names it."""
    for ask in (
        lambda: client.set_ysell_status(999, "Новый"),
        lambda: client.set_contact_variable(999, "a", "b"),
        lambda: client.detach_tag_from_contact(999, "VIP"),
        lambda: client.get_contact_tags(999),
    ):
        with pytest.raises(WatbotContactUnknown):
            ask()


def test_a_wrong_token_is_refused(sandbox: SandboxProcess) -> None:
    """As a fault of the account, not of the contact."""
    with WatbotClient(sandbox.url, "another-token") as client, pytest.raises(WatbotTokenRefused):
        upsert(client)


def test_a_wrong_base_url_is_not_taken_for_a_fault_of_the_contact(sandbox: SandboxProcess) -> None:
    """It is named as the address's."""
    with WatbotClient(f"{sandbox.root}/api/v7", TOKEN) as client, pytest.raises(WatbotNonsense) as caught:
        upsert(client)
    assert caught.value.kind == "address"


FAULTS: list[tuple[dict[str, Any], type[WatbotError], str | None]] = [
    ({"status": 429, "headers": {"Retry-After": "7"}}, WatbotThrottled, None),
    ({"status": 503, "headers": {"Retry-After": "7"}}, WatbotUnavailable, "server"),
    ({"status": 500, "body": "<html>"}, WatbotUnavailable, "server"),
    ({"status": 302, "headers": {"Location": "https://elsewhere.example/"}}, WatbotUnavailable, "redirect"),
    ({"status": 401}, WatbotTokenRefused, None),
    ({"status": 403}, WatbotTokenRefused, None),
    ({"status": 422, "body": '{"message": "x", "errors": {"email": ["Неверно"]}}'}, WatbotRefused, None),
    ({"body": "<html>"}, WatbotNonsense, "html"),
    ({"body": '{"data": {'}, WatbotNonsense, "json"),
    ({"body": '{"data": {"id": 5, "phone": "79000000009"}}'}, WatbotNonsense, "echo"),
    ({"cut": "before"}, WatbotUnavailable, "cut"),
    ({"cut": "after"}, WatbotUnavailable, "cut"),
]


@pytest.mark.parametrize(("fault", "error", "kind"), FAULTS)
def test_a_fault_is_named_and_the_next_call_goes_well(
    client: WatbotClient, sandbox: SandboxProcess, fault: dict[str, Any], error: type[WatbotError], kind: str | None
) -> None:
    """Doing it again is harmless: one contact comes of it, whether or not the first call was carried out."""
    sandbox.fault(**fault)
    with pytest.raises(WatbotError) as caught:
        upsert(client)
    assert type(caught.value) is error
    assert getattr(caught.value, "kind", None) == kind
    if "Retry-After" in fault.get("headers", {}):
        assert getattr(caught.value, "retry_after_ms", None) == 7_000
    assert upsert(client).id > 0
    assert len(sandbox.contacts()) == 1


def test_a_hanging_call_ends_at_the_timeout(client: WatbotClient, sandbox: SandboxProcess) -> None:
    """And the client is as good as new."""
    sandbox.fault(hang=True)
    with WatbotClient(sandbox.url, TOKEN, timeout_s=0.4) as hasty:
        began = time.monotonic()
        with pytest.raises(WatbotUnavailable) as caught:
            upsert(hasty)
        assert time.monotonic() - began < 2
        assert caught.value.kind == "timeout"
        assert upsert(hasty).id > 0


def test_the_sandboxs_own_limit_is_a_throttle_with_its_time() -> None:
    """At two calls a second the third waits."""
    with SandboxProcess(rate="2/s") as sandbox, WatbotClient(sandbox.url, TOKEN) as client:
        client.get_me()
        client.get_me()
        with pytest.raises(WatbotThrottled) as caught:
            client.get_me()
    assert caught.value.retry_after_ms is not None
    assert 0 <= caught.value.retry_after_ms <= 60_000


def test_one_client_serves_many_threads(client: WatbotClient, sandbox: SandboxProcess) -> None:
    """Each thread gets the answer to its own question."""
    together = threading.Barrier(8)

    def ask(worker: int) -> list[bool]:
        together.wait(10)
        numbers = [str(worker * 100 + number) for number in range(1, 11)]
        return [upsert(client, contact=ContactId(1, "telegram", own)).telegram_id == own for own in numbers]

    with ThreadPoolExecutor(8) as pool:
        assert all(all(answers) for answers in pool.map(ask, range(1, 9)))
    assert len(sandbox.contacts()) == 80


def test_a_server_that_was_restarted_is_found_again() -> None:
    """A kept connection that died meanwhile costs at most one failed call."""
    with SandboxProcess() as sandbox, WatbotClient(sandbox.url, TOKEN, timeout_s=2.0) as client:
        assert client.get_me().id is not None
        sandbox.kill()
        with pytest.raises(WatbotUnavailable) as caught:
            client.get_me()
        assert caught.value.kind in {"connect", "cut"}
        sandbox.start()
        assert client.get_me().id is not None
