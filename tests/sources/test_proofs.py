"""Who is let in, who is not, and what the refused are told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from processor.sources.registry import PRESETS
from tests.harness.deliveries import multipart, standard_webhook_headers, tilda_form, woo_headers, woo_order
from tests.sources.asking import NOW_MS, NOW_S, code, inbound, refusal

SECRET = "длинный-secret-1"
ROTATED = "secret-of-yesterday"
TOKEN = "token-of-today"
WHSEC = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmn").decode()

SHOP = Source("shop", "woocommerce", secrets=(SECRET, ROTATED))
LANDING = Source("landing", "tilda", secrets=(SECRET,), tokens=(TOKEN,))
NAMED = Source("landing", "tilda", secrets=(SECRET,), key_name="My-Key")
BY_TOKEN = Source("crm", "generic", tokens=(TOKEN, ROTATED))
BY_SECRET = Source("crm", "generic", secrets=(WHSEC, ROTATED))
BY_BOTH = Source("crm", "generic", secrets=(WHSEC,), tokens=(TOKEN,))

ORDER = woo_order()
SIGNATURE = "x-wc-webhook-signature"


def woo(body: bytes = ORDER, secret: str = SECRET, given: str | None = None) -> Inbound:
    """A signed order; `given` replaces the signature."""
    headers = woo_headers(body, secret)
    return inbound(body, headers if given is None else {**headers, SIGNATURE: given})


def hexed(secret: str, body: bytes = ORDER) -> str:
    """The signature in hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def by(algorithm: str) -> str:
    """The signature by another hash, in base64."""
    return base64.b64encode(hmac.new(SECRET.encode(), ORDER, algorithm).digest()).decode()


WOO: list[tuple[Inbound, Source, str, str]] = [
    (woo(), SHOP, "proven", ""),
    (woo(secret=ROTATED), SHOP, "proven", ""),
    (woo(given=" " + woo_headers(ORDER, SECRET)[SIGNATURE] + " "), SHOP, "proven", ""),
    (woo(secret="another"), SHOP, "signature_mismatch", "another secret"),
    (inbound(ORDER + b" ", woo_headers(ORDER, SECRET)), SHOP, "signature_mismatch", "white space around"),
    (inbound(ORDER[:-1] + b',"a":1}', woo_headers(ORDER, SECRET)), SHOP, "signature_mismatch", "another secret"),
    (inbound(ORDER), SHOP, "signature_missing", "X-WC-Webhook-Signature"),
    (woo(given="  "), SHOP, "signature_missing", "X-WC-Webhook-Signature"),
    (woo(given=hexed(SECRET)), SHOP, "signature_mismatch", "hex; base64"),
    (woo(given="sha256=" + woo_headers(ORDER, SECRET)[SIGNATURE]), SHOP, "signature_mismatch", "it alone is expected"),
    (woo(given=base64.b64encode(hexed(ROTATED).encode()).decode()), SHOP, "signature_mismatch", "once more"),
    (woo(given=by("sha1")), SHOP, "signature_mismatch", "made with sha1; sha256"),
    (woo(given="sha512=" + by("sha512")), SHOP, "signature_mismatch", "made with sha512; sha256"),
    (woo(given="sha256=AAAA"), SHOP, "signature_mismatch", "another secret"),
    (woo(given="не подпись \ud800 \x00"), SHOP, "signature_mismatch", "another secret"),
    (woo(given="x" * 60_000), SHOP, "signature_mismatch", "another secret"),
    (
        woo(secret="abc"),
        Source("s", "woocommerce", secrets=(" abc\n",)),
        "signature_mismatch",
        "quotes around our secret",
    ),
    (
        woo(secret="abc"),
        Source("s", "woocommerce", secrets=('"abc"',)),
        "signature_mismatch",
        "quotes around our secret",
    ),
    (woo(secret="a&b"), Source("s", "woocommerce", secrets=(html.escape("a&b"),)), "signature_mismatch", "&amp;"),
    (woo(), Source("s", "woocommerce"), "proof_not_configured", "neither"),
    (woo(secret=""), Source("s", "woocommerce", secrets=("",)), "proof_not_configured", "neither"),
    (woo(), Source("s", "woocommerce", tokens=(SECRET,)), "proof_not_configured", "neither"),
]


