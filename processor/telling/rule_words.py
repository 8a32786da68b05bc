"""The words of a rule: events, fields and lengths of time as a person calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.path import split_path
from processor.text import Language, Text

EVENTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "order.created": Text("создан заказ", "an order is created"),
        "order.updated": Text("изменён заказ", "an order is changed"),
        "order.paid": Text("оплачен заказ", "an order is paid"),
        "order.cancelled": Text("отменён заказ", "an order is cancelled"),
        "order.refunded": Text("возвращены деньги за заказ", "an order is refunded"),
        "payment.succeeded": Text("прошла оплата", "a payment succeeds"),
        "payment.failed": Text("не прошла оплата", "a payment fails"),
        "payment.refunded": Text("возвращён платёж", "a payment is refunded"),
        "form.submitted": Text("заполнена форма", "a form is submitted"),
        "lead.created": Text("появилась заявка", "a lead arrives"),
        "lead.updated": Text("изменена заявка", "a lead is changed"),
        "customer.created": Text("появился клиент", "a customer appears"),
        "customer.updated": Text("изменились данные клиента", "a customer's data change"),
        "cart.abandoned": Text("брошена корзина", "a cart is abandoned"),
    }
)
ANYTHING: Final = Text("приходит любое событие", "anything happens")

# Russian: what it is, and of what there is none.
_FIELDS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "event": ("тип события", "типа события", "the type of event"),
        "source": ("источник", "источника", "the source"),
        "occurred_at": ("время события", "времени события", "the time of the event"),
        "received_at": ("время получения", "времени получения", "the time of receipt"),
        "thin": ("пришёл только номер", "только номера", "only an id came"),
        "customer": ("клиент", "клиента", "the customer"),
        "customer.id": ("номер клиента", "номера клиента", "the customer's id"),
        "customer.name": ("имя клиента", "имени клиента", "the customer's name"),
        "customer.first_name": ("имя (без фамилии)", "имени (без фамилии)", "the first name"),
        "customer.last_name": ("фамилия клиента", "фамилии клиента", "the last name"),
        "customer.phone": ("телефон", "телефона", "the phone"),
        "customer.email": ("почта", "почты", "the e-mail"),
        "customer.address": ("адрес клиента", "адреса клиента", "the customer's address"),
        "customer.city": ("город", "города", "the city"),
        "customer.telegram_id": ("Telegram id", "Telegram id", "the Telegram id"),
        "customer.telegram_username": ("имя в Telegram", "имени в Telegram", "the Telegram name"),
        "customer.viber_id": ("Viber id", "Viber id", "the Viber id"),
        "customer.vk_id": ("VK id", "VK id", "the VK id"),
        "order": ("заказ", "заказа", "the order"),
        "order.id": ("id заказа", "id заказа", "the order's id"),
        "order.number": ("номер заказа", "номера заказа", "the order's number"),
        "order.status": ("статус заказа", "статуса заказа", "the order's status"),
        "order.total": ("сумма заказа", "суммы заказа", "the order's total"),
        "order.currency": ("валюта заказа", "валюты заказа", "the order's currency"),
        "order.paid": ("оплата заказа", "отметки об оплате", "the order's payment"),
        "order.coupon": ("купон", "купона", "the coupon"),
        "order.comment": ("комментарий к заказу", "комментария к заказу", "the order's comment"),
        "order.items": ("товары в заказе", "товаров в заказе", "the items"),
        "order.items.name": ("товар", "товара", "an item"),
        "order.items.sku": ("артикул товара", "артикула товара", "an item's SKU"),
        "order.items.quantity": ("количество товара", "количества товара", "an item's quantity"),
        "order.items.price": ("цена товара", "цены товара", "an item's price"),
        "payment": ("платёж", "платежа", "the payment"),
        "payment.id": ("id платежа", "id платежа", "the payment's id"),
        "payment.status": ("статус платежа", "статуса платежа", "the payment's status"),
        "payment.amount": ("сумма платежа", "суммы платежа", "the amount paid"),
        "payment.currency": ("валюта платежа", "валюты платежа", "the payment's currency"),
        "payment.method": ("способ оплаты", "способа оплаты", "the way of payment"),
        "form": ("форма", "формы", "the form"),
        "form.id": ("id формы", "id формы", "the form's id"),
        "form.name": ("название формы", "названия формы", "the form's name"),
        "form.fields": ("ответы формы", "ответов формы", "the form's answers"),
        "utm": ("UTM", "UTM", "the UTM"),
        "utm.source": ("UTM-источник", "UTM-источника", "the UTM source"),
        "utm.medium": ("UTM-канал", "UTM-канала", "the UTM medium"),
        "utm.campaign": ("UTM-кампания", "UTM-кампании", "the UTM campaign"),
        "utm.term": ("UTM-ключ", "UTM-ключа", "the UTM term"),
        "utm.content": ("UTM-объявление", "UTM-объявления", "the UTM content"),
        "page": ("страница", "страницы", "the page"),
        "page.url": ("адрес страницы", "адреса страницы", "the page's address"),
        "page.referrer": ("откуда пришли", "адреса, откуда пришли", "the referrer"),
    }
)
CONTACT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": Text("имя", "the name"),
        "phone": Text("телефон", "the phone"),
        "email": Text("почта", "the e-mail"),
        "address": Text("адрес", "the address"),
        "messenger": Text("мессенджер", "the messenger"),
        "telegram_id": Text("Telegram id", "the Telegram id"),
        "telegram_username": Text("имя в Telegram", "the Telegram name"),
        "viber_id": Text("Viber id", "the Viber id"),
        "vk_id": Text("VK id", "the VK id"),
    }
)

VALUE_CHARACTERS_MAX: Final = 60
_PRINTED = re.compile(r"\{\{-?\s*([^{}|]{1,200}?)\s*(?:\|[^{}]{0,400})?-?\}\}")
_BRACKETED = re.compile(r"^form\.fields\[\s*(?:\"([^\"]*)\"|'([^']*)')\s*\]$")
_UNITS: Final = (
    (86_400_000, ("дн.", "дн."), ("day", "days")),
    (3_600_000, ("ч", "ч"), ("hour", "hours")),
    (60_000, ("мин", "мин"), ("minute", "minutes")),
    (1_000, ("с", "с"), ("second", "seconds")),
)


def field_name(path: str, language: Language) -> str:
    """What the field is called: `order.total` is the order's total; an unknown path stands for itself."""
    known = _FIELDS.get(path)
    if known:
        return known[0] if language == "ru" else known[2]
    return _own_field(path, language) or path


