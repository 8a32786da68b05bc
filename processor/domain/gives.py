"""Which of our types of events each preset can give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.source import Source

_FORMS: Final = ("form.submitted",)
_CUSTOMERS: Final = ("customer.created", "customer.updated")
_LEADS: Final = ("lead.created", "lead.updated")

TYPES_GIVEN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(types)
        for name, types in {
            "woocommerce": ("order.created", "order.updated", "order.cancelled", "order.refunded", *_CUSTOMERS),
            "tilda": ("order.created", "order.paid", *_FORMS),
            "shopify": (
                "order.created",
                "order.updated",
                "order.paid",
                "order.cancelled",
                "order.refunded",
                *_CUSTOMERS,
            ),
            "yookassa": ("payment.succeeded", "payment.failed", "payment.refunded"),
            "prodamus": ("payment.succeeded", "payment.failed", "payment.refunded"),
            "stripe": (
                "order.created",
                "order.paid",
                "cart.abandoned",
                "payment.succeeded",
                "payment.failed",
                "payment.refunded",
                *_CUSTOMERS,
            ),
            "typeform": _FORMS,
            "jotform": _FORMS,
            "yandex_forms": _FORMS,
            "vk": _FORMS,
            "marquiz": _FORMS,
            "flexbe": ("order.paid", "payment.failed", *_FORMS),
            "taplink": ("order.created", "order.updated", "order.paid", "payment.failed", *_LEADS, *_FORMS),
            "bitrix24": (*_LEADS, *_CUSTOMERS),
            "amocrm": (*_LEADS, *_CUSTOMERS),
            "ecwid": ("order.created", "order.updated", "order.cancelled", "order.refunded", *_CUSTOMERS),
            "pretix": ("order.created", "order.updated", "order.paid", "order.cancelled", "order.refunded"),
        }.items()
    }
)
"""By preset. One that is not here reads the type from what its owner wrote, and may give any.

Besides these a sender's own words may come under their own names.
"""

ONLY_THESE: Final = frozenset({"tilda", "jotform", "yandex_forms", "marquiz"})
"""Presets that give no type but these, not even a sender's own word."""


def types_given(source: Source) -> frozenset[str] | None:
    """Our types that a source can give; None for any."""
    return TYPES_GIVEN.get(source.preset)
