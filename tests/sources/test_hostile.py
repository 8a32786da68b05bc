"""Whatever a stranger posts, a preset answers, refuses the proof, or calls the body unreadable."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event, as_mapping
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.registry import PRESETS
from tests.harness.deliveries import standard_webhook_headers, tilda_payment, woo_headers, woo_order
from tests.sources.asking import NOW_MS, inbound, kept, refusal

SECRET = "Sécret-ключ-1"
TOKEN = "token-value-1"
MIB = 2**20

SOURCES = [
    Source("s", "woocommerce", secrets=(SECRET, "other")),
    Source("s", "tilda", secrets=(SECRET,), tokens=(TOKEN,)),
    Source("s", "tilda", secrets=(SECRET,), key_name="Имя ключа"),
    Source("s", "generic", secrets=(SECRET, "whsec_не base64"), tokens=(TOKEN,)),
    Source("s", "standard_webhooks", secrets=(SECRET, "whsec_не base64")),
    Source("s", "strapi", tokens=(TOKEN,)),
    Source(
        "s",
        "strapi",
        tokens=(TOKEN,),
        fields={
            "customer.name": "{{ name }} {{ raw.entry.value | upcase }}",
            "order.items.name": "items[*].name",
            "customer.phone": "meta_data[key=phone].value",
            "order.comment": "{% for i in items %}{{ i }}{% endfor %}{{ raw }}",
            "customer.city": "{{ broken",
        },
        event_field="{{ model }}{{ event | slice: 0, 3 }}",
    ),
    Source(
        "s",
        "generic",
        tokens=(TOKEN,),
        region="ZZ",
        timezone="No/Where",
        fields={
            "customer.phone": "a.b[0]",
            "customer.email": "data[*].email[-1]",
            "order.items": "items",
            "event": "x",
            "form.fields.я": "a",
            "": "a",
            ".": "[",
        },
        event_field="data.type",
    ),
    Source("s", "insales", tokens=(TOKEN,)),
    Source("s", "shopify", secrets=(SECRET,), accounts=("example.myshopify.com",)),
    Source("s", "retailcrm", tokens=(TOKEN, SECRET)),
    Source("s", "yookassa", tokens=(TOKEN,)),
    Source("s", "cloudpayments", secrets=(SECRET, "other")),
    Source("s", "prodamus", secrets=(SECRET, "other")),
    Source("s", "stripe", secrets=(SECRET, "other")),
    Source("s", "getcourse", tokens=(TOKEN, SECRET)),
    Source("s", "typeform", secrets=(SECRET, TOKEN)),
    Source("s", "jotform", tokens=(TOKEN, SECRET)),
    Source("s", "google_forms", secrets=(SECRET,), tokens=(TOKEN,)),
    Source("s", "yandex_forms", tokens=(TOKEN, SECRET), timezone="No/Where"),
    Source("s", "vk", secrets=(SECRET, TOKEN), confirmation="a1b2c3", accounts=("1", "token")),
    Source("s", "marquiz", tokens=(TOKEN, SECRET)),
    Source("s", "flexbe", tokens=(TOKEN, SECRET), accounts=("1",)),
    Source("s", "taplink", secrets=(SECRET, TOKEN)),
    Source("s", "bitrix24", tokens=(TOKEN,), accounts=("a",)),
    Source("s", "amocrm", tokens=(TOKEN,), accounts=("a",)),
    Source("s", "ecwid", secrets=(SECRET,), accounts=("a",)),
    Source("s", "pretix", tokens=(TOKEN,), accounts=("a",)),
]

LARGE: list[bytes] = [
    b"[" * 100_000,
    b'{"id":' + b"[" * 100_000,
    b'{"payment":"' + b"[" * 100_000 + b'"}',
    b'{"payment":"{' + b'\\"a\\":{' * 50_000,
    b"a" + b"[b]" * 1000 + b"=1",
    b"a" + b"[" * 100_000,
    b"a[" + b"]" * 100_000 + b"=1",
    b"&".join(b"a[][]=1" for _ in range(999)),
    b"a&" * (MIB // 2),
    b"a=" + b"%" * MIB,
    b"a=" + b"%D0" * (MIB // 3),
    b"&" * MIB,
    b"=" * MIB,
    b"\x00" * MIB,
    b"\xff" * MIB,
    b"\x98" * MIB,
    b" " * MIB,
    b'{"a":' + b"1" * MIB + b"}",
    b'{"total":1e999999999,"id":-0,"date_modified_gmt":NaN}',
    b'{"a":"' + b"\\ud800" * 100_000 + b'"}',
    b'{"phone":"' + b"+7" * 500_000 + b'","email":"' + b"@" * 1000 + b'"}',
    b"[" + b"{}," * 300_000 + b"{}]",
    b'{"line_items":[' + b'"a",' * 200_000 + b"1]}",
    b'{"meta_data":[' + b'{"key":"utm_source"},' * 40_000 + b"1]}",
    b'{"answers":[' + b'{"q":"a","a":{"text":["b",{"x":1}]}},' * 25_000 + b"1]}",
    b'{"answers":' + b'{"text":' * 60 + b"1" + b"}" * 60 + b"}",
    b'{"form_response":{"definition":{"fields":[' + b'{"properties":{"fields":[{}]}},' * 30_000 + b"1]}}}",
    b'{"jsonrpc":"2.0","id":' + b"1" * 100_000 + b',"params":{"answer":"' + b"{" * 500_000 + b'"}}',
    b"--a\r\n" + b'Content-Disposition: form-data; name="rawRequest"\r\n\r\n' + b"[" * 900_000 + b"\r\n--a--",
    b"".join(b'\r\n--a\r\nContent-Disposition: form-data; name="a"\r\n\r\n1' for _ in range(15_000))[2:] + b"\r\n--a--",
    json.dumps(
        {"COOKIES": "TILDAUTM=" + "|||" * 300_000, "payment": tilda_payment(products=["- " * 200_000] * 2)}
    ).encode(),
    b"<o>" + b"<a>" * 100_000,
    b"<o>" + b"<a/>" * 200_000 + b"</o>",
    b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'"><!ENTITY d "' + b"&b;" * 1000 + b'">]><a>&d;</a>',
    b"<o><phone>" + b"+7" * 500_000 + b"</phone></o>",
    b'{"object":{"metadata":{' + b",".join(b'"phone%d":"+7"' % at for at in range(60_000)) + b"}}}",
    b'{"Data":"{' + b'\\"a\\":{' * 50_000 + b'"}',
    b"TransactionId=1&Data=%7B" + b"%22a%22:%7B" * 50_000,
    b"order_id=1&products" + b"[a]" * 15 + b"=1&p[0][0]=" + b"/" * 400_000,
    b"&".join(b"p[%d][a]=%%D1%%8F/" % at for at in range(999)),
    b'{"order_changes":[' + b'{"action":"a","created_at":"b"},' * 30_000 + b"1]}",
    json.dumps({"referer": "?" * 500_000, "utm_source": "%25" * 100_000}).encode(),
]

HEADERS = [
    {},
    {"content-type": "application/json"},
    {"content-type": "multipart/form-data; boundary=a"},
    {"content-type": "\x00\ud800", "referer": "\ud800?token=1&utm_source=%ff", "authorization": "Bearer \ud800"},
]

WORDS = """
id number total status billing shipping phone email line_items meta_data key value customer order payment form utm page
items data type timestamp event occurred_at date_modified_gmt products orderid systranid COOKIES referer test tranid
formid Name token name fields url utm_source quantity price code coupon_lines object metadata amount id currency
client order_lines order_changes custom_status fields_values shipping_address landing_site note_attributes
discount_codes financial_status firstName totalSumm source event TransactionId Status Data TestMode AccountId
cloudPayments customerReceipt Items order_id payment_status subscription error_code sum products created livemode
customer_details charges latest_charge line_items payment_intent amount_total order_number test
answers question answer q a label
records action secret group_id user_id message from_id confirmation event_id form_response definition title properties
hidden choice choices labels other rawRequest submissionID q1_name first last area full day month year addr_line1
jsonrpc method params slug contacts quiz created extra utm href site domain client pay summ form_data page_link offers
shipping namedValues range e response cost_money positions lead_forms_new
entry model uid createdAt updatedAt
FIELDS ID ts auth application_token
leads add contacts unsorted custom_fields values account eventId eventCreated eventType entityId action organizer"""
HEADER_WORDS = """
content-type referer authorization token x-token webhook-id webhook-timestamp webhook-signature x-delivery-id
x-wc-webhook-topic x-wc-webhook-signature api-key x-shopify-topic shopify-topic x-shopify-hmac-sha256
x-shopify-webhook-id x-shopify-shop-domain content-hmac x-content-hmac sign stripe-signature
typeform-signature taplink-signature x-form-id x-form-answer-id
svix-id svix-timestamp svix-signature x-strapi-event"""
CROOKED = ["NaN", "1e999", "\ud800", "\x00", "+7 900 000-00-01", "9" * 30, "0", "{}", "{", "[[", "TILDAUTM=a|||"]

TEXTS = (
    st.text(max_size=12)
    | st.text(alphabet=string.printable, max_size=12)
    | st.sampled_from([*CROOKED, SECRET, TOKEN, f"<{TOKEN}>"])
)
NAMES = TEXTS | st.sampled_from(WORDS.split())
SCALARS = st.none() | st.booleans() | st.integers() | st.integers(min_value=10**15) | st.floats() | TEXTS
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(NAMES, TREES, max_size=8).map(lambda tree: json.dumps(tree).encode()),
    TREES.map(lambda tree: json.dumps(tree).encode()),
    st.lists(st.tuples(NAMES | st.from_regex(r"[a-c]?(\[[0-2ab]?\]){0,3}", fullmatch=True), TEXTS), max_size=8).map(
        lambda pairs: urlencode([(n.encode(errors="replace"), v.encode(errors="replace")) for n, v in pairs]).encode()
    ),
    st.binary(max_size=80).map(lambda part: b"--a\r\nContent-Disposition: form-data" + part + b"\r\n--a--\r\n"),
)
HEADER_NAMES = st.sampled_from(HEADER_WORDS.split())
HEADER_VALUES = TEXTS | st.sampled_from(
    [
        "multipart/form-data; boundary=a",
        "application/json",
        f"Bearer {TOKEN}",
        "v1,aGk=",
        "1740000000",
        "order.updated",
        "t=1740000000,v1=00",
        "orders/paid",
    ]
)


def ask_everything(request: Inbound, source: Source) -> None:
    """Every question that the receiver and the worker ask of a request."""
    preset = PRESETS[source.preset]
    refused = refusal(request, source)
    answer = preset.handshake(request, source)
    assert answer is None or answer.status == 200
    if refused:
        assert SECRET not in repr(refused.text)
    key = preset.delivery_key(request, source)
    assert key == preset.delivery_key(request, source)
    assert key.isascii()
    assert key.isprintable()
    assert len(key) < 300
    delivery = kept(request, source)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(delivery), type=Delivery) == delivery
    try:
        events = preset.normalise(delivery, source)
        assert all(one.field for one in preset.unfilled(delivery, source))
    except Unreadable:
        return
    for event in events:
        check_event(event, () if source.preset == "woocommerce" else (*source.secrets, *source.tokens))


def check_event(event: Event, secrets: tuple[str, ...]) -> None:
    """An event can be written, looked into, and shows nothing of the keys that senders post beside their data."""
    assert msgspec.json.encode(event)
    assert msgspec.msgpack.encode(event)
    whole = repr(as_mapping(event))
    assert not [secret for secret in secrets if secret in whole]
    assert event.event
    assert not event.customer.phone or event.customer.phone.startswith("+")
    for amount in (event.order.total, event.order.items[0].price if event.order.items else None) if event.order else ():
        assert amount is None or (amount.is_finite() and amount.adjusted() < 20)


@pytest.mark.parametrize("at", range(len(LARGE)))
@pytest.mark.parametrize("of", range(len(SOURCES)))
def test_a_large_or_crooked_body_is_survived(at: int, of: int) -> None:
    """Depth, width and nonsense up to a mebibyte; the headers go round, so that each preset meets them all."""
    ask_everything(inbound(LARGE[at], HEADERS[(at + of) % len(HEADERS)], "a&" * 30_000), SOURCES[of])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SOURCES),
    BODIES,
    st.dictionaries(HEADER_NAMES, HEADER_VALUES, max_size=4),
    TEXTS | st.just(f"token={TOKEN}&utm_source=x"),
)
def test_any_request_is_survived(source: Source, body: bytes, headers: dict[str, str], query: str) -> None:
    """Only ProofRefused and Unreadable are ever raised."""
    ask_everything(inbound(body, headers, query), source)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_value_in_an_order_is_survived(data: st.DataObject) -> None:
    """A proven order with fields of wrong types."""
    order: dict[str, Any] = json.loads(woo_order())
    names = data.draw(st.lists(st.sampled_from(sorted(order)), min_size=1, max_size=4))
    body = json.dumps(order | {name: data.draw(TREES) for name in names}).encode()
    request = inbound(body, woo_headers(body, SECRET, "order.updated"))
    assert refusal(request, SOURCES[0]) is None
    ask_everything(request, SOURCES[0])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(SOURCES))
def test_two_different_bodies_have_two_keys(one: bytes, other: bytes, source: Source) -> None:
    """Tilda's blanks and JSON spelling apart, which are no difference of submissions."""
    preset = PRESETS[source.preset]
    first, second = (preset.delivery_key(inbound(body), source) for body in (one, other))
    assert (first == second) == (one == other) or source.preset == "tilda"


@settings(max_examples=100, deadline=None)
@given(
    st.integers(min_value=-(10**6), max_value=10**6), st.text(alphabet=string.ascii_letters, min_size=1, max_size=20)
)
def test_a_signature_holds_for_five_minutes_either_way(skew_s: int, id: str) -> None:
    """And not a second longer."""
    source = Source("s", "generic", secrets=(SECRET,))
    headers = standard_webhook_headers(b"{}", SECRET, id, NOW_MS // 1000 + skew_s)
    assert (refusal(inbound(b"{}", headers), source) is None) == (abs(skew_s) <= 300)
