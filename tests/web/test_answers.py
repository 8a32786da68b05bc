"""What each sender is answered: the contract of POST /hooks/{source}."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
import redis

from processor.store.deliveries import take
from processor.store.journal import newest, story_of
from tests.harness.rules import ruleset
from tests.web.asking import BEARER, form, http, lead, lead_body, order, refusal, signed
from tests.web.receiver import CRM_TOKEN, RULES, TILDA_KEY, Receiver
from workers.apply import decide

Ask = Callable[[Receiver], httpx.Response]


def _crm(**more: str) -> Ask:
    return lambda to: http.post(f"{to.url}/hooks/crm", content=lead_body(), headers=more)


PROVEN: dict[str, tuple[Ask, int]] = {
    "a signed order": (order, 202),
    "a form with its key as a field": (form, 200),
    "a lead with a bearer token": (lead, 202),
    "a lead with X-Token": (_crm(**{"X-Token": CRM_TOKEN}), 202),
    "a lead with the token in the query": (
        lambda to: http.post(f"{to.url}/hooks/crm?token={CRM_TOKEN}", content=lead_body()),
        202,
    ),
    "a lead put instead of posted": (
        lambda to: http.put(f"{to.url}/hooks/crm", content=lead_body(), headers=BEARER),
        202,
    ),
    "a lead in the query alone": (
        lambda to: http.get(f"{to.url}/hooks/crm?token={CRM_TOKEN}&event=lead.created&phone=%2B79000000078"),
        202,
    ),
    "a lead signed by Standard Webhooks": (signed, 202),
}


@pytest.mark.parametrize("name", PROVEN)
def test_a_proven_delivery_is_queued_once_and_its_repetition_gets_the_first_id(
    receiver: Receiver, store: redis.Redis, name: str
) -> None:
    ask, status = PROVEN[name]
    first, second = ask(receiver), ask(receiver)
    assert (first.status_code, first.json()["status"]) == (status, "queued")
    assert set(first.json()) == {"id", "status"}
    assert (second.status_code, second.json()) == (200, {"id": first.json()["id"], "status": "duplicate"})
    assert [(row.id, row.repeats) for row in newest(store, limit=10)] == [(first.json()["id"], 1)]


HANDSHAKES: dict[str, tuple[str, bytes, bytes]] = {
    "WooCommerce's ping": ("shop", b"webhook_id=7", b'{"status":"handshake"}'),
    "Tilda's test": ("landing", b"test=test", b"ok"),
    "Tilda's test with a key": ("landing", f"test=test&key={TILDA_KEY}".encode(), b"ok"),
}


@pytest.mark.parametrize("name", HANDSHAKES)
def test_a_handshake_is_answered_without_proof_and_stores_nothing(
    receiver: Receiver, store: redis.Redis, name: str
) -> None:
    source, body, answer = HANDSHAKES[name]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    got = http.post(f"{receiver.url}/hooks/{source}", content=body, headers=headers)
    assert (got.status_code, got.content) == (200, answer)
    assert newest(store, limit=10) == []


UNPROVEN: dict[str, tuple[Ask, str]] = {
    "an order without signature": (
        lambda to: http.post(f"{to.url}/hooks/shop", content=b'{"id":1}'),
        "signature_missing",
    ),
    "an order with another's signature": (lambda to: order(to, secret="another"), "signature_mismatch"),
    "a form without key": (lambda to: form(to, key=None), "token_missing"),
    "a form with a wrong key": (lambda to: form(to, key="wrong"), "token_mismatch"),
    "a form with the key under a strange name": (lambda to: form(to, key_name="parol"), "token_misnamed"),
    "a lead without token": (_crm(), "token_missing"),
    "a lead with a wrong token": (_crm(authorization="Bearer wrong"), "token_mismatch"),
    "a lead with the token in other letters": (_crm(authorization=f"Bearer {CRM_TOKEN.upper()}"), "token_mismatch"),
    "a signed lead without signature": (
        lambda to: http.post(f"{to.url}/hooks/signed", content=lead_body()),
        "signature_missing",
    ),
    "a lead signed with another secret": (lambda to: signed(to, secret="another"), "signature_mismatch"),
    "a lead signed long ago": (lambda to: signed(to, age_s=3600), "timestamp_old"),
    "a lead signed in the future": (lambda to: signed(to, age_s=-3600), "timestamp_ahead"),
    "a lead signed at no time": (
        lambda to: signed(to, headers={"webhook-timestamp": "yesterday"}),
        "timestamp_malformed",
    ),
    "a lead signed in another way": (
        lambda to: signed(to, headers={"webhook-signature": "v1a,AAAA"}),
        "signature_unsupported",
    ),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_a_wrong_proof_is_401_with_its_reason_and_stores_nothing(
    receiver: Receiver, store: redis.Redis, name: str
) -> None:
    ask, code = UNPROVEN[name]
    assert refusal(ask(receiver)) == (401, code)
    assert newest(store, limit=10) == []


NOBODY = (
    "nobody",
    "",
    "shop/",
    "shop/more",
    "Shop",
    "магазин",
    "%2573hop",
    "%ff%fe",
    "..%2fshop",
    "%0d%0aX-Evil:1",
    "s" * 9_000,
)


@pytest.mark.parametrize("name", NOBODY, ids=range(len(NOBODY)))
def test_an_unknown_source_is_404_however_strange_its_name(receiver: Receiver, name: str) -> None:
    answer = http.post(f"{receiver.url}/hooks/{name}", content=b"{}")
    assert refusal(answer) == (404, "unknown_source")
    assert "x-evil" not in answer.headers
    assert len(answer.content) < 2_000


def test_a_source_may_be_written_with_percent_signs(receiver: Receiver) -> None:
    answer = http.post(f"{receiver.url}/hooks/%63rm", content=lead_body(), headers=BEARER)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("method", "source"),
    [("GET", "shop"), ("GET", "landing"), ("DELETE", "crm"), ("PATCH", "shop"), ("OPTIONS", "shop"), ("HEAD", "shop")],
)
def test_a_method_the_sender_does_not_use_is_405(receiver: Receiver, method: str, source: str) -> None:
    answer = http.request(method, f"{receiver.url}/hooks/{source}")
    assert answer.status_code == 405
    if method != "HEAD":
        assert refusal(answer) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/", "/hooks", "/consoles", "/hook/shop", "/%00"])
def test_elsewhere_there_is_nothing(receiver: Receiver, path: str) -> None:
    assert refusal(http.get(f"{receiver.url}{path}")) == (404, "not_found")


def test_a_proven_body_that_cannot_be_read_is_kept_and_marked_unreadable(
    receiver: Receiver, store: redis.Redis
) -> None:
    body = b'{"customer": '
    answer = http.post(f"{receiver.url}/hooks/crm", content=body, headers=BEARER | {"content-type": "application/json"})
    assert answer.status_code == 202
    (taken,) = take(store, most=10, lease_ms=10_000)
    assert taken.delivery.body == body
    assert decide(taken, ruleset(RULES), 0).state == "unreadable"


def test_what_is_kept_of_a_request_holds_no_proof(receiver: Receiver, store: redis.Redis) -> None:
    ids = [order(receiver).json()["id"], lead(receiver).json()["id"], signed(receiver).json()["id"]]
    ids.append(http.get(f"{receiver.url}/hooks/crm?event=x&token={CRM_TOKEN}").json()["id"])
    kept = [story_of(store, id_).delivery for id_ in ids]
    told = json.dumps([[one.headers, one.query] for one in kept if one])
    for word in ("distinct", "signature", "authorization", "token"):
        assert word not in told
