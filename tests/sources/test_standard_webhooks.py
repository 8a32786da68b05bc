"""Standard Webhooks, under its own names of headers and under Svix's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from processor.domain.event import Customer, Utm
from processor.domain.source import Source
from tests.harness.deliveries import standard_webhook_headers
from tests.harness.deliveries_generic import envelope, svix_headers
from tests.sources.asking import NOW_MS, NOW_S, code, event, inbound, key, refusal

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SIGNED = Source("s", "standard_webhooks", secrets=(SECRET,))
EITHER = Source("s", "generic", secrets=(SECRET,), tokens=("crm-token-1",))
BODY = envelope()

# The vector that the scheme's own documents and libraries publish.
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR = {
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": "1614265330",
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}

Signing = Callable[..., dict[str, str]]


@pytest.mark.parametrize("prefix", ["webhook", "svix"])
@pytest.mark.parametrize("preset", ["standard_webhooks", "generic"])
def test_the_published_vector_fits(prefix: str, preset: str) -> None:
    """Under both families of names; and not a second after its five minutes."""
    source = Source("s", preset, secrets=(OTHER, SECRET))
    request = inbound(VECTOR_BODY, {f"{prefix}-{name}": value for name, value in VECTOR.items()})
    assert code(request, source, 1_614_265_330_000) == "proven"
    assert code(request, source, 1_614_265_631_000) == "timestamp_old"
    assert code(request, source, 1_614_265_029_000) == "timestamp_ahead"


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_the_official_library_signs_what_is_taken(secret: str) -> None:
    """By either of two secrets, as during a rotation."""
    signed = Webhook(secret).sign("msg_1", datetime.fromtimestamp(NOW_S, UTC), BODY.decode())
    for prefix in ("webhook", "svix"):
        headers = {f"{prefix}-id": "msg_1", f"{prefix}-timestamp": str(NOW_S), f"{prefix}-signature": signed}
        both = Source("s", "standard_webhooks", secrets=(OTHER, SECRET))
        assert code(inbound(BODY, headers), both) == "proven"
        assert code(inbound(BODY + b" ", headers), both) == "signature_mismatch"


@pytest.mark.parametrize("source", [SIGNED, EITHER], ids=["standard_webhooks", "generic"])
@pytest.mark.parametrize("sign", [standard_webhook_headers, svix_headers])
def test_one_signature_of_several_suffices(sign: Signing, source: Source) -> None:
    """A sender that changes its secret gives both; other versions are passed over, and alone they are refused."""
    headers = sign(BODY, SECRET)
    name = next(name for name in headers if name.endswith("-signature"))
    v1a = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    listed = {name: f"{v1a} v1,d3Jvbmc= {headers[name]}"}
    assert code(inbound(BODY, headers | listed), source) == "proven"
    refused = refusal(inbound(BODY, headers | {name: v1a}), source)
    assert refused
    assert refused.code == "signature_unsupported"
    assert name in str(refused)


@pytest.mark.parametrize(
    ("drop", "name"), [("id", "svix-id"), ("timestamp", "svix-timestamp"), ("signature", "svix-signature")]
)
def test_what_is_missing_is_called_by_the_name_that_the_sender_uses(drop: str, name: str) -> None:
    """Svix's own names, where the other headers are Svix's."""
    headers = svix_headers(BODY, SECRET)
    del headers[f"svix-{drop}"]
    refused = refusal(inbound(BODY, headers), SIGNED)
    assert refused
    assert refused.code == "signature_missing"
    assert name in str(refused)


def test_the_signed_id_alone_names_the_delivery() -> None:
    """A replay under an id that the signature does not cover is the same delivery."""
    for source in (SIGNED, EITHER):
        plain, svix = standard_webhook_headers(BODY, SECRET), svix_headers(BODY, SECRET)
        first = key(inbound(BODY, plain), source)
        assert first == key(inbound(BODY, svix), source)
        assert first == key(inbound(BODY, plain | svix), source)
        assert first == key(inbound(BODY, plain | {"svix-id": "other", "x-delivery-id": "other"}), source)
        assert first == key(inbound(BODY, svix | {"webhook-id": "other", "idempotency-key": "other"}), source)
        assert first == key(inbound(BODY, standard_webhook_headers(BODY, SECRET, ts=NOW_S + 60)), source)
        assert first != key(inbound(BODY, standard_webhook_headers(BODY, SECRET, id="msg_2")), source)
        long = "m" * 2000
        replayed = standard_webhook_headers(BODY, SECRET, id=long) | {"x-delivery-id": "other"}
        assert key(inbound(BODY, replayed), source) == key(inbound(b"", replayed | {"x-delivery-id": "more"}), source)


def test_an_unproven_source_is_told_apart_by_its_bodies() -> None:
    """`proof: none` lets in who signs nothing."""
    assert key(inbound(BODY), SIGNED) == key(inbound(BODY), SIGNED) != key(inbound(BODY + b" "), SIGNED)


def test_an_envelope_is_read() -> None:
    """Its type, its time, its data; a mapping reads within `data`."""
    got = event(inbound(BODY, standard_webhook_headers(BODY, SECRET)), SIGNED)
    assert (got.event, got.utm) == ("contact.created", Utm(source="vk"))
    assert got.occurred_at == datetime(2025, 3, 1, 9, tzinfo=UTC) + timedelta(milliseconds=500)
    assert got.customer == Customer(name="Анна", phone="+79000000001", email="anna@example.com")
    source = Source(
        "s",
        "standard_webhooks",
        secrets=(SECRET,),
        fields={"customer.id": "id"},
        event_types={"contact.created": "customer.created"},
    )
    got = event(inbound(BODY), source)
    assert (got.event, got.customer) == ("customer.created", Customer(id="c_1"))


def test_wrong_old_and_replayed_are_refused() -> None:
    """With their reasons."""
    headers = standard_webhook_headers(BODY, OTHER)
    assert code(inbound(BODY, headers), SIGNED) == "signature_mismatch"
    assert code(inbound(BODY), SIGNED) == "signature_missing"
    assert code(inbound(BODY, svix_headers(BODY, SECRET)), SIGNED, NOW_MS + 301_000) == "timestamp_old"
    assert code(inbound(BODY, svix_headers(BODY, SECRET)), Source("s", "standard_webhooks")) == "proof_not_configured"
