"""What shops and payment services are answered by a running receiver."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from processor.store.journal import newest
from tests.harness.deliveries_payments import (
    base64_hmac,
    cloudpayments_form,
    prodamus_fields,
    prodamus_request,
    stripe_event,
    stripe_headers,
    stripe_session,
    yookassa_body,
)
from tests.harness.deliveries_shops import (
    JSON,
    as_json,
    insales_order,
    retailcrm_fields,
    shopify_headers,
    shopify_order,
)
from tests.harness.store import StoreProcess
from tests.web.asking import http, refusal
from tests.web.receiver import Receiver

KEY = "distinct-sales-key-4715"
KASSA = "185.71.76.3"
RULES = f"""\
version: 1
bot: 1
sources:
  insales: {{preset: insales, token: {KEY}}}
  shopify: {{preset: shopify, secret: {KEY}}}
  retailcrm: {{preset: retailcrm, token: {KEY}}}
  yookassa: {{preset: yookassa}}
  cloudpayments: {{preset: cloudpayments, secret: {KEY}}}
  prodamus: {{preset: prodamus, secret: {KEY}}}
  stripe: {{preset: stripe, secret: {KEY}}}
rules:
  - name: Каждый
    when: {{event: order.created}}
    then: {{tags: Покупатель}}
"""
ORDER, FORM = as_json(shopify_order()), cloudpayments_form()
EVENT = stripe_event("checkout.session.completed", stripe_session())
PAID = prodamus_request(prodamus_fields(), KEY)


def _sent(name: str) -> tuple[str, dict[str, Any]]:
    """The way and the request of a proven delivery."""
    proven: dict[str, tuple[str, dict[str, Any]]] = {
        "insales": (f"?topic=orders/create&token={KEY}", {"content": as_json(insales_order()), "headers": JSON}),
        "shopify": ("", {"content": ORDER, "headers": shopify_headers(ORDER, KEY)}),
        "retailcrm": (f"?token={KEY}", {"data": retailcrm_fields()}),
        "yookassa": ("", {"content": yookassa_body(), "headers": {"x-forwarded-for": KASSA}}),
        "cloudpayments": ("?event=pay", {"content": FORM, "headers": {"content-hmac": base64_hmac(KEY, FORM)}}),
        "prodamus": ("", {"content": PAID[0], "headers": PAID[1]}),
        "stripe": ("", {"content": EVENT, "headers": stripe_headers(EVENT, KEY, int(time.time()))}),
    }
    return proven[name]


SENDERS = ("insales", "shopify", "retailcrm", "yookassa", "cloudpayments", "prodamus", "stripe")


@pytest.fixture(scope="module")
def sales(store_process: StoreProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A receiver behind a proxy of ours, with a source for each of these senders."""
    rules: Path = tmp_path_factory.mktemp("sales") / "rules.yaml"
    rules.write_text(RULES, "utf-8")
    with Receiver(store_process, RULES_FILE=str(rules), TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.mark.parametrize("name", SENDERS)
def test_a_proven_delivery_hears_200_and_its_repetition_too(sales: Receiver, store: redis.Redis, name: str) -> None:
    """And is stored once."""
    way, request = _sent(name)
    answers = [http.post(f"{sales.url}/hooks/{name}{way}", **request) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    if name == "cloudpayments":
        assert [answer.json() for answer in answers] == [{"code": 0}, {"code": 0}]
    assert [row.repeats for row in newest(store, limit=10)] == [1]


@pytest.mark.parametrize("name", SENDERS)
def test_an_unproven_delivery_is_refused_and_not_stored(sales: Receiver, store: redis.Redis, name: str) -> None:
    """Without its signature or token, or from another address behind the proxy."""
    _, request = _sent(name)
    bare = {"content-type": request.get("headers", {}).get("content-type", ""), "x-forwarded-for": "203.0.113.7"}
    got = http.post(f"{sales.url}/hooks/{name}", **{**request, "headers": bare})
    assert refusal(got)[0] == 401
    assert newest(store, limit=10) == []


def test_a_notification_may_be_a_get(sales: Receiver, store: redis.Redis) -> None:
    """CloudPayments signs its query."""
    query = cloudpayments_form(Data=json.dumps({"phone": "+79000000001"})).decode()
    headers = {"content-hmac": base64_hmac(KEY, query.encode())}
    got = http.get(f"{sales.url}/hooks/cloudpayments?event=pay&{query}", headers=headers)
    assert (got.status_code, got.json()) == (200, {"code": 0})
    assert len(newest(store, limit=10)) == 1
