"""What is refused is counted, and the last of it can be looked at: without bodies, with the likely cause."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
import redis

from tests.harness.deliveries import tilda_form
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.web.asking import BEARER, form, http, lead, lead_body, order, signed
from tests.web.receiver import CRM_TOKEN, SHOP_SECRET, SIGNED_SECRET, TILDA_KEY, Receiver
from tests.web.remembered import counted, remembered


@pytest.fixture(scope="module")
def own_receiver() -> Iterator[tuple[Receiver, StoreProcess]]:
    """A receiver and a store to which nobody else's refusals come late."""
    with StoreProcess() as process, Receiver(process, TRUSTED_PROXIES="loopback", LOG_LEVEL="info") as running:
        yield running, process


@pytest.fixture
def receiver(own_receiver: tuple[Receiver, StoreProcess]) -> Receiver:
    """The receiver; each test waits until its own refusals are written."""
    return own_receiver[0]


@pytest.fixture
def store(own_receiver: tuple[Receiver, StoreProcess]) -> Iterator[redis.Redis]:
    """A client of the receiver's store, empty."""
    client = own_receiver[1].client()
    client.flushall()
    yield client
    client.close()


def test_a_refused_delivery_is_remembered_without_its_body(receiver: Receiver, store: redis.Redis) -> None:
    order(receiver, secret="another")
    (one,) = remembered(store, number=1)
    assert (one.source, one.preset, one.code, one.method) == ("shop", "woocommerce", "signature_mismatch", "POST")
    assert one.client == "127.0.0.1"
    assert one.agent.startswith("WooCommerce/")
    assert {"x-wc-webhook-signature", "x-wc-webhook-topic", "content-type"} <= set(one.headers)
    assert one.size_bytes is not None
    assert one.size_bytes > 500
    assert "another secret" in one.en
    assert "другой секрет" in one.ru
    assert one.times == 1
    assert counted(store) == {("shop", "signature_mismatch"): 1}


def test_the_same_again_is_told_once_with_how_many_times(receiver: Receiver, store: redis.Redis) -> None:
    for _ in range(3):
        order(receiver, secret="another")
    remembered(store, number=3)
    order(receiver, secret="another")
    form(receiver, key="wrong")
    told = remembered(store, number=5)
    assert {(one.source, one.times) for one in told} == {("shop", 4), ("landing", 1)}
    shop = next(one for one in told if one.source == "shop")
    assert shop.first_ms < shop.last_ms
    assert counted(store) == {("shop", "signature_mismatch"): 4, ("landing", "token_mismatch"): 1}


def test_what_is_proven_is_not_remembered(receiver: Receiver, store: redis.Redis) -> None:
    lead(receiver)
    order(receiver)
    signed(receiver, age_s=9_000)
    (one,) = remembered(store, number=1)
    assert one.code == "timestamp_old"


def test_an_unknown_source_is_remembered_with_the_nearest_and_the_sender_is_told_no_name(
    receiver: Receiver, store: redis.Redis
) -> None:
    answer = http.post(f"{receiver.url}/hooks/shpo", content=b"{}")
    http.post(f"{receiver.url}/hooks/landing/{'k' * 20}", content=b"{}")
    http.post(f"{receiver.url}/hooks/%0a%ff{'x' * 500}", content=b"{}")
    assert answer.text.count("shop") == 0
    told = {one.asked[:10]: one for one in remembered(store, number=3)}
    assert told["shpo"].hint_en == 'It looks like the source "shop".'
    assert told["shpo"].size_bytes is None
    assert told["landing/"].hint_ru == "Похоже на источник «landing»."
    (strange,) = (one for asked, one in told.items() if asked.startswith("?"))
    assert len(strange.asked) == 60
    assert strange.hint_en == ""
    assert counted(store) == {("?", "unknown_source"): 3}


