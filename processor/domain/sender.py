"""THE table of senders: what each may prove itself by, and which settings of a source are its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from processor.text import Text

Proof = Literal["secret", "token", "addresses"]
Option = Literal["key_name", "confirmation", "account", "api", "event", "events", "fields"]


@dataclass(frozen=True, slots=True)
class Sender:
    """One preset as the rules file knows it.

    `proofs`: the settings that can prove it, any one suffices, the recommended first. `addresses`: the networks (CIDR)
    that it documents as its own; where there are some, they prove it when nothing else is set. `options`: settings that
    only some presets read. `title` is what people call it. `query` is what belongs behind the address, TOKEN
    standing for the token. `gives`: the sender makes its secret itself and shows it; else we make one and it is pasted
    there.
    """

    name: str
    title: Text
    proofs: tuple[Proof, ...]
    options: tuple[Option, ...] = ()
    addresses: tuple[str, ...] = ()
    query: str = ""
    gives: bool = False


# The last one covers the networks of IPv6 that older lists of YooKassa name one by one.
YOOKASSA: Final = (
    "185.71.76.0/27",
    "185.71.77.0/27",
    "77.75.153.0/25",
    "77.75.154.128/25",
    "77.75.156.11/32",
    "77.75.156.35/32",
    "2a02:5180::/32",
)

_ALL: Final[tuple[Sender, ...]] = (
    Sender("woocommerce", Text("WooCommerce", "WooCommerce"), ("secret",)),
    Sender("tilda", Text("Тильда", "Tilda"), ("secret", "token"), ("key_name",)),
    Sender("insales", Text("InSales", "InSales"), ("token",), query="topic=orders/create&token=TOKEN"),
    Sender("shopify", Text("Shopify", "Shopify"), ("secret",), ("account",), gives=True),
    Sender("retailcrm", Text("RetailCRM", "RetailCRM"), ("token",)),
    Sender("yookassa", Text("ЮKassa", "YooKassa"), ("addresses", "token"), (), YOOKASSA, "token=TOKEN"),
    Sender("cloudpayments", Text("CloudPayments", "CloudPayments"), ("secret",), query="event=pay", gives=True),
    Sender("prodamus", Text("Продамус", "Prodamus"), ("secret",), gives=True),
    Sender("stripe", Text("Stripe", "Stripe"), ("secret",), gives=True),
    Sender(
        "getcourse",
        Text("GetCourse", "GetCourse"),
        ("token",),
        query="token=TOKEN&event=order.paid&id={object.id}&phone={object.user.phone}",
    ),
    Sender("typeform", Text("Typeform", "Typeform"), ("secret",)),
    Sender("jotform", Text("Jotform", "Jotform"), ("token",), query="token=TOKEN"),
    Sender("google_forms", Text("Google Формы", "Google Forms"), ("secret", "token")),
    Sender("yandex_forms", Text("Яндекс Формы", "Yandex Forms"), ("token",), query="token=TOKEN"),
    Sender("vk", Text("ВКонтакте", "VK"), ("secret",), ("confirmation", "account")),
    Sender("marquiz", Text("Marquiz", "Marquiz"), ("token",), query="token=TOKEN"),
    Sender("flexbe", Text("Flexbe", "Flexbe"), ("token",), ("account",), query="token=TOKEN"),
    Sender("taplink", Text("Taplink", "Taplink"), ("secret",)),
    Sender(
        "standard_webhooks",
        Text("Standard Webhooks, Svix", "Standard Webhooks, Svix"),
        ("secret",),
        ("event", "events", "fields"),
        gives=True,
    ),
    Sender("strapi", Text("Strapi", "Strapi"), ("token",), ("key_name", "event", "events", "fields")),
    Sender("bitrix24", Text("Битрикс24", "Bitrix24"), ("token",), ("key_name", "account", "api"), gives=True),
    Sender("amocrm", Text("amoCRM", "amoCRM (Kommo)"), ("token",), ("key_name", "account", "api"), query="token=TOKEN"),
    Sender("ecwid", Text("Ecwid", "Ecwid"), ("secret",), ("account", "api"), gives=True),
    Sender("pretix", Text("pretix", "pretix"), ("token",), ("key_name", "account", "api"), query="token=TOKEN"),
    Sender("generic", Text("любой отправитель", "any sender"), ("token", "secret"), ("event", "events", "fields")),
)

SENDERS: Final[Mapping[str, Sender]] = MappingProxyType({sender.name: sender for sender in _ALL})


def senders_with(option: Option) -> tuple[str, ...]:
    """The presets that read this setting."""
    return tuple(sender.name for sender in _ALL if option in sender.options)
