"""The senders' APIs over real HTTP: what is asked, what is made of every answer, and that no token is shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from processor.clock import SystemClock
from processor.domain.delivery import Want
from processor.domain.source import Api
from tests.harness import deliveries_thin as thin
from tests.harness.peers_api import BITRIX_PATH, TOKEN, PeersApi, Reply, told
from workers.senders.answer import Failed, Told, below
from workers.senders.exchange import ANSWER_BYTES_MAX, Senders

TIMEOUT_S = 3.0
AMO = Want("lead", "17")


@pytest.fixture
def api() -> Iterator[PeersApi]:
    with PeersApi() as served:
        yield served


@pytest.fixture
def senders() -> Iterator[Senders]:
    made = Senders(timeout_s=TIMEOUT_S, clock=SystemClock())
    yield made
    made.close()


def test_bitrix24_tells_a_lead_and_a_deal_with_its_contact_in_one_call(api: PeersApi, senders: Senders) -> None:
    where = Api(url=api.bitrix)
    api.documents = {"lead:7": thin.bitrix_lead(), "deal:9": thin.bitrix_deal(), "contact:31": thin.bitrix_contact()}
    lead = senders.get("bitrix24", Want("lead", "7"), where)
    assert lead == Told({"lead:7": thin.bitrix_lead()})
    assert (api.requests[0].method, api.requests[0].path) == ("POST", BITRIX_PATH + "crm.lead.get")
    deal = senders.get("bitrix24", Want("deal", "9"), where)
    assert deal == Told({"deal:9": thin.bitrix_deal(), "contact:31": thin.bitrix_contact()})
    assert len(api.requests) == 2
    assert senders.get("bitrix24", Want("lead", "8"), where) == Told({"lead:8": None})
    assert senders.get("bitrix24", Want("deal", "8"), where) == Told({"deal:8": None})
    gone = Api(url=api.url + "/rest/1/deleted/")
    assert senders.get("bitrix24", Want("lead", "7"), gone) == Failed("refused", 401)


def test_a_deal_without_a_contact_is_told_alone(api: PeersApi, senders: Senders) -> None:
    api.documents = {"deal:9": thin.bitrix_deal(CONTACT_ID=None)}
    found = senders.get("bitrix24", Want("deal", "9"), Api(url=api.bitrix))
    assert found == Told({"deal:9": thin.bitrix_deal(CONTACT_ID=None)})


PLAIN = [
    ("amocrm", Want("lead", "17"), "", "/api/v4/leads/17?with=contacts", "Bearer"),
    ("amocrm", Want("contact", "41"), "", "/api/v4/contacts/41", "Bearer"),
    ("ecwid", Want("order", "1003/XJ12H"), "/api/v3/1003", "/api/v3/1003/orders/XJ12H", "Bearer"),
    (
        "pretix",
        Want("order", "primer/vesna/ABC23"),
        "",
        "/api/v1/organizers/primer/events/vesna/orders/ABC23/",
        "Token",
    ),
    (
        "pretix",
        Want("order", "primer/vesna/ABC23"),
        "/api/v1/",
        "/api/v1/organizers/primer/events/vesna/orders/ABC23/",
        "Token",
    ),
]


@pytest.mark.parametrize(("preset", "want", "base", "path", "scheme"), PLAIN)
def test_the_others_tell_the_document_itself(
    api: PeersApi, senders: Senders, preset: str, want: Want, base: str, path: str, scheme: str
) -> None:
    where = Api(url=api.url + base, token=f" {TOKEN}\n")
    assert senders.get(preset, want, where) == Told({want.key: None}), "not known is no failure"
    api.documents[want.key] = {"id": 1, "secret": "s", "positions": [{"secret": "s"}]}
    found = senders.get(preset, want, where)
    assert isinstance(found, Told)
    assert found.documents[want.key]["id"] == 1
    assert (api.requests[-1].path, api.requests[-1].headers["authorization"]) == (path, f"{scheme} {TOKEN}")
    assert ("secret" in repr(found.documents)) is (preset != "pretix"), "a ticket's secret lets people in"
    assert senders.get(preset, want, Api(url=api.url + base, token="wrong-token")) == Failed("refused", 401)


ANSWERS: dict[str, tuple[Reply, Any]] = {
    "too many calls": (Reply(429, headers=(("Retry-After", "7"),)), Failed("busy", 429, 7_000)),
    "down": (Reply(503, b"<html>"), Failed("server", 503)),
    "a gateway that asks for a rest": (Reply(502, headers=(("Retry-After", "2"),)), Failed("server", 502, 2_000)),
    "no token": (Reply(401), Failed("refused", 401)),
    "no rights": (Reply(403, b"<html>"), Failed("refused", 403)),
    "no money": (Reply(402), Failed("refused", 402)),
    "gone": (Reply(410), Told({"lead:17": None})),
    "nobody": (Reply(204, b""), Told({"lead:17": None})),
    "a wrong request": (Reply(400), Failed("rejected", 400)),
    "a page": (Reply(200, b"<html>Hello"), Failed("nonsense", 200)),
    "half a document": (Reply(200, b'{"id": 1'), Failed("nonsense", 200)),
    "a list": (Reply(200, b"[1]"), Failed("nonsense", 200)),
    "far too much": (Reply(200, b'{"a": "' + b"x" * (ANSWER_BYTES_MAX + 1) + b'"}'), Failed("nonsense", 200)),
    "very deep": (Reply(200, b'{"a":' + b"[" * 200_000), Failed("nonsense", 200)),
    "silence": (Reply(hang_s=60), Failed("timeout")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_comes_to_something_within_the_deadline(api: PeersApi, senders: Senders, name: str) -> None:
    reply, expected = ANSWERS[name]
    api.faults = [reply]
    began = time.monotonic()
    assert senders.get("amocrm", AMO, Api(url=api.url, token=TOKEN)) == expected
    assert time.monotonic() - began < TIMEOUT_S + 5


def test_nobody_sends_us_elsewhere_with_the_token(api: PeersApi, senders: Senders) -> None:
    with PeersApi() as other:
        api.faults = [Reply(302, headers=(("Location", other.url + "/api/v4/leads/17"),))]
        assert senders.get("amocrm", AMO, Api(url=api.url, token=TOKEN)) == Failed("redirect", 302)
        assert other.requests == []


def test_an_api_that_is_not_there_is_asked_again_later(senders: Senders) -> None:
    for url in ("http://127.0.0.1:9", "https://[broken"):
        found = senders.get("amocrm", AMO, Api(url=url, token=TOKEN))
        assert isinstance(found, Failed)
        assert (found.reason, found.later) == ("connect", True)


BITRIX_ERRORS: list[tuple[Reply, Any]] = [
    (told({"error": "QUERY_LIMIT_EXCEEDED"}, 503), Failed("busy", 503)),
    (told({"error": "OPERATION_TIME_LIMIT"}, 429), Failed("busy", 429)),
    (told({"error": "insufficient_scope"}, 403), Failed("refused", 403)),
    (told({"error": "ACCESS_DENIED"}, 400), Failed("refused", 400)),
    (told({"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}, 404), Failed("refused", 404)),
    (told({"error": "INTERNAL_SERVER_ERROR"}, 500), Failed("server", 500)),
    (told({"result": []}), Failed("nonsense", 200)),
    (told({"error": 5, "error_description": None}), Failed("nonsense", 200)),
]


@pytest.mark.parametrize("at", range(len(BITRIX_ERRORS)))
def test_bitrix24s_own_words_for_failures_are_understood(api: PeersApi, senders: Senders, at: int) -> None:
    reply, expected = BITRIX_ERRORS[at]
    api.faults = [reply]
    assert senders.get("bitrix24", Want("lead", "7"), Api(url=api.bitrix)) == expected


@pytest.mark.parametrize(
    ("preset", "api"),
    [
        ("bitrix24", Api(token=TOKEN)),
        ("amocrm", Api(url="https://primer.example")),
        ("ecwid", Api()),
        ("pretix", Api(token=TOKEN)),
        ("tilda", Api(url="https://primer.example", token=TOKEN)),
        ("amocrm", Api(url="ftp://primer.example", token=TOKEN)),
    ],
)
def test_whoever_is_named_nowhere_is_not_asked(senders: Senders, preset: str, api: Api) -> None:
    assert senders.get(preset, AMO, api) == Failed("no_address")


def test_ids_cannot_lead_elsewhere() -> None:
    assert below("https://a/b/", "..", "c/d?e#f", "ы") == "https://a/b/%2E%2E/c%2Fd%3Fe%23f/%D1%8B"


def test_no_log_line_shows_a_token(api: PeersApi, senders: Senders, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        senders.get("bitrix24", Want("lead", "7"), Api(url=api.bitrix))
        senders.get("amocrm", AMO, Api(url=api.url, token=TOKEN))
    assert caplog.records
    shown = caplog.text + repr(Api(url=api.bitrix, token=TOKEN))
    assert "webhook-code-1" not in shown
    assert TOKEN not in shown
