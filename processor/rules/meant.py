"""The name that somebody meant: a slip of the finger, Cyrillic letters that look Latin, a word of Russian, a plural."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from processor.text import nearest

_LOOK_ALIKE: Final = str.maketrans("АВЕКМНОРСТХУІаеорсухіѕјһԁ", "ABEKMHOPCTXYIaeopcyxisjhd")
_MARKS: Final = "«»“”„‟‘’‚\"'`"
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")

# What people write who think of the field in Russian, in the cases and numbers that occur.
_RUSSIAN: Final = {
    "version": ("версия",),
    "bot": ("бот", "номер бота"),
    "sources": ("источники", "источник"),
    "source": ("источник", "источники"),
    "rules": ("правила", "правило"),
    "name": ("имя", "название", "наименование"),
    "note": ("заметка", "примечание", "комментарий"),
    "enabled": ("включено", "включить", "активно"),
    "when": ("когда", "если", "условие", "условия"),
    "then": ("тогда", "то", "действие", "действия"),
    "tags": ("теги", "тег", "тэги", "тэг", "метки", "метка"),
    "remove_tags": ("удалить теги", "убрать теги", "снять теги", "удалить_теги", "убрать_теги", "снять_теги"),
    "status": ("статус", "статусы"),
    "variables": ("переменные", "переменная"),
    "remove_variables": ("удалить переменные", "удалить_переменные"),
    "contact": ("контакт", "клиент"),
    "event": ("событие", "события"),
    "events": ("события", "событие"),
    "fields": ("поля", "поле"),
    "stop": ("стоп", "остановить"),
    "urgent": ("срочно", "срочное"),
    "after": ("через", "после"),
    "unless": ("если не", "кроме"),
    "examples": ("примеры", "пример"),
    "preset": ("пресет", "тип", "система"),
    "secret": ("секрет", "ключ"),
    "token": ("токен",),
    "region": ("регион", "страна"),
    "timezone": ("часовой пояс", "часовой_пояс", "пояс"),
    "phone": ("телефон",),
    "email": ("почта", "e-mail", "имейл"),
    "address": ("адрес",),
    "messengers": ("мессенджеры",),
    "messenger": ("мессенджер",),
    "customer.phone": ("телефон", "номер телефона", "телефон клиента"),
    "customer.email": ("почта", "e-mail", "имейл", "электронная почта"),
    "customer.name": ("имя клиента", "имя"),
    "customer.city": ("город",),
    "order.total": ("сумма", "сумма заказа", "итого", "стоимость"),
    "order.number": ("номер заказа",),
    "order.status": ("статус заказа",),
    "order.coupon": ("промокод", "купон"),
    "form.name": ("название формы",),
    "utm.source": ("utm_source",),
    "any": ("любое", "или"),
    "all": ("все", "всё", "и"),
    "not": ("не", "нет"),
    "is": ("равно",),
    "contains": ("содержит",),
    "starts_with": ("начинается с",),
    "ends_with": ("заканчивается на",),
    "at_least": ("не меньше", "не менее", "от", "минимум", ">="),
    "more_than": ("больше", "более", ">"),
    "at_most": ("не больше", "не более", "до", "максимум", "<="),
    "less_than": ("меньше", "менее", "<"),
    "between": ("между",),
    "empty": ("пусто", "пустое"),
    "exists": ("есть", "существует"),
    "first": ("первый", "первое", "первая"),
    "last": ("последний", "последнее", "последняя"),
    "off": ("выкл", "выключено", "нет", "false"),
    "true": ("да", "истина", "yes", "on", "вкл", "1"),
    "false": ("нет", "ложь", "no", "off", "выкл", "0"),
    "whatsapp": ("ватсап", "вотсап", "вацап", "whats app"),
    "telegram": ("телеграм", "телеграмм", "тг", "tg"),
    "vk": ("вк", "вконтакте", "vkontakte"),
    "viber": ("вайбер",),
    "tilda": ("тильда",),
    "bitrix24": ("битрикс", "битрикс24", "bitrix"),
    "amocrm": ("амо", "амосрм", "amo"),
    "getcourse": ("геткурс",),
    "insales": ("инсейлс",),
    "yookassa": ("юкасса", "yookassa.ru"),
    "woocommerce": ("вукоммерс", "wordpress"),
    "order.created": ("новый заказ", "заказ создан", "заказ"),
    "order.paid": ("заказ оплачен", "оплата", "оплачен"),
    "order.cancelled": ("заказ отменён", "заказ отменен", "отмена"),
    "order.refunded": ("возврат",),
    "form.submitted": ("заявка", "форма"),
    "cart.abandoned": ("брошенная корзина",),
    "settle": ("пауза",),
    "proof": ("проверка",),
    "confirmation": ("подтверждение",),
    "addresses": ("адреса",),
    "RU": ("россия", "рф", "russia", "rus", "russian federation"),
    "KZ": ("казахстан", "kazakhstan", "kaz"),
    "BY": ("беларусь", "белоруссия", "belarus", "blr"),
    "UZ": ("узбекистан", "uzbekistan", "uzb"),
}

_NO_FIELDS: Final = (
    "whatsapp",
    "telegram",
    "vk",
    "viber",
    "tilda",
    "bitrix24",
    "amocrm",
    "getcourse",
    "insales",
    "yookassa",
    "woocommerce",
)
FIELDS: Final = tuple(
    name
    for name in _RUSSIAN
    if name not in ("is", "first", "last", "off", "true", "false", *_NO_FIELDS) and name.islower() and "." not in name
)
"""Names of fields, wherever they stand, by which a line is known to begin with one."""

FAMILIES: Final = (
    frozenset({"version", "bot", "unnamed", "messengers", "confirmed_ttl", "settle", "sources", "rules"}),
    frozenset({"name", "note", "enabled", "when", "then", "contact", "stop", "urgent", "after", "unless", "examples"}),
    frozenset({"tags", "remove_tags", "variables", "remove_variables", "status", "utm"}),
    frozenset({"preset", "secret", "token", "proof", "fields", "events", "region", "timezone", "account"}),
)
"""Names that stand beside each other."""


def plain(name: str) -> str:
    """The name as it was probably typed: Latin letters, usual spaces and dashes, no quotes around it, lower case."""
    name = unicodedata.normalize("NFKC", name).translate(_DASHES)
    return _latin(" ".join(name.split()).strip(_MARKS).strip()).casefold()


def _latin(name: str) -> str:
    """Cyrillic look-alikes become Latin if that makes the whole name Latin."""
    latin = name.translate(_LOOK_ALIKE)
    return latin if latin.isascii() else name


FLAGS: Final = ("true", "false")


def said(name: str, known: tuple[str, ...]) -> str | None:
    """The known name if `name` is just another way to say it: other letters, quotes, case, or a word of Russian."""
    wanted = plain(name)
    for one in known:
        if wanted == one.casefold() or wanted in _RUSSIAN.get(one, ()):
            return one
    return None


@lru_cache(maxsize=4_096)
def meant(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that was probably meant, or None when none is near."""
    wanted = plain(name)
    other_words = said(name, known)
    if other_words is not None:
        return other_words
    by_plain = {one.casefold(): one for one in known}
    for other in (wanted.replace("-", "_"), wanted.replace(" ", "_"), wanted + "s", wanted.removesuffix("s")):
        if other in by_plain:
            return by_plain[other]
    return nearest(wanted, known)
