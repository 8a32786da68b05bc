"""What is put to each rule that docs/rules.md shows, and what the page says comes of it.

A row is the rule's name and its examples, as they stand beside a rule. `‹Покупатель|Buyer›` is a word of the page in
Russian and in English.
"""

from __future__ import annotations

import re
from typing import Final

from processor.text import Language

_ORDER: Final = 'event: order.created, order.number: 7, customer.phone: "+79000000001"'
_SHOP: Final = "source: shop"
_FORM: Final = 'event: form.submitted, customer.phone: "+79000000001"'

ROWS: Final[dict[str, tuple[str, ...]]] = {
    "‹Новый заказ|New order›": (
        f"{{event: {{{_ORDER}}}, expect: {{tags: [‹Покупатель|Buyer›], contact: {{phone: '+79000000001'}}}}}}",
        "{event: {event: order.paid}, expect: nothing}",
    ),
    "‹Крупный заказ|Big order›": (
        f"{{event: {{{_SHOP}, {_ORDER}, order.total: 5000, customer.first_name: Анна, utm.source: vk}}, "
        "expect: {tags: [‹Покупатель|Buyer›, ‹Заказ|Order› 7], remove_tags: [‹Брошенная корзина|Abandoned cart›], "
        "variables: {‹Последний заказ|Last order›: '7'}, remove_variables: [‹Ссылка на корзину|Cart link›], "
        "status: ‹Заказ на|Order for› 5000, utm: {source: vk}, contact: {name: Анна, bot: '2'}, after: 1h}}",
        f"{{event: {{{_SHOP}, {_ORDER}, order.total: '4 999,99'}}, expect: nothing}}",
    ),
    "‹Чайник или что-то дорогое, но не опт|A kettle, or anything dear, not for wholesale›": (
        f"{{event: {{{_ORDER}, order.items: [‹Электрочайник|Electric kettle›]}}, "
        f"expect: {{tags: [‹Позвонить|Worth a call›]}}}}",
        f"{{event: {{{_ORDER}, order.total: 20001}}, expect: {{tags: [‹Позвонить|Worth a call›]}}}}",
        f"{{event: {{{_ORDER}, order.total: 20001, order.coupon: X}}, expect: nothing}}",
        f"{{event: {{{_ORDER}, order.total: 20001, customer.email: a@wholesale.example}}, expect: nothing}}",
    ),
    "‹Написали ночью или в выходной|Written at night or on a weekend›": (
        f"{{event: {{{_FORM}, occurred_at: 2026-01-14 23:00}}, "
        f"expect: {{tags: [‹Ответить утром|Answer in the morning›]}}}}",
        f"{{event: {{{_FORM}, occurred_at: 2026-01-17 12:00}}, "
        f"expect: {{tags: [‹Ответить утром|Answer in the morning›]}}}}",
        f"{{event: {{{_FORM}, occurred_at: 2026-01-14 08:00}}, expect: nothing}}",
    ),
    "‹Скоро визит|The visit is soon›": (
        f"{{event: {{{_FORM}, form.fields: {{‹Дата визита|Date of visit›: 03.01.2026}}}}, "
        "expect: {tags: [‹Скоро визит|Visit soon›]}}",
        f"{{event: {{{_FORM}, form.fields: {{‹Дата визита|Date of visit›: 09.01.2026}}}}, expect: nothing}}",
    ),
    "‹Осенняя распродажа|Autumn sale›": (
        f"{{event: {{{_ORDER}, occurred_at: 2026-11-30 23:59}}, expect: {{tags: [‹Осень|Autumn› 2026]}}}}",
        f"{{event: {{{_ORDER}, occurred_at: 2026-12-01}}, expect: nothing}}",
    ),
    "‹Адрес фирмы|A firm's address›": (
        "{event: {event: lead.created, customer: {email: Anna@Firma.example, phone: '+79000000001'}}, "
        "expect: {tags: [‹Фирма|Firm›]}}",
        "{event: {event: lead.created, customer.email: spam@firma.example}, expect: nothing}",
        "{event: {event: lead.created, customer.email: anna@firma.example.org}, expect: nothing}",
    ),
    "‹Писать в Telegram, что бы ещё ни было известно|Write to Telegram, whatever else is known›": (
        f"{{event: {{{_FORM}, form.fields: {{‹Ваш Telegram id|Your Telegram id›: '12345'}}}}, "
        "expect: {tags: [‹Заявка|Application›], contact: {messenger: telegram, telegram_id: '12345'}}}",
        f"{{event: {{{_FORM}}}, expect: nothing}}",
    ),
    "‹Последний заказ — для бота|The last order, for the bot›": (
        f"{{event: {{{_ORDER}, order.total: 990}}, expect: {{variables: "
        "{‹Последний заказ|Last order›: '7', ‹Сумма|Sum›: '990', ‹Скидка|Discount›: '10'}, "
        "remove_variables: [‹Ссылка на корзину|Cart link›, ‹Сумма корзины|Cart sum›]}}",
    ),
    "‹Бот отвечает на каждый шаг|The bot answers every step›": (
        "{event: {event: order.updated, order.status: packed, customer.phone: '+79000000001'}, "
        "expect: {status: '‹Заказ|Order›: packed'}}",
    ),
    "‹Оплачено|Paid›": (
        "{event: {event: order.updated, order.paid: true, customer.phone: '+79000000001'}, "
        "expect: {tags: [‹Оплачено|Paid›]}}",
        "{event: {event: order.updated, order.paid: false}, expect: nothing}",
    ),
    "‹Статистика|Statistics›": (
        "{event: {event: order.updated, order: {status: sent, total: 5}, customer.phone: '+79000000001'}, "
        "expect: {tags: [‹Статус|Status› sent], variables: {‹Сумма|Sum›: '5'}}}",
    ),
    "‹Третий заказ|Third order›": (
        f"{{event: {{{_SHOP}, {_ORDER}}}, "
        f"earlier: [{{event: order.created, ago: 9d}}, {{event: order.created, ago: 2d}}], "
        "expect: {tags: [‹Постоянный|Regular›]}}",
        f"{{event: {{{_SHOP}, {_ORDER}}}, earlier: [{{event: order.created, ago: 9d}}], expect: nothing}}",
    ),
    "‹Вернулся через 90 дней|Back after 90 days›": (
        f"{{event: {{{_SHOP}, {_ORDER}}}, earlier: [{{event: order.paid, ago: 91d}}], "
        "expect: {tags: [‹С возвращением|Welcome back›]}}",
        f"{{event: {{{_SHOP}, {_ORDER}}}, earlier: [{{event: order.paid, ago: 89d}}], expect: nothing}}",
        f"{{event: {{{_SHOP}, {_ORDER}}}, expect: nothing}}",
    ),
    "‹Ушёл не оплатив|Left without paying›": (
        f"{{event: {{{_ORDER}, order.total: 1000}}, expect: {{tags: [‹Не оплатил|Not paid›], "
        "status: ‹Напомнить о заказе|Remind of the order›, after: 1h}}",
        f"{{event: {{{_ORDER}, order.total: 999}}, expect: nothing}}",
    ),
    "‹Что купили|What was bought›": (
        f"{{event: {{{_ORDER}, order.items: [a, b, c, d], order.coupon: osen}}, "
        "expect: {tags: [‹Большая корзина|Large basket›], status: OSEN}}",
        f"{{event: {{{_ORDER}, order.items: [a, b]}}, expect: {{tags: [a], status: ‹БЕЗ КУПОНА|WITHOUT A COUPON›}}}}",
    ),
    "‹Для слов бота|For the bot's words›": (
        f"{{event: {{{_ORDER}, customer.name: ИВАН Иванов, "
        f"order: {{total: 12345.5, currency: RUB, items: [a, b, c, d, e]}}}}, "
        "expect: {variables: {‹Имя|Name›: Иван, ‹Сумма|Sum›: '12 345,50 ₽', "
        "‹Состав|Goods›: 5 ‹товаров|items›, ‹День|Day›: 1 ‹января|January›, ‹Телефон|Phone›: '+7 900 ***-**-01'}}}",
    ),
    "‹С форума|From the forum›": (
        f"{{event: {{{_ORDER}, order.total: 100, utm.source: forum}}, expect: nothing}}",
        f"{{event: {{{_ORDER}, order.total: 49, utm.source: forum}}, expect: nothing}}",
    ),
}


def in_language(text: str, language: Language) -> str:
    """The text with the words of that language."""
    return re.sub("‹([^|›]*)\\|([^›]*)›", r"\1" if language == "ru" else r"\2", text)


def examples_of(language: Language) -> dict[str, tuple[str, ...]]:
    """The examples of each rule by its name on the page."""
    return {
        in_language(name, language): tuple(in_language(one, language) for one in rows) for name, rows in ROWS.items()
    }
