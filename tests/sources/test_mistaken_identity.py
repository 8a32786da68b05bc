"""Two deliveries that look alike stay two, and what no proof covers decides nothing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from processor.domain.delivery import Answer
from processor.domain.source import Source
from processor.errors import ProofRefused, Unreadable
from processor.intake import admit
from processor.sources.registry import preset_of
from tests.harness.deliveries import multipart, standard_webhook_headers
from tests.harness.deliveries_forms import taplink
from tests.sources.asking import NOW_MS, event, inbound, kept, key

TILDA = Source("t", "tilda", tokens=("landing-token-1",))
YANDEX = Source("y", "yandex_forms", tokens=("form-token-1",))
SIGNED = "standard-secret-1"


def test_an_answer_called_key_is_an_answer() -> None:
    """Only our very key is left out where nobody chose the key's name."""
    one, two = (
        inbound(urlencode({"formid": "f", "Name": "Анна", "key": told}).encode(), {}, "token=landing-token-1")
        for told in ("AAA-1", "BBB-2")
    )
    assert key(one, TILDA) != key(two, TILDA)
    read = event(one, TILDA)
    assert read.form
    assert read.form.fields["key"] == "AAA-1"
    assert "landing-token-1" not in str(event(inbound(b"Name=a&key=landing-token-1"), TILDA).raw)


def test_calls_that_say_it_beside_params_are_told_apart() -> None:
    """The number of the call counts for nothing, everything else does."""

    def call(**fields: Any) -> str:
        return key(inbound(json.dumps({"jsonrpc": "2.0", "method": "lead"} | fields).encode()), YANDEX)

    assert call(id=1, phone="+7 900 000-00-01") != call(id=1, phone="+7 900 000-00-02")
    assert call(id=1, params={"a": 1}) == call(id=2, params={"a": 1})
    assert call(id=1, params={"a": 1}) != call(id=1, params={"a": 2})


def test_two_files_are_two_deliveries() -> None:
    """Files are no fields, so where there is one the whole body decides."""
    body, headers = multipart([("a", "1")])
    one, two = (body.replace(b'name="a"', b'name="a"; filename="f"').replace(b"1", told) for told in (b"2", b"3"))
    assert key(inbound(one, headers), YANDEX) != key(inbound(two, headers), YANDEX)


@pytest.mark.parametrize("preset", ["standard_webhooks", "generic"])
def test_a_query_that_no_signature_covers_is_not_read(preset: str) -> None:
    """Whoever caught a signed request could otherwise send it again as an order that was paid."""
    source = Source("s", preset, secrets=(SIGNED,))
    body = b'{"phone":"+7 900 000-00-01"}'
    request = inbound(body, standard_webhook_headers(body, SIGNED), "event=order.paid&order[paid]=true")
    assert kept(request, source).query == ""
    assert event(request, source).event == "generic"


def test_unproven_deliveries_differ_by_their_query() -> None:
    """Where nothing is signed the query may be all that was said."""
    source = Source("s", "standard_webhooks", proof="none")
    assert key(inbound(b"", {}, "phone=1"), source) != key(inbound(b"", {}, "phone=2"), source)


def test_a_declined_payment_is_no_sale_whatever_the_address_says() -> None:
    """`?event=` is pasted by hand and not signed."""
    source = Source("c", "cloudpayments", secrets=("pay-secret-1",))
    for body, told in (
        (b"TransactionId=1&Amount=10&Status=Declined&ReasonCode=5051", "payment.failed"),
        (b"TransactionId=2&PaymentTransactionId=1&OperationType=Refund&Amount=10", "payment.refunded"),
        (b"TransactionId=3&Amount=10&Status=Completed&AuthCode=A", "payment.succeeded"),
    ):
        assert event(inbound(body, {}, "event=pay"), source).event == told


def test_only_a_new_payment_of_taplink_is_an_order() -> None:
    """What is said of it later is not a second sale."""
    source = Source("t", "taplink", secrets=("tap-secret-1",))
    assert event(inbound(taplink("payments.created", order_status_id=2)), source).event == "order.paid"
    assert event(inbound(taplink("payments.updated", order_status_id=2)), source).event == "payments.updated"


def test_a_saved_card_is_no_sale_and_a_failed_payment_has_its_sum() -> None:
    """Stripe calls both a completed checkout; and 0 received is not what was asked for."""
    source = Source("s", "stripe", secrets=("whsec_1",))

    def told(type_: str, **thing: Any) -> Any:
        body = {"id": "evt_1", "object": "event", "type": type_, "livemode": True, "data": {"object": thing}}
        return event(inbound(json.dumps(body).encode()), source)

    saved = told("checkout.session.completed", mode="setup", payment_status="no_payment_required")
    assert saved.event == "checkout.session.completed"
    failed = told("payment_intent.payment_failed", currency="usd", amount=5000, amount_received=0)
    assert failed.payment.amount == 50


def test_a_charge_without_an_order_is_known_when_it_comes_again() -> None:
    """Prodamus counts its tries in the body, and a form has a new border each time."""
    source = Source("p", "prodamus", secrets=("prodamus-secret-1",))
    fields = [("sum", "100"), ("payment_status", "success")]
    tries = [multipart([*fields, ("attempt", str(n))]) for n in (1, 2)]
    assert len({key(inbound(*one), source) for one in tries}) == 1
    assert key(inbound(*tries[0]), source) != key(inbound(*multipart([("sum", "200")])), source)


def test_more_records_than_are_read_are_told() -> None:
    """Nothing beyond the limit is lost without a word."""
    fields = {f"contacts[add][{n}][id]": str(n) for n in range(130)}
    with pytest.raises(Unreadable, match="100"):
        event(inbound(urlencode(fields).encode()), Source("a", "amocrm", tokens=("amo-token-1",)))


def test_a_page_s_address_loses_our_key_under_any_name() -> None:
    """The header Referer is kept for its UTM."""
    source = Source("t", "tilda", tokens=("landing-token-1",), key_name="pass")
    referer = "https://a.example/?pass=landing-token-1&utm_source=vk"
    assert kept(inbound(headers={"referer": referer}), source).headers["referer"] == "https://a.example/?utm_source=vk"


def test_a_handshake_is_answered_only_from_the_addresses_named() -> None:
    """The confirmation string is nobody else's business."""
    source = Source("v", "vk", secrets=("vk-secret-1",), confirmation="a1b2c3", addresses=("192.0.2.0/24",))
    asked = inbound(b'{"type":"confirmation","group_id":1}')
    with pytest.raises(ProofRefused):
        admit(asked, source, preset_of(source), NOW_MS)
    open_ = Source("v", "vk", secrets=("vk-secret-1",), confirmation="a1b2c3")
    assert isinstance(admit(asked, open_, preset_of(open_), NOW_MS), Answer)
