"""What senders call the fields of an order, a form or a page, and who on the way to a field is no customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from processor.sources.alias import known_field

LABEL_CHARACTERS_MAX: Final = 60
LABELS_REMEMBERED_MAX: Final = 4096

_HUMP = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])")
_SIGNS = re.compile(r"[\s_\-.:*?!,()/\[\]]+")


def any_of(words: str) -> frozenset[str]:
    """What stands between the bars."""
    return frozenset(words.split("|"))


@lru_cache(maxsize=LABELS_REMEMBERED_MAX)
def words_of(label: str) -> str:
    """A label as words in lower case: customerPhone, customer_phone and "Customer phone:" are the same."""
    parted = _HUMP.sub(" ", label[:LABEL_CHARACTERS_MAX])
    return _SIGNS.sub(" ", parted).strip().casefold().replace("ё", "е")


@lru_cache(maxsize=LABELS_REMEMBERED_MAX)
def field_called(words: str) -> tuple[str, bool] | None:
    """Our field by the words of a label, and whether all of them say it or only the last or the first ones."""
    parts = words.split()
    for text in (words, " ".join(parts[-2:]), parts[-1] if parts else "", parts[0] if parts else ""):
        known = known_field(text)
        ours = CUSTOMER_FIELDS.get(known) if known else OTHER_FIELDS.get(text)
        if ours:
            return ours, text == words
    return None


CUSTOMER_FIELDS: Final[Mapping[str, str]] = {
    "name": "customer.name",
    "first_name": "customer.first_name",
    "last_name": "customer.last_name",
    "phone": "customer.phone",
    "email": "customer.email",
    "city": "customer.city",
    "address": "customer.address",
    "telegram": "customer.telegram_username",
    "telegram_id": "customer.telegram_id",
    "vk_id": "customer.vk_id",
    "viber_id": "customer.viber_id",
    "comment": "order.comment",
}
OTHER_FIELDS: Final[dict[str, str]] = {
    label: ours
    for ours, labels in {
        "order.total": "total|sum|amount|total price|total amount|total sum|order total|order sum|grand total|"
        "order amount|итого|сумма|сумма заказа|стоимость|стоимость заказа|к оплате|cost|price",
        "order.number": "order number|number|order no|invoice id|invoice number|номер|номер заказа|заказ",
        "order.id": "order id|deal id|lead id|id заказа",
        "order.currency": "currency|currency code|currency id|валюта",
        "order.status": "order status|status|deal status|статус|статус заказа",
        "order.coupon": "coupon|coupon code|promocode|promo code|promo|промокод|купон",
        "occurred_at": "created at|created|created on|date|datetime|date time|timestamp|event time|occurred at|"
        "submitted at|updated at|дата|дата создания",
        "page.url": "page url|url|href|landing|landing page|landing url|page|страница",
        "page.referrer": "referrer|referer",
        "form.name": "form name|form title|quiz name|название формы|форма",
        "form.id": "form id|quiz id",
        "payment.method": "payment method|payment type|способ оплаты",
    }.items()
    for label in labels.split("|")
}
EVENT_LABELS: Final = any_of(
    "event|type|event type|event name|action|topic|trigger|hook|webhook event|kind|событие|тип события"
)
PEOPLE: Final = any_of(
    "customer|client|buyer|contact|contacts|user|payer|recipient|billing|lead|person|visitor|answers|fields|form|"
    "клиент|покупатель|контакт|заказчик|получатель"
)
NOT_CUSTOMERS: Final = any_of(
    "manager|managers|operator|seller|shop|store|company|organization|organisation|merchant|courier|employee|agent|"
    "responsible|author|admin|owner|site|brand|support|менеджер|продавец|магазин|компания|курьер|ответственный"
)
ORDERS: Final = any_of("order|deal|cart|purchase|invoice|payment|lead|заказ|сделка|корзина|счет")
CURRENCIES: Final = any_of(
    "RUB|RUR|USD|EUR|KZT|BYN|UZS|UAH|KGS|AMD|GEL|AZN|TJS|TMT|MDL|CNY|TRY|GBP|AED|ILS|PLN|CZK|INR|THB|VND"
)
