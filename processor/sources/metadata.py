"""What a shop wrote beside a payment: flat names of its own for a phone, an e-mail, the order, the campaign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from processor.domain.event import Utm
from processor.domain.utm import utm_from_mapping
from processor.sources.alias import known_field
from processor.sources.compose import first_text
from processor.sources.visitor import customer_of, known_answers

NAMES_MAX: Final = 200
NAME_CHARACTERS_MAX: Final = 60

# What an order is called, in lower case and without signs.
ORDER_NAMES: Final = frozenset(
    [
        "order",
        "orderid",
        "ordernumber",
        "ordernum",
        "orderno",
        "orderkey",
        "numberorder",
        "shoporderid",
        "cmsorderid",
        "invoice",
        "invoiceid",
        "invoicenumber",
        "заказ",
        "номерзаказа",
        "idзаказа",
    ]
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OWNER = re.compile(r"(?:_?param|customer|client|user|buyer|payer|contact|billing)[ _\-]", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """The customer (raw, only what is there), the shop's number of the order, the campaign."""

    customer: dict[str, Any]
    order: str | None
    utm: Utm | None


NOTHING: Final = Told({}, None, None)


def told_by(values: Any) -> Told:
    """What flat `values` tell by their names, in any case: phone, customerPhone, buyer_email, order_id, utm_source."""
    if not isinstance(values, Mapping) or not values:
        return NOTHING
    named = {
        _CAMEL.sub("_", name): value
        for (name, value), _ in zip(values.items(), range(NAMES_MAX), strict=False)
        if isinstance(name, str) and len(name) <= NAME_CHARACTERS_MAX
    }
    answers: dict[str, Any] = {}
    for name, value in named.items():
        answers.setdefault(_plain(name), value)
    return Told(
        customer_of(known_answers(answers)),
        first_text(*(value for name, value in named.items() if _SIGNS.sub("", name).lower() in ORDER_NAMES)),
        utm_from_mapping({name.removeprefix("_param_"): value for name, value in named.items()}),
    )


def _plain(name: str) -> str:
    """`name` without whose it is ("buyer_email"), unless it is known as it stands."""
    return name if known_field(name) else _OWNER.sub("", name, count=1)
