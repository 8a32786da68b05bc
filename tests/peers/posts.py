"""Deliveries that a signing library signs and a running `up` judges: each believed by both or by neither."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from tests.harness.line import Line

Source = Literal["signed", "payments"]

KEY, OLD_KEY, STRANGE_KEY = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2, 3))
STRIPE_SECRET, OLD_STRIPE_SECRET, STRANGE_STRIPE_SECRET = "whsec_Peer1", "whsec_Peer2", "whsec_Peer3"
RULES = f"""\
version: 1
bot: 1
sources:
  signed: {{preset: standard_webhooks, secret: [{KEY}, {OLD_KEY}]}}
  payments: {{preset: stripe, secret: [{STRIPE_SECRET}, {OLD_STRIPE_SECRET}]}}
rules:
  - name: Each
    when: {{source: [signed, payments]}}
    then: {{tags: Proven}}
"""
TOO_FAR_S = 330
BELIEVED, REFUSED = (
    {"signed": "79000000060", "payments": "79000000070"},
    {"signed": "7900000006", "payments": "7900000007"},
)


@dataclass(frozen=True)
class Post:
    """One delivery: what is done to it between being signed and being posted, and whether it is to be believed."""

    why: str
    believed: bool
    secret: str
    aged_s: int = 0
    added: str = ""
    renamed: str = ""
    also: str = ""


SIGNED = (
    Post("as it was signed", True, KEY),
    Post("signed with the old secret while it is changed", True, OLD_KEY),
    Post("four minutes old", True, KEY, aged_s=240),
    Post("with a signature of another version beside it", True, KEY, also="v1a,bm90aGluZw=="),
    Post("with a foreign signature beside it", True, KEY, also="v1,bm90aGluZw=="),
    Post("signed with a strange secret", False, STRANGE_KEY),
    Post("changed on its way", False, KEY, added=" "),
    Post("under another id", False, KEY, renamed="_renamed"),
    Post("too old", False, KEY, aged_s=TOO_FAR_S),
    Post("of a time to come", False, KEY, aged_s=-TOO_FAR_S),
)
PAID = (
    Post("as it was signed", True, STRIPE_SECRET),
    Post("signed with the old secret while it is changed", True, OLD_STRIPE_SECRET),
    Post("four minutes old", True, STRIPE_SECRET, aged_s=240),
    Post("with a signature of another scheme beside it", True, STRIPE_SECRET, also="v0=00"),
    Post("with a foreign signature beside it", True, STRIPE_SECRET, also="v1=00"),
    Post("signed with a strange secret", False, STRANGE_STRIPE_SECRET),
    Post("changed on its way", False, STRIPE_SECRET, added=" "),
    Post("too old", False, STRIPE_SECRET, aged_s=TOO_FAR_S),
)
POSTS: Mapping[Source, tuple[Post, ...]] = {"signed": SIGNED, "payments": PAID}


@dataclass(frozen=True)
class Unsigned:
    """What a library is given to sign."""

    name: str
    at_s: int
    body: str
    secret: str


def unsigned(source: Source, post: Post, name: str) -> Unsigned:
    """A delivery of a source before it is signed, its body with letters beyond ASCII; `name` is its id."""
    person = {"name": "Анна Примерова", "email": "anna@example.com", "phone": f"+{phone_of(source, post)}"}
    at_s = int(time.time()) - post.aged_s
    if source == "signed":
        told: dict[str, object] = {"type": "order.created", "data": person}
    else:
        session: dict[str, object] = {"id": f"cs_{name}", "object": "checkout.session", "payment_status": "paid"}
        session |= {"amount_total": 150_000, "currency": "rub", "metadata": {}}
        told = {"id": name, "object": "event", "type": "checkout.session.completed", "livemode": True, "created": at_s}
        told["data"] = {"object": session | {"customer_details": person}}
    return Unsigned(name, at_s, json.dumps(told, ensure_ascii=False), post.secret)


def phone_of(source: Source, post: Post) -> str:
    """Whose contact a delivery makes: one for all that are believed, one for each that is refused."""
    return BELIEVED[source] if post.believed else f"{REFUSED[source]}{POSTS[source].index(post)}"


def headers_of(source: Source, post: Post, given: Unsigned, signature: str) -> dict[str, str]:
    """The headers that prove it, as they arrive."""
    if source == "payments":
        return {"stripe-signature": f"{signature},{post.also}".rstrip(",")}
    return {
        "webhook-id": given.name + post.renamed,
        "webhook-timestamp": str(given.at_s),
        "webhook-signature": f"{post.also} {signature}".strip(),
    }


def deliver(line: Line, source: Source, body: str, headers: Mapping[str, str]) -> httpx.Response:
    """Post it to a running `up`."""
    headers = {"content-type": "application/json"} | dict(headers)
    return httpx.post(f"{line.url}/hooks/{source}", content=body.encode(), headers=headers, trust_env=False)
