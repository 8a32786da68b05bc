"""Good deliveries of payment services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from processor.domain.delivery import Inbound
from processor.errors import Unreadable
from processor.sources.body import read_body
from processor.sources.prodamus_sign import signed_messages
from processor.sources.signature import sign
from tests.harness.deliveries_payments import (
    base64_hmac,
    cloudpayments_fields,
    cloudpayments_form,
    prodamus_fields,
    prodamus_request,
    stripe_event,
    stripe_headers,
    stripe_session,
    yookassa_body,
)
from tests.sources.sample import SECRET, Sample, request, signed, with_header

JSON = {"content-type": "application/json"}


def yookassa() -> Sample:
    """Proven by the address alone: this machine's own."""
    good = (request(yookassa_body(), JSON), request(yookassa_body("refund.succeeded"), JSON))
    return Sample("{preset: yookassa, addresses: [127.0.0.1]}", good, with_header("user-agent", "sample"))


def cloudpayments() -> Sample:
    """A form and JSON."""
    body = json.dumps(cloudpayments_fields(), ensure_ascii=False).encode()
    good = (request(cloudpayments_form(), {}, "event=pay"), request(body, JSON, "event=refund"))
    proof = signed(lambda body, _: {"content-hmac": base64_hmac(SECRET, body)})
    return Sample(f"{{preset: cloudpayments, secret: {SECRET}}}", good, proof)


def prodamus() -> Sample:
    """A multipart form, whose fields are signed and not its bytes."""
    body, headers = prodamus_request(prodamus_fields(), SECRET)

    def proven(inbound: Inbound, _: int) -> Inbound:
        signature = sign(SECRET, _message(inbound)).hex()
        return request(inbound.body, {**inbound.headers, "sign": signature}, inbound.query, inbound.method)

    return Sample(f"{{preset: prodamus, secret: {SECRET}}}", (request(body, headers),), proven)


def stripe() -> Sample:
    """A session of Checkout."""
    body = stripe_event("checkout.session.completed", stripe_session(), livemode=True)
    proof = signed(lambda body, now_s: {"stripe-signature": stripe_headers(body, SECRET, now_s)["stripe-signature"]})
    return Sample(f"{{preset: stripe, secret: {SECRET}}}", (request(body, JSON),), proof)


def _message(inbound: Inbound) -> bytes:
    """What Prodamus would sign of such a body; a body that cannot be read is signed by nobody."""
    try:
        tree: Any = read_body(inbound.body, inbound.headers.get("content-type", "")).tree
    except Unreadable:
        return b""
    told = {name: value for name, value in tree.items() if name.lower() != "sign"} if isinstance(tree, Mapping) else {}
    return next(signed_messages(told))