def tilda(where: str, name: str, key: str) -> Inbound:
    """A form with the key in a header, the query, a field, a JSON field or a multipart field."""
    if where == "header":
        return inbound(tilda_form()[0], {**tilda_form()[1], name: key})
    if where == "query":
        return inbound(*tilda_form(), query=f"a=1&{name}={key}")
    if where == "multipart":
        return inbound(*multipart([("Name", "Анна"), (name, key)], files=[("photo", b"\x00" * 100)]))
    return inbound(*tilda_form(key=key, key_name=name, as_json=where == "json"))


TILDA: list[tuple[Inbound, Source, str, str]] = [
    *(
        (tilda(where, name, TOKEN), LANDING, "proven", "")
        for where in ("query", "field", "json", "multipart")
        for name in ("api-key", "api_key", "APIKEY", "Key", "secret", "token", "X-Api-Key")
    ),
    *((tilda("header", name, TOKEN), LANDING, "proven", "") for name in ("api-key", "x-api-key", "token")),
    (tilda("field", "key", SECRET), LANDING, "proven", ""),
    (tilda("header", "authorization", f"Bearer {TOKEN}"), LANDING, "proven", ""),
    (tilda("header", "authorization", f"bearer  {TOKEN} "), LANDING, "proven", ""),
    (tilda("field", "my-key", SECRET), NAMED, "proven", ""),
    (tilda("header", "my-key", SECRET), NAMED, "proven", ""),
    (tilda("header", "authorization", f"Bearer {SECRET}"), NAMED, "proven", ""),
    (tilda("field", "token", SECRET), NAMED, "token_misnamed", "key_name: token"),
    (tilda("header", "x-landing", TOKEN), LANDING, "token_misnamed", "key_name: x-landing"),
    (tilda("json", "Ключ", TOKEN), LANDING, "token_misnamed", "key_name: Ключ"),
    (tilda("field", "token", "wrong"), NAMED, "token_missing", "My-Key"),
    (inbound(b'{"key":12345678}'), Source("l", "tilda", tokens=("12345678",)), "proven", ""),
    (
        inbound(b'{"key":"' + TOKEN.encode() + b'"}', {"content-type": "application/x-www-form-urlencoded"}),
        LANDING,
        "proven",
        "",
    ),
    (inbound(f"Name=A&key={TOKEN}".encode(), {"content-type": "application/json"}), LANDING, "proven", ""),
    (inbound(*tilda_form()), LANDING, "token_missing", "api-key"),
    (tilda("field", "key", ""), LANDING, "token_missing", "api-key"),
    (tilda("field", "key", "wrong"), LANDING, "token_mismatch", "not the one"),
    (tilda("field", "key", f" {TOKEN}\n"), LANDING, "token_mismatch", "spaces or quotes"),
    (tilda("field", "key", f'"{TOKEN}"'), LANDING, "token_mismatch", "spaces or quotes"),
    (tilda("field", "key", TOKEN.upper()), LANDING, "token_mismatch", "the case"),
    (tilda("header", "key", "ключ \ud800"), LANDING, "token_mismatch", "not the one"),
    (tilda("field", "key", TOKEN), Source("l", "tilda"), "proof_not_configured", "neither"),
    (inbound(b"\xff\x98", {"key": TOKEN}), LANDING, "proven", ""),
]


def signed(secret: str = WHSEC, ts: int = NOW_S, body: bytes = b'{"type":"a"}', **changed: str | None) -> Inbound:
    """A Standard Webhook with some headers changed (None: dropped)."""
    headers = {**standard_webhook_headers(body, secret, "msg_1", ts)}
    headers |= {name.replace("_", "-"): value for name, value in changed.items() if value is not None}
    for name, value in changed.items():
        if value is None:
            del headers[name.replace("_", "-")]
    return inbound(body, headers)


def signature(secret: str = WHSEC, ts: int = NOW_S) -> str:
    """The header webhook-signature of `signed`."""
    return signed(secret, ts).headers["webhook-signature"]