def field_missing(path: str, language: Language) -> str:
    """That there is none: «нет купона»."""
    known = _FIELDS.get(path)
    if language == "en":
        return f"there is no {field_name(path, 'en').removeprefix('the ').removeprefix('an ')}"
    if known:
        return f"нет {known[1]}"
    own = _own_field(path, "ru")
    return f"нет поля {own.removeprefix('поле ')}" if own else f"нет {path}"


def _own_field(path: str, language: Language) -> str:
    """A field of a form by its own name: «поле «Ваш город»»; empty for another path."""
    try:
        parts = split_path(path)
    except ValueError:
        return ""
    if parts[:2] != ("form", "fields") or len(parts) != 3:
        return ""
    return f"поле {quoted(parts[2], 'ru')}" if language == "ru" else f"the field {quoted(parts[2], 'en')}"


def event_name(type_: str, language: Language) -> str:
    """What happened; a type of the sender's own is named."""
    known = EVENTS.get(type_.strip().casefold())
    if known:
        return known.say(language)
    return Text(f"пришло событие {quoted(type_, 'ru')}", f"the event {quoted(type_, 'en')} happens").say(language)


def quoted(value: str, language: Language) -> str:
    """A value in the quotes of the language, shortened, on one line."""
    plain = " ".join(value.split())
    if len(plain) > VALUE_CHARACTERS_MAX:
        plain = plain[: VALUE_CHARACTERS_MAX - 1] + "…"
    return f"«{plain}»" if language == "ru" else f"“{plain}”"


def filled(template: str, language: Language) -> str:
    """A template as it reads: «Заказ ‹номер заказа›»."""
    return quoted(_PRINTED.sub(lambda found: f"‹{_printed(found[1], language)}›", template), language)


def _printed(expression: str, language: Language) -> str:
    own = _BRACKETED.match(expression)
    return (own[1] or own[2] or "") if own else field_name(expression, language).removeprefix("the ")


def span_text(span_ms: int, language: Language) -> str:
    """A length of time in words that need no case: 90 дн., 1 ч 30 мин."""
    pieces = []
    for unit_ms, russian, english in _UNITS:
        count, span_ms = divmod(span_ms, unit_ms)
        if count:
            words = russian if language == "ru" else english
            pieces.append(f"{count} {words[count != 1]}")
    if span_ms or not pieces:
        pieces.append(f"{span_ms} {'мс' if language == 'ru' else 'ms'}")
    return " ".join(pieces)
