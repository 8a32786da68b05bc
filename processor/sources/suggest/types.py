"""Tell whether a word is a type of event, and which of ours it is likely to be."""

from __future__ import annotations

import re
from typing import Final

from processor.domain.event import EVENT_TYPES

_TYPE = re.compile(r"[\w.:/ \-]{2,60}")
_WORDS = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])")

# (words of which one must stand there, words of which one must stand there, our type); the first that fits counts.
_LIKELY: Final[tuple[tuple[str, str, str], ...]] = (
    ("payment pay charge оплата платеж", "fail failed declined error отклонен", "payment.failed"),
    ("payment charge refund order", "refund refunded возврат", "payment.refunded"),
    ("payment charge платеж", "succeeded success paid captured completed", "payment.succeeded"),
    ("order deal lead purchase заказ сделка", "paid pay payment оплачен оплата won", "order.paid"),
    ("order purchase заказ", "cancel cancelled canceled deleted отмена отменен", "order.cancelled"),
    ("order purchase checkout заказ", "create created new add added placed новый создан", "order.created"),
    ("order purchase заказ", "update updated change changed status edit изменен", "order.updated"),
    ("cart checkout корзина", "abandoned abandon брошена", "cart.abandoned"),
    ("form quiz submission answer response форма заявка", "", "form.submitted"),
    ("lead deal лид сделка", "create created new add added новый новая", "lead.created"),
    ("lead deal лид сделка", "update updated change changed status", "lead.updated"),
    (
        "customer client contact user клиент контакт",
        "create created new add added registered",
        "customer.created",
    ),
    ("customer client contact user клиент контакт", "update updated change changed", "customer.updated"),
)


def type_like(value: str) -> str | None:
    """Our type that `value` is likely to be, "" when it is a type of the sender's own, None when it is no type."""
    text = value.strip()
    if not _TYPE.fullmatch(text) or text.replace(" ", "").isdecimal():
        return None
    if text in EVENT_TYPES:
        return text
    words = set(_WORDS.findall(_HUMP.sub(" ", text).casefold().replace("ё", "е").replace("_", " ")))
    words |= {word.removesuffix("s") for word in words}
    for things, acts, ours in _LIKELY:
        if words & set(things.split()) and (not acts or words & set(acts.split())):
            return ours
    return ""
