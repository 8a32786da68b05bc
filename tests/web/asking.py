"""Requests of senders, proven and otherwise, and what answers must look like."""

from __future__ import annotations

import time
from typing import Any

import httpx
import msgspec

from tests.harness.deliveries import standard_webhook_headers, tilda_form, woo_headers, woo_order
from tests.harness.line import Line
from tests.web.receiver import CRM_TOKEN, EMAIL, PHONE, SHOP_SECRET, SIGNED_SECRET, TILDA_KEY, Receiver

BEARER = {"authorization": f"Bearer {CRM_TOKEN}"}
# One for all: making a client costs more than what it asks.
http = httpx.Client(timeout=30, trust_env=False, limits=httpx.Limits(max_connections=None))


class ErrorBody(msgspec.Struct, forbid_unknown_fields=True):
    """What every error says."""

    code: str
    message: str


class Refusal(msgspec.Struct, forbid_unknown_fields=True):
    """The whole body of every error."""

    error: ErrorBody


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error; fails unless the body has the one shape of errors."""
    assert answer.headers["content-type"] == "application/json"
    told = msgspec.json.decode(answer.content, type=Refusal).error
    assert told.message
    return answer.status_code, told.code


def order(to: Receiver | Line, number: int = 1, secret: str = SHOP_SECRET, **more: Any) -> httpx.Response:
    """A signed order of the shop."""
    body = woo_order(number=number, phone=PHONE, email=EMAIL, **more)
    return http.post(f"{to.url}/hooks/shop", content=body, headers=woo_headers(body, secret))


def form(to: Receiver, key: str | None = TILDA_KEY, key_name: str = "api-key") -> httpx.Response:
    """A form of the landing page."""
    body, headers = tilda_form({"Phone": PHONE, "Email": EMAIL}, key=key, key_name=key_name)
    return http.post(f"{to.url}/hooks/landing", content=body, headers=headers)


def lead(to: Receiver, number: int = 1) -> httpx.Response:
    """A lead of the CRM with its token as Bearer."""
    return http.post(f"{to.url}/hooks/crm", content=lead_body(number), headers=BEARER)


def lead_body(number: int = 1) -> bytes:
    """The JSON of a lead."""
    return msgspec.json.encode({"event": "lead.created", "n": number, "customer": {"phone": PHONE, "email": EMAIL}})


def signed(
    to: Receiver, *, secret: str = SIGNED_SECRET, age_s: int = 0, headers: dict[str, str] | None = None
) -> httpx.Response:
    """A lead signed by Standard Webhooks, so many seconds ago; `headers` replace some."""
    body = lead_body()
    own = standard_webhook_headers(body, secret, ts=int(time.time()) - age_s)
    return http.post(f"{to.url}/hooks/signed", content=body, headers=own | (headers or {}))