GENERIC: list[tuple[Inbound, Source, str, str]] = [
    (inbound(b"{}", {"authorization": f"Bearer {TOKEN}"}), BY_TOKEN, "proven", ""),
    (inbound(b"{}", {"authorization": f"Bearer {ROTATED}"}), BY_TOKEN, "proven", ""),
    (inbound(b"{}", {"x-token": TOKEN}), BY_TOKEN, "proven", ""),
    (inbound(b"{}", query=f"a=1&token={TOKEN}"), BY_TOKEN, "proven", ""),
    (inbound(b"", query=f"token={TOKEN}&phone=1", method="GET"), BY_TOKEN, "proven", ""),
    (inbound(b"{}"), BY_TOKEN, "token_missing", "X-Token"),
    (inbound(b"{}", {"authorization": f"Basic {TOKEN}"}), BY_TOKEN, "token_missing", "Bearer"),
    (inbound(b'{"token":"' + TOKEN.encode() + b'"}'), BY_TOKEN, "token_missing", "X-Token"),
    (inbound(b"{}", {"x-token": "wrong"}), BY_TOKEN, "token_mismatch", "not the one"),
    (inbound(b"{}", query="token=" + "a&" * 5000), BY_TOKEN, "token_missing", "X-Token"),
    (signed(), BY_SECRET, "proven", ""),
    (signed(ROTATED), BY_SECRET, "proven", ""),
    (signed(webhook_signature=f"v1,AAAA {signature()} v1a,BBBB"), BY_SECRET, "proven", ""),
    (signed(ts=NOW_S - 300), BY_SECRET, "proven", ""),
    (signed(ts=NOW_S + 300), BY_SECRET, "proven", ""),
    (signed(ts=NOW_S - 301), BY_SECRET, "timestamp_old", "301 s"),
    (signed(ts=NOW_S + 302), BY_SECRET, "timestamp_ahead", "302 s"),
    (signed(webhook_timestamp=str(NOW_MS)), BY_SECRET, "timestamp_malformed", "milliseconds"),
    (signed(webhook_timestamp="١٢٣"), BY_SECRET, "timestamp_malformed", "no number"),
    (signed(webhook_timestamp="9" * 400), BY_SECRET, "timestamp_malformed", "no number"),
    (signed(webhook_timestamp=str(NOW_S + 1)), BY_SECRET, "signature_mismatch", "another secret"),
    (signed(webhook_id="msg_2"), BY_SECRET, "signature_mismatch", "another secret"),
    (signed(webhook_id=None), BY_SECRET, "signature_missing", "webhook-id"),
    (signed(webhook_timestamp=None), BY_SECRET, "signature_missing", "webhook-timestamp"),
    (signed(webhook_signature=None), BY_SECRET, "signature_missing", "webhook-signature"),
    (inbound(b"{}"), BY_SECRET, "signature_missing", "webhook-signature"),
    (signed(webhook_signature="v1a,AAAA"), BY_SECRET, "signature_unsupported", "v1"),
    (signed(webhook_signature=signature()[3:]), BY_SECRET, "signature_unsupported", 'no "v1," before'),
    (signed(webhook_signature="v1,\ud800ы"), BY_SECRET, "signature_mismatch", "another secret"),
    (signed(webhook_signature="v1," + "A " * 30_000), BY_SECRET, "signature_mismatch", "another secret"),
    (signed("other"), BY_SECRET, "signature_mismatch", "another secret"),
    (
        signed("whsec_MTIzNDU2Nzg="),
        Source("c", "generic", secrets=("MTIzNDU2Nzg=",)),
        "signature_mismatch",
        '"whsec_" before',
    ),
    (signed("abc"), Source("c", "generic", secrets=(" abc ",)), "signature_mismatch", "spaces, line breaks"),
    (signed("MTIzNDU2Nzg="), Source("c", "generic", secrets=("whsec_MTIzNDU2Nzg=",)), "signature_mismatch", "as text"),
    (signed("whsec_MTIzNDU2Nzg="), Source("c", "generic", secrets=("whsec_MTIzNDU2Nzg",)), "proven", ""),
    (signed(), BY_BOTH, "proven", ""),
    (inbound(b"{}", {"x-token": TOKEN}), BY_BOTH, "proven", ""),
    (signed("other", x_token=TOKEN), BY_BOTH, "proven", ""),
    (signed("other", x_token="wrong"), BY_BOTH, "token_mismatch", "not the one"),
    (signed("other"), BY_BOTH, "signature_mismatch", "another secret"),
    (inbound(b"{}"), BY_BOTH, "token_missing", "may be signed"),
    (inbound(b"{}"), Source("c", "generic"), "proof_not_configured", "neither"),
]


