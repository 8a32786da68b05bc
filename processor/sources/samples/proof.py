"""Prove a sample as its sender would: with the source's own secret or token."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from processor.sources.body import read_body
from processor.sources.prodamus_sign import signed_messages
from processor.sources.signature import sign
from processor.sources.standard_webhook import key_of

Headers = Mapping[str, str]


def proven(inbound: Inbound, source: Source, now_s: int) -> Inbound:
    """The request with whatever the source asks for; as it is for a source that nothing but addresses proves."""
    if not source.keys or source.proof == "none":
        return inbound
    if source.preset == "vk":
        return _with_secret(inbound, source)
    signed = SIGNED.get(source.preset)
    if signed is not None and source.secrets:
        return replace(inbound, headers={**inbound.headers, **signed(inbound, source.secrets[0], now_s)})
    return replace(inbound, headers={**inbound.headers, "authorization": f"Bearer {source.keys[-1]}"})


def _woocommerce(inbound: Inbound, secret: str, _: int) -> Headers:
    return {"x-wc-webhook-signature": _base64(sign(secret, inbound.body))}


def _shopify(inbound: Inbound, secret: str, _: int) -> Headers:
    return {"x-shopify-hmac-sha256": _base64(sign(secret, inbound.body))}


def _cloudpayments(inbound: Inbound, secret: str, _: int) -> Headers:
    return {"content-hmac": _base64(sign(secret, inbound.body))}


def _typeform(inbound: Inbound, secret: str, _: int) -> Headers:
    return {"typeform-signature": f"sha256={_base64(sign(secret, inbound.body))}"}


def _taplink(inbound: Inbound, secret: str, _: int) -> Headers:
    return {"taplink-signature": sign(secret, inbound.body, "sha1").hex()}


def _stripe(inbound: Inbound, secret: str, now_s: int) -> Headers:
    return {"stripe-signature": f"t={now_s},v1={sign(secret, f'{now_s}.'.encode() + inbound.body).hex()}"}


def _ecwid(inbound: Inbound, secret: str, _: int) -> Headers:
    told = json.loads(inbound.body)
    message = f"{told['eventCreated']}.{told['eventId']}".encode()
    return {"x-ecwid-webhook-signature": _base64(sign(secret, message))}


def _prodamus(inbound: Inbound, secret: str, _: int) -> Headers:
    tree = read_body(inbound.body, inbound.headers["content-type"]).tree
    return {"sign": sign(secret, next(signed_messages(tree))).hex()}


def _standard(inbound: Inbound, secret: str, now_s: int) -> Headers:
    id_ = f"test-{now_s}"
    signature = sign(key_of(secret), f"{id_}.{now_s}.".encode() + inbound.body)
    own = {"id": id_, "timestamp": str(now_s), "signature": f"v1,{_base64(signature)}"}
    return {f"webhook-{name}": value for name, value in own.items()}


def _with_secret(inbound: Inbound, source: Source) -> Inbound:
    tree = json.loads(inbound.body) | {"secret": source.keys[0]}
    return replace(inbound, body=json.dumps(tree, ensure_ascii=False).encode())


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


SIGNED: Final[Mapping[str, Callable[[Inbound, str, int], Headers]]] = MappingProxyType(
    {
        "woocommerce": _woocommerce,
        "shopify": _shopify,
        "cloudpayments": _cloudpayments,
        "typeform": _typeform,
        "taplink": _taplink,
        "stripe": _stripe,
        "ecwid": _ecwid,
        "prodamus": _prodamus,
        "standard_webhooks": _standard,
        "generic": _standard,
        "google_forms": _standard,
    }
)
