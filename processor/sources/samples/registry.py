"""The sample of a source: the request that its sender would make, with the proof that the source asks for."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from processor.sources.samples import forms, payments, shops
from processor.sources.samples.proof import proven
from processor.sources.samples.sample import Asked

SAMPLES: Final[Mapping[str, Callable[[Asked], Inbound]]] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            *(shops.woocommerce, shops.tilda, shops.insales, shops.shopify, shops.retailcrm, shops.ecwid),
            *(shops.pretix, shops.generic, shops.standard_webhooks, shops.strapi),
            *(payments.yookassa, payments.cloudpayments, payments.prodamus, payments.stripe),
            *(forms.getcourse, forms.typeform, forms.jotform, forms.google_forms, forms.yandex_forms, forms.vk),
            *(forms.marquiz, forms.flexbe, forms.taplink, forms.bitrix24, forms.amocrm),
        )
    }
)
NOWHERE: Final = "127.0.0.1"


def sample_of(source: Source, now_ms: int) -> Inbound:
    """A request such as this source's sender makes, proven as of `now_ms` (Unix time). Pure."""
    asked = Asked(datetime.fromtimestamp(now_ms // 1000, UTC), next(iter(source.accounts), ""))
    inbound = proven(SAMPLES[source.preset](asked), source, now_ms // 1000)
    return replace(inbound, client=_client(source.addresses))


def _client(addresses: tuple[str, ...]) -> str:
    """An address from which the source may send."""
    for one in addresses:
        try:
            return str(ipaddress.ip_network(one, strict=False)[0])
        except ValueError:  # a word for several networks
            continue
    return NOWHERE
