"""Senders that only name what changed: their proof, their keys, and whatever an API may tell."""

from __future__ import annotations

from typing import Any

import pytest

from processor.domain.delivery import Inbound, Want
from processor.domain.source import Source
from processor.sources.registry import PRESETS
from tests.harness import deliveries_thin as thin
from tests.sources.asking import code, inbound, key
from tests.sources.thin import AMO, BITRIX, ECWID, PRETIX, SOURCES, hook, read, wants


def amo_lead(action: str) -> bytes:
    """A webhook about one lead."""
    return thin.amo_hook(("leads", action, thin.amo_lead_change()))


PROOFS = [
    (BITRIX, hook(thin.bitrix_hook()), "proven"),
    (BITRIX, hook(thin.bitrix_hook(token="old-token-1")), "proven"),
    (BITRIX, hook(thin.bitrix_hook(token=None), f"token={thin.BITRIX_TOKEN}"), "proven"),
    (BITRIX, hook(thin.bitrix_hook(token="other")), "token_mismatch"),
    (BITRIX, hook(thin.bitrix_hook(token=None)), "token_missing"),
    (BITRIX, hook(thin.bitrix_hook() + b"&x=" + b"a" * 70_000), "token_missing"),
    (AMO, hook(thin.amo_hook(), "token=amo-token-1"), "proven"),
    (AMO, hook(thin.amo_hook(), "token=amo-token-2"), "token_mismatch"),
    (AMO, hook(thin.amo_hook()), "token_missing"),
    (PRETIX, hook(thin.pretix_hook(), "token=pretix-token-1"), "proven"),
    (PRETIX, inbound(thin.pretix_hook(), {"authorization": "Basic aG9va3M6cHJldGl4LXRva2VuLTE="}), "proven"),
    (PRETIX, inbound(thin.pretix_hook(), {"authorization": "Basic aG9va3M6b3RoZXI="}), "token_mismatch"),
    (PRETIX, hook(thin.pretix_hook()), "token_missing"),
]


@pytest.mark.parametrize(("source", "request_", "told"), PROOFS)
def test_a_token_proves_and_nothing_else_does(source: Source, request_: Inbound, told: str) -> None:
    """Bitrix24's own field, the address, Basic."""
    assert code(request_, source) == told


ACCOUNTS = [
    (BITRIX, thin.PORTAL, hook(thin.bitrix_hook())),
    (BITRIX, "a1b2c3d4", hook(thin.bitrix_hook())),
    (AMO, "2001", hook(thin.amo_hook(), "token=amo-token-1")),
    (AMO, "primer", hook(thin.amo_hook(), "token=amo-token-1")),
    (PRETIX, "primer", hook(thin.pretix_hook(), "token=pretix-token-1")),
    (ECWID, "1003", inbound(thin.ecwid_hook(), thin.ecwid_headers(thin.ecwid_hook(), "test_client_secret"))),
]


@pytest.mark.parametrize(("source", "account", "request_"), ACCOUNTS)
def test_another_account_is_refused(source: Source, account: str, request_: Inbound) -> None:
    """The portal, account, organizer or store, when the source names some."""
    named = Source(source.name, source.preset, secrets=source.secrets, tokens=source.tokens, accounts=(account,))
    other = Source(source.name, source.preset, secrets=source.secrets, tokens=source.tokens, accounts=("other",))
    assert code(request_, named) == "proven"
    assert code(request_, other) == "account_unknown"


def test_ecwid_signs_the_time_and_the_id() -> None:
    """The published vector; the body itself is not signed."""
    body = thin.ecwid_hook(id="80aece08-40e8-4145-8764-6c2f0d38678", created=1234567)
    vector = "ekmGPQc/IpCwO6woAiM+L8uvY6chew4n6JVQCiDrEVw="
    assert code(inbound(body, {"x-ecwid-webhook-signature": vector}), ECWID) == "proven"
    assert code(inbound(thin.ecwid_hook(), {"x-ecwid-webhook-signature": vector}), ECWID) == "signature_mismatch"
    assert code(inbound(body), ECWID) == "signature_missing"
    forged = thin.ecwid_hook(
        id="80aece08-40e8-4145-8764-6c2f0d38678", created=1234567, eventType="order.paid", data={"orderId": "OTHER"}
    )
    assert key(hook(forged), ECWID) == key(hook(body), ECWID)


REPEATED = [
    (BITRIX, thin.bitrix_hook(), thin.bitrix_hook(), True),
    (BITRIX, thin.bitrix_hook(), thin.bitrix_hook(ts=1_740_000_001), False),
    (BITRIX, thin.bitrix_hook(), thin.bitrix_hook(id=8), False),
    (BITRIX, thin.bitrix_hook(), thin.bitrix_hook("ONCRMLEADUPDATE"), False),
    (AMO, amo_lead("add"), amo_lead("add"), True),
    (AMO, amo_lead("add"), amo_lead("update"), False),
    (ECWID, thin.ecwid_hook(), thin.ecwid_hook(), True),
    (ECWID, thin.ecwid_hook(), thin.ecwid_hook(id="evt-2"), False),
    (PRETIX, thin.pretix_hook(), b" " + thin.pretix_hook(), True),
    (PRETIX, thin.pretix_hook(), thin.pretix_hook(id=123456), False),
]


@pytest.mark.parametrize(("source", "one", "other", "same"), REPEATED)
def test_a_repetition_is_known_and_nothing_else_is(source: Source, one: bytes, other: bytes, same: bool) -> None:
    """By the ids that each sender promises."""
    assert (key(hook(one), source) == key(hook(other), source)) is same


@pytest.mark.parametrize("source", [BITRIX, AMO, ECWID])
def test_only_200_is_known_to_satisfy_these(source: Source) -> None:
    """pretix takes anything from 200 to 299."""
    assert PRESETS[source.preset].queued_status == 200
    assert PRESETS["pretix"].queued_status == 202


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("told", [None, [], "x", 1, {}, {"PHONE": {}, "CONTACT_ID": [1], "_embedded": [], "items": 3}])
def test_whatever_an_api_tells_is_survived(source: Source, told: Any) -> None:
    """Of wrong types, too."""
    bodies = {
        "bitrix24": thin.bitrix_hook(),
        "amocrm": amo_lead("add"),
        "ecwid": thin.ecwid_hook(),
        "pretix": thin.pretix_hook(),
    }
    body = bodies[source.preset]
    named = {wanted.replace(":", "_", 1): told for wanted in wants(body, source)}
    (event,) = read(body, source, **named)
    assert event.event in ("lead.created", "order.created")


def test_a_want_has_a_name() -> None:
    """Under which its document is kept."""
    assert Want("lead", "7").key == "lead:7"
