"""What an editor shows of the fields of an event and of the parts of an example, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.text import Text

PATHS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "source": Text("Источник, имя из sources", "The source, a name of sources"),
        "event": Text("Тип события, или своё слово отправителя", "The type of event, or the sender's own word"),
        "received_at": Text("Когда получено", "When it was received"),
        "occurred_at": Text("Когда случилось", "When it happened"),
        "customer": Text("Клиент", "The customer"),
        "customer.id": Text("id клиента у отправителя", "The sender's id of the customer"),
        "customer.name": Text("Имя целиком", "The whole name"),
        "customer.first_name": Text("Имя", "First name"),
        "customer.last_name": Text("Фамилия", "Last name"),
        "customer.phone": Text("Телефон; записать можно как угодно", "Phone, written in any way"),
        "customer.email": Text("E-mail", "E-mail"),
        "customer.address": Text("Адрес", "Address"),
        "customer.city": Text("Город", "City"),
        "customer.telegram_id": Text("Номер в Telegram", "Id in Telegram"),
        "customer.telegram_username": Text("Имя в Telegram", "Username in Telegram"),
        "customer.viber_id": Text("id в Viber", "Id in Viber"),
        "customer.vk_id": Text("id ВКонтакте", "Id in VK"),
        "order": Text("Заказ", "The order"),
        "order.id": Text("id заказа", "Id of the order"),
        "order.number": Text("Номер заказа", "Number of the order"),
        "order.status": Text("Статус, словом отправителя", "Status, in the sender's word"),
        "order.total": Text("Сумма заказа", "Total of the order"),
        "order.currency": Text("Валюта", "Currency"),
        "order.paid": Text("Оплачен ли", "Whether it is paid"),
        "order.coupon": Text("Промокод", "Coupon"),
        "order.comment": Text("Комментарий", "Comment"),
        "order.items": Text("Товары", "The items"),
        "order.items.name": Text("Название товара; достаточно одного", "An item's name; one of them suffices"),
        "order.items.sku": Text("Артикул", "SKU"),
        "order.items.quantity": Text("Количество", "Quantity"),
        "order.items.price": Text("Цена", "Price"),
        "payment": Text("Платёж", "The payment"),
        "payment.id": Text("id платежа", "Id of the payment"),
        "payment.status": Text("Статус, словом отправителя", "Status, in the sender's word"),
        "payment.amount": Text("Сумма платежа", "Amount"),
        "payment.currency": Text("Валюта", "Currency"),
        "payment.method": Text("Способ оплаты", "Method"),
        "form": Text("Форма", "The form"),
        "form.id": Text("id формы", "Id of the form"),
        "form.name": Text("Название формы", "Name of the form"),
        "form.fields": Text('Ответы: form.fields."Ваш вопрос"', 'Answers: form.fields."Your question"'),
        "utm": Text("Метки рекламы", "Marks of advertising"),
        "utm.source": Text("utm_source", "utm_source"),
        "utm.medium": Text("utm_medium", "utm_medium"),
        "utm.campaign": Text("utm_campaign", "utm_campaign"),
        "utm.term": Text("utm_term", "utm_term"),
        "utm.content": Text("utm_content", "utm_content"),
        "page": Text("Страница", "The page"),
        "page.url": Text("Адрес страницы", "Address of the page"),
        "page.referrer": Text("Откуда пришли", "Where the visitor came from"),
        "thin": Text("true: отправитель дал лишь номер", "true: the sender gave an id only"),
        "raw": Text("Доставка как пришла: raw.meta_data.0.value", "The delivery as it came: raw.meta_data.0.value"),
    }
)
EXAMPLE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": Text("Название примера", "Name of the example"),
        "note": Text("Заметка для людей", "A note for people"),
        "event": Text(
            "Событие: {event: order.created, order.total: 5000}",
            "An event: {event: order.created, order.total: 5000}",
        ),
        "earlier": Text("Что этот контакт сделал раньше", "What this contact did before"),
        "expect": Text("Чего ждут; nothing: правило не подходит", "What is expected; nothing: no match"),
        "delivery": Text("Запрос, как его присылает отправитель", "A request as the sender makes it"),
        "story": Text("События и доставки по порядку", "Events and deliveries in their order"),
        "at": Text("Когда: 2026-01-31 18:00", "When: 2026-01-31 18:00"),
        "after": Text("Через сколько после предыдущего шага: 30m", "After the step above: 30m"),
        "examples": Text("Примеры ко всем правилам вместе", "Examples of all rules together"),
        "version": Text("Версия языка примеров: 1, можно не писать", "Version of this language: 1; may be left out"),
    }
)
DELIVERY: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "source": PATHS["source"],
        "method": Text("Метод HTTP, POST если не сказано", "HTTP's method; POST by default"),
        "headers": Text("Заголовки", "Headers"),
        "query": Text("Параметры адреса", "The query of the address"),
        "body": Text("Тело: текст или поля", "The body: text or fields"),
        "file": Text("Файл с телом, в папке примеров", "A file with the body, below the folder of the examples"),
    }
)
EXPECT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "matched": Text("Подходит ли правило", "Whether the rule matches"),
        "rules": Text("Все сработавшие правила, по порядку", "All rules that acted, in their order"),
        "cancelled": Text("Отложенные, которые отменил unless", "Delayed ones that unless cancelled"),
        "tags": Text("Ровно эти теги; []: никаких", "Exactly these tags; []: none"),
        "remove_tags": Text("Ровно эти теги снимаются", "Exactly these tags are taken off"),
        "variables": Text("Ровно эти переменные; {}: никаких", "Exactly these variables; {}: none"),
        "remove_variables": Text("Ровно эти переменные удаляются", "Exactly these variables are deleted"),
        "status": Text('Статус; "": никакого', 'The status; "": none'),
        "utm": Text("Метки {source: vk}, или first, last, off", "The marks {source: vk}, or first, last, off"),
        "contact": Text("Поля контакта, только названные", "Fields of the contact, those named"),
        "problems": Text(
            "Что не удалось: tag, status, contact:phone", "What could not be done: tag, status, contact:phone"
        ),
        "after": Text("Через сколько правило сработает; 0: сразу", "How much later it acts; 0: at once"),
        "contacts": Text("Сколько контактов", "How many contacts"),
    }
)