@pytest.mark.parametrize(("request_", "source", "expected", "told"), [*WOO, *TILDA, *GENERIC])
def test_a_proof_is_accepted_or_refused_with_its_cause(
    request_: Inbound, source: Source, expected: str, told: str
) -> None:
    """A refusal has a stable code, a message in both languages with the likely cause, and no secret in it."""
    assert code(request_, source) == expected
    refused = refusal(request_, source)
    if refused:
        assert told in refused.text.en
        assert refused.text.ru
        assert refused.text.ru != refused.text.en
        said = f"{refused!r} {refused.text!r}"
        assert not [secret for secret in (*source.secrets, *source.tokens) if len(secret) > 5 and secret in said]


@pytest.mark.parametrize("secret", [WHSEC, "whsec_" + base64.b64encode(bytes(range(64))).decode()])
@pytest.mark.parametrize("body", [b"{}", '{"имя":"Анна"}'.encode(), b""])
def test_signatures_of_the_reference_library_are_accepted(secret: str, body: bytes) -> None:
    """The library `standardwebhooks` and we sign alike."""
    stamp = datetime.fromtimestamp(NOW_S, UTC)
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": str(NOW_S),
        "webhook-signature": Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", stamp, body.decode()),
    }
    assert code(inbound(body, headers), Source("c", "generic", secrets=(secret,))) == "proven"
    assert code(inbound(body + b" ", headers), Source("c", "generic", secrets=(secret,))) == "signature_mismatch"


def test_a_large_body_buys_no_search_for_the_cause() -> None:
    """Explaining costs more HMACs, so it stops at 64 KiB."""
    body = b"{" + b" " * 70_000 + b"}"
    refused = refusal(inbound(body, {SIGNATURE: hexed(SECRET, body)}), SHOP)
    assert refused
    assert "hex" not in refused.text.en


HANDSHAKES: list[tuple[str, bytes, Mapping[str, str], bool]] = [
    ("woocommerce", b"webhook_id=3", {"content-type": "application/x-www-form-urlencoded"}, True),
    ("woocommerce", b"webhook_id=3\r\n", {}, True),
    ("woocommerce", b"webhook_id=3", {"x-wc-webhook-topic": "order.created"}, False),
    ("woocommerce", b"webhook_id=3&a=1", {}, False),
    ("woocommerce", b"webhook_id=", {}, False),
    ("woocommerce", b"webhook_id=\xd9\xa1", {}, False),
    ("woocommerce", ORDER, {}, False),
    ("woocommerce", b"", {}, False),
    ("tilda", b"test=test", {}, True),
    ("tilda", b"test=test&api-key=any", {}, True),
    ("tilda", b'{"test":"test"}', {"content-type": "application/json"}, True),
    ("tilda", b'{"test":"test","token":"any"}', {}, True),
    ("tilda", b"test=test&Name=A", {}, False),
    ("tilda", b"test=test&test=test", {}, False),
    ("tilda", b"test=1", {}, False),
    ("tilda", b'["test"]', {}, False),
    ("tilda", b"\x98test=test", {}, False),
    ("tilda", b"", {}, False),
    ("generic", b"test=test", {}, False),
]


@pytest.mark.parametrize(("preset", "body", "headers", "answered"), HANDSHAKES)
def test_a_ping_is_answered_200_before_any_proof(
    preset: str, body: bytes, headers: Mapping[str, str], answered: bool
) -> None:
    """And nothing but a ping is taken for one."""
    answer = PRESETS[preset].handshake(inbound(body, headers), Source("s", preset))
    assert (answer is not None and answer.status == 200) == answered
