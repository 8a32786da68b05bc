"""Good deliveries of every preset: what the fuzzer mangles and the benchmark reads. A new preset gets a row here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from tests.harness.deliveries import (
    multipart,
    standard_webhook_headers,
    tilda_cookies,
    tilda_form,
    tilda_payment,
    woo_customer,
    woo_headers,
    woo_order,
)
from tests.harness.deliveries_generic import ENTRY, ORDER_ENTRY, envelope, strapi, strapi_headers, svix_headers
from tests.harness.rules import ruleset
from tests.sources.sample import SECRET, TOKEN, Sample, request, signed, with_header, with_parameter
from tests.sources.samples_forms import (
    flexbe_sample,
    getcourse_sample,
    google_forms_sample,
    jotform_sample,
    marquiz_sample,
    taplink_sample,
    typeform_sample,
    vk_sample,
    yandex_forms_sample,
)
from tests.sources.samples_payments import cloudpayments, prodamus, stripe, yookassa
from tests.sources.samples_shops import insales, retailcrm, shopify
from tests.sources.samples_thin import amocrm_sample, bitrix24_sample, ecwid_sample, pretix_sample


def _woo_signature(body: bytes, _: int) -> Mapping[str, str]:
    return {"x-wc-webhook-signature": woo_headers(body, SECRET)["x-wc-webhook-signature"]}


def _woocommerce() -> Sample:
    order, customer = woo_order(), woo_customer()
    good = (
        request(order, woo_headers(order, SECRET)),
        request(order, woo_headers(order, SECRET, "order.updated")),
        request(customer, woo_headers(customer, SECRET, "customer.created")),
        request(b'{"id":5}', woo_headers(b'{"id":5}', SECRET, "order.deleted")),
    )
    return Sample(f"{{preset: woocommerce, secret: {SECRET}}}", good, signed(_woo_signature))


def _tilda() -> Sample:
    cart = {"payment": tilda_payment(), "COOKIES": tilda_cookies(), "referer": "https://a.example/?utm_source=x"}
    good = (
        request(*tilda_form(cart)),
        request(*tilda_form()),
        request(*tilda_form(cart, as_json=True)),
        request(*multipart([("Phone", "8 900 000-00-01"), ("Имя", "Анна"), ("tranid", "1:2")])),
    )
    return Sample(f"{{preset: tilda, secret: {TOKEN}}}", good, with_parameter("token", TOKEN))


def _generic() -> Sample:
    fields = (
        '{customer.phone: "answers[key=phone].answer", customer.name: "{{ first }} {{ last }}", '
        'order.total: "{{ cents | divided_by: 100.0 }}", order.items.name: "lines[*].title", '
        'order.items.price: "lines[*].cost", utm.source: "meta_data[key=utm_source].value"}'
    )
    answers = [{"key": "name", "answer": "Анна"}, {"key": "phone", "answer": "+7 900 000-00-01"}]
    lines = [{"title": "Чай", "cost": 7}, {"title": "Кофе", "cost": "8,5"}]
    sent = {"type": "deal_new", "first": "Анна", "last": "Примерова", "cents": 505_050, "answers": answers}
    sent |= {"lines": lines, "meta_data": [{"key": "utm_source", "value": "vk"}]}
    body = json.dumps(sent, ensure_ascii=False).encode()
    form = request(*multipart([("phone", "8 900 000-00-01"), ("first", "Анна"), ("last", "Примерова")]))
    query = request(b"", {}, "phone=89000000001&first=a&last=b&utm_source=vk", "GET")
    entry = f"{{preset: generic, token: {TOKEN}, fields: {fields}}}"
    return Sample(entry, (request(body), form, query), with_header("authorization", f"Bearer {TOKEN}"))


def _strapi() -> Sample:
    good = (
        request(strapi(model="order", entry=ORDER_ENTRY), strapi_headers(token=None)),
        request(strapi(entry=ENTRY), strapi_headers("entry.publish", token=None)),
        request(strapi("trigger-test", entry=None), strapi_headers("trigger-test", token=None)),
    )
    return Sample(f"{{preset: strapi, token: {TOKEN}}}", good, with_header("authorization", f"Bearer {TOKEN}"))


def _standard_webhooks() -> Sample:
    def sign(inbound: Inbound, now_s: int) -> Inbound:
        make = svix_headers if "svix-id" in inbound.headers else standard_webhook_headers
        name = "svix-id" if "svix-id" in inbound.headers else "webhook-id"
        return signed(lambda body, ts: make(body, SECRET, inbound.headers.get(name, "msg_1"), ts))(inbound, now_s)

    body = envelope()
    good = (request(body, {"webhook-id": "msg_1"}), request(body, {"svix-id": "msg_2"}))
    return Sample(f"{{preset: standard_webhooks, secret: {SECRET}}}", good, sign)


SAMPLES: Final[Mapping[str, Callable[[], Sample]]] = {
    "woocommerce": _woocommerce,
    "tilda": _tilda,
    "generic": _generic,
    "strapi": _strapi,
    "standard_webhooks": _standard_webhooks,
    "insales": insales,
    "shopify": shopify,
    "retailcrm": retailcrm,
    "yookassa": yookassa,
    "cloudpayments": cloudpayments,
    "prodamus": prodamus,
    "stripe": stripe,
    "getcourse": getcourse_sample,
    "typeform": typeform_sample,
    "jotform": jotform_sample,
    "google_forms": google_forms_sample,
    "yandex_forms": yandex_forms_sample,
    "vk": vk_sample,
    "marquiz": marquiz_sample,
    "flexbe": flexbe_sample,
    "taplink": taplink_sample,
    "bitrix24": bitrix24_sample,
    "amocrm": amocrm_sample,
    "ecwid": ecwid_sample,
    "pretix": pretix_sample,
}


@lru_cache(maxsize=64)
def sample_of(preset: str) -> Sample:
    """The sample of a preset."""
    return SAMPLES[preset]()


def rules_text() -> str:
    """A rules file with one source a preset, called as the preset is."""
    entries = "".join(f"  {preset}: {sample_of(preset).entry}\n" for preset in SAMPLES)
    return f"version: 1\nbot: 1\nsources:\n{entries}rules: []\n"


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Source]:
    """The sources of `rules_text`."""
    return ruleset(rules_text()).sources
