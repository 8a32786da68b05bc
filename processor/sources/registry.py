"""Every preset by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.source import Source
from processor.errors import NotFound
from processor.sources.amocrm import AmoCrm
from processor.sources.bitrix24 import Bitrix24
from processor.sources.cloudpayments import CloudPayments
from processor.sources.ecwid import Ecwid
from processor.sources.flexbe import Flexbe
from processor.sources.generic import Generic
from processor.sources.getcourse import GetCourse
from processor.sources.google_forms import GoogleForms
from processor.sources.insales import InSales
from processor.sources.jotform import Jotform
from processor.sources.marquiz import Marquiz
from processor.sources.preset import Preset
from processor.sources.pretix import Pretix
from processor.sources.prodamus import Prodamus
from processor.sources.retailcrm import RetailCrm
from processor.sources.shopify import Shopify
from processor.sources.standard_webhooks import StandardWebhooks
from processor.sources.strapi import Strapi
from processor.sources.stripe import Stripe
from processor.sources.taplink import Taplink
from processor.sources.tilda import Tilda
from processor.sources.typeform import Typeform
from processor.sources.vk import VK
from processor.sources.woocommerce import WooCommerce
from processor.sources.yandex_forms import YandexForms
from processor.sources.yookassa import YooKassa
from processor.text import Text, nearest

_ALL: Final[tuple[Preset, ...]] = (
    Generic(),
    Tilda(),
    WooCommerce(),
    InSales(),
    Shopify(),
    RetailCrm(),
    YooKassa(),
    CloudPayments(),
    Prodamus(),
    Stripe(),
    GetCourse(),
    Typeform(),
    Jotform(),
    GoogleForms(),
    YandexForms(),
    VK(),
    Marquiz(),
    Flexbe(),
    Taplink(),
    StandardWebhooks(),
    Strapi(),
    Bitrix24(),
    AmoCrm(),
    Ecwid(),
    Pretix(),
)

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType({preset.name: preset for preset in _ALL})


def preset_of(source: Source) -> Preset:
    """The preset that a source names. Raises NotFound."""
    preset = PRESETS.get(source.preset)
    if preset is None:
        close = nearest(source.preset, PRESETS)
        raise NotFound(
            Text(
                f"Нет пресета «{source.preset}»." + (f" Может быть, «{close}»?" if close else ""),
                f'No preset "{source.preset}".' + (f' Did you mean "{close}"?' if close else ""),
            )
        )
    return preset