MISPLACED: dict[str, tuple[str, dict[str, str], str, str]] = {
    "the token in another header": ("crm", {"x-api-key": CRM_TOKEN}, "", "the header x-api-key"),
    "the token with another scheme": ("crm", {"authorization": f"Token {CRM_TOKEN}"}, "", "the header authorization"),
    "the token as a password": (
        "crm",
        {"authorization": "Basic " + base64.b64encode(f"hook:{CRM_TOKEN}".encode()).decode()},
        "",
        "the header authorization",
    ),
    "the token in the query under another name": ("crm", {}, f"key={CRM_TOKEN}", "the parameter of the address key"),
    "the secret in place of a signature": (
        "shop",
        {"X-WC-Webhook-Signature": SHOP_SECRET},
        "",
        "the header x-wc-webhook-signature",
    ),
    "the secret of signatures as a token": ("signed", {"x-token": SIGNED_SECRET}, "", "the header x-token"),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_the_right_key_at_the_wrong_place_is_told_to_the_owner_alone(
    receiver: Receiver, store: redis.Redis, name: str
) -> None:
    source, headers, query, where = MISPLACED[name]
    answer = http.post(f"{receiver.url}/hooks/{source}?{query}", content=lead_body(), headers=headers)
    assert answer.status_code == 401
    (one,) = remembered(store, number=1)
    assert f"to the wrong place: {where}." in one.hint_en
    assert "right key" not in answer.text


def test_a_key_in_a_field_of_the_body_is_found(receiver: Receiver, store: redis.Redis) -> None:
    body, headers = tilda_form({"Name": "A"}, key=CRM_TOKEN, key_name="secret-word")
    http.post(f"{receiver.url}/hooks/crm", content=body, headers=headers)
    (one,) = remembered(store, number=1)
    assert "the field of the body secret-word" in one.hint_en


def test_the_secret_of_another_source_is_told_to_the_owner_alone(receiver: Receiver, store: redis.Redis) -> None:
    answers = [
        http.post(f"{receiver.url}/hooks/landing", content=b"{}", headers=BEARER),
        signed(receiver, secret=SHOP_SECRET),
    ]
    told = {one.source: one.hint_en for one in remembered(store, number=2)}
    assert 'fits the source "crm"' in told["landing"]
    assert 'fits the source "shop"' in told["signed"]
    assert [one.text for one in answers if "crm" in one.text or "shop" in one.text] == []


def test_a_delivery_at_another_sources_address_is_told(receiver: Receiver, store: redis.Redis) -> None:
    body, headers = tilda_form({"Phone": "+79000000001"}, key=TILDA_KEY, key_name="api-key")
    http.post(f"{receiver.url}/hooks/shop", content=body, headers=headers)
    (one,) = remembered(store, number=1)
    assert one.code == "signature_missing"
    assert "(shop in place of landing)" in one.hint_en


def test_the_client_is_whom_the_proxy_names_and_not_whom_the_sender_names(
    receiver: Receiver, store: redis.Redis
) -> None:
    headers = [("X-Forwarded-For", "192.0.2.99"), ("X-Forwarded-For", "203.0.113.7, 127.0.0.2")]
    http.post(f"{receiver.url}/hooks/crm", content=b"{}", headers=headers)
    http.post(f"{receiver.url}/hooks/shpo", content=b"{}", headers=headers)
    assert {(one.source, one.client) for one in remembered(store, number=2)} == {
        ("crm", "203.0.113.7"),
        ("?", "203.0.113.7"),
    }


def test_without_trusted_proxies_nobody_is_believed() -> None:
    with StoreProcess() as process, Receiver(process) as receiver:
        http.post(f"{receiver.url}/hooks/crm", content=b"{}", headers={"X-Forwarded-For": "203.0.113.7"})
        assert [one.client for one in remembered(process.client(), number=1)] == ["127.0.0.1"]


def test_what_was_refused_just_before_the_end_is_written() -> None:
    with StoreProcess() as process, Receiver(process) as receiver:
        for _ in range(3):
            lead_refused = http.post(f"{receiver.url}/hooks/crm", content=b"{}")
            assert lead_refused.status_code == 401
        receiver.terminate()
        assert receiver.wait() == 0
        assert counted(process.client()) == {("crm", "token_missing"): 3}


def test_while_the_store_is_down_refusals_are_answered_and_written_later() -> None:
    with StoreProcess() as process, Receiver(process) as receiver:
        process.kill()
        answers = [http.post(f"{receiver.url}/hooks/crm", content=b"{}") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [401] * 5
        wait_until(lambda: "not remembered yet" in receiver.log(), what="the writing fails")
        process.start()
        (one,) = remembered(process.client(), number=5)
        assert one.times == 5
        assert counted(process.client()) == {("crm", "token_missing"): 5}
