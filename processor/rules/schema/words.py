"""What an editor shows of each field of a rules file, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.domain.plan import STATUS_CHARACTERS_MAX, TAG_CHARACTERS_MAX
from processor.text import Text

TOP: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "version": Text("Версия языка правил: всегда 1", "The version of this language: always 1"),
        "bot": Text("Номер бота в Watbot (bot_id)", "Number of the bot in Watbot (bot_id)"),
        "timezone": Text("Пояс времени, у которого он не указан", "The zone of times that name none"),
        "unnamed": Text("Имя контакта, пока настоящее неизвестно", "A contact's name while the real one is unknown"),
        "messengers": Text(
            "Где искать контакт: первый, для которого у клиента есть номер или id",
            "Where the contact is looked for: the first that the customer has an id for",
        ),
        "confirmed_ttl": Text(
            "Сколько верить тому, что уже записано в Watbot: 90s, 30m, 24h, 7d; до 365d",
            "How long an unchanged field or tag needs no call: 90s, 30m, 24h, 7d; up to 365d",
        ),
        "settle": Text(
            "Сколько ждать новых изменений того же контакта: 500ms, 3s, 1m; до 60s",
            "How long a change waits for further ones of the same contact: 500ms, 3s, 1m; up to 60s",
        ),
        "tags_as": Text("Что делает Watbot со списком тегов", "What Watbot does with a list of tags"),
        "utm_as": Text(
            "Где хранить UTM: поле контакта, переменные или нигде", "Where UTM goes: the field, variables or nowhere"
        ),
        "sources": Text(
            "Кто присылает события и чем это доказывает; имя стоит в адресе /hooks/<имя>",
            "Who sends, and how it proves itself; the name is in the address /hooks/<name>",
        ),
        "rules": Text(
            "Правила: применяются все подходящие, сверху вниз", "Rules: all that match apply, from the top down"
        ),
    }
)
SOURCE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "preset": Text("Отправитель", "The sender"),
        "secret": Text("Секрет подписи: ${ИМЯ} или список", "The secret of the signature: ${NAME}, or a list"),
        "token": Text("Токен отправителя: ${ИМЯ} или список", "The sender's token: ${NAME}, or a list"),
        "key_name": Text("Под каким именем приходит ключ", "The name under which a key comes"),
        "proof": Text("none: принимать от кого угодно, без проверки", "none: take events from anybody"),
        "addresses": Text("Сети, с которых только и можно присылать", "Networks from which alone it may send"),
        "account": Text(
            "Магазин, портал или группа, которым можно присылать", "The shop, portal or group that may send"
        ),
        "confirmation": Text(
            "Что ответить отправителю, когда он проверяет адрес", "What the sender wants to hear when it asks for proof"
        ),
        "api": Text(
            "Где спрашивать отправителя, который присылает лишь номер", "Where to ask a sender that gives an id only"
        ),
        "bot": Text("Другой бот, чем у файла", "Another bot than the file's"),
        "region": Text("Страна номеров без кода: RU, KZ, BY…", "The country of phones without a code: RU, KZ, BY…"),
        "timezone": Text("Пояс времени без пояса, если не общий", "The zone of its times, if not the file's"),
        "fields": Text("Наше поле: их поле", "Our field: theirs"),
        "event": Text("Поле с типом события", "The field that holds the event's type"),
        "events": Text("Их слово: наш тип события", "Their word: our type of event"),
        "api.url": Text("Адрес API отправителя", "Address of the sender's API"),
        "api.token": Text("Токен к API отправителя", "Token for the sender's API"),
    }
)
RULE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": Text("Название, своё у каждого правила", "The name, one of its kind"),
        "note": Text("Заметка для людей", "A note for people"),
        "enabled": Text("false: правило выключено", "false: the rule is off"),
        "when": Text(
            "Условия: должны выполниться все строки; {} — любое событие", "Every line must hold; {}: any event"
        ),
        "then": Text("Что сделать с контактом", "What becomes of the contact"),
        "contact": Text("Взять для контакта другие значения, чем в событии", "Other values than the event's"),
        "stop": Text("true: если подошло, правила ниже не спрашиваются", "true: after it, those below are not asked"),
        "bot": Text("Другой бот, чем у источника", "Another bot than the source's"),
        "urgent": Text("true: раньше других, false: позже других", "true: before others, false: after others"),
        "settle": Text("Сколько ждать новых изменений контакта; до 60s", "Wait for further changes; up to 60s"),
        "after": Text("Через сколько после события сработать: 1h; до 365d", "Act so long after the event: 1h"),
        "unless": Text("…если за это время не пришло такое событие", "…unless such an event came meanwhile"),
        "examples": Text(
            "Примеры: событие и чего ждут от правила (watbot-hooks test)",
            "Examples: an event and what the rule is to do (watbot-hooks test)",
        ),
    }
)
THEN: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "tags": Text(
            f"Теги, один или список; до {TAG_CHARACTERS_MAX} символов; можно {{{{ order.number }}}}",
            f"Tags, one or a list; at most {TAG_CHARACTERS_MAX} characters; {{{{ order.number }}}} works",
        ),
        "remove_tags": Text("Теги, которые снять", "Tags to take off"),
        "variables": Text("Переменные контакта: имя и значение", "Variables of the contact: name and value"),
        "remove_variables": Text("Переменные, которые удалить", "Variables to delete"),
        "status": Text(
            f"Статус Ysell, до {STATUS_CHARACTERS_MAX} символов",
            f"Ysell status, up to {STATUS_CHARACTERS_MAX} characters",
        ),
        "utm": Text("last: новый визит, first: только первый, off: не писать", "last: newest, first: only the first"),
        "contact": RULE["contact"],
        "status.value": Text("Сам статус", "The status itself"),
        "status.each": Text("true: отправить каждый, а не только последний", "true: send every one, not only the last"),
    }
)
CONTACT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": Text("Имя", "Name"),
        "phone": Text("Телефон", "Phone"),
        "email": Text("E-mail", "E-mail"),
        "address": Text("Адрес", "Address"),
        "messenger": Text("Мессенджер, в котором искать контакт", "The messenger to look for the contact in"),
        "telegram_id": Text("Номер в Telegram", "Id in Telegram"),
        "telegram_username": Text("Имя в Telegram", "Username in Telegram"),
        "viber_id": Text("id в Viber", "Id in Viber"),
        "vk_id": Text("id ВКонтакте", "Id in VK"),
        "bot": Text("Номер бота", "Number of the bot"),
    }
)
TESTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "is": Text("равно", "equal"),
        "not": Text("не равно; и когда поля нет", "not equal; also when the field is missing"),
        "in": Text("равно одному из списка", "equal to one of the list"),
        "not_in": Text("не равно ни одному", "equal to none of the list"),
        "contains": Text("текст содержит", "the text contains"),
        "starts_with": Text("текст начинается с", "the text begins with"),
        "ends_with": Text("текст кончается на", "the text ends with"),
        "matches": Text("текст подходит под выражение RE2", "the text fits a pattern (RE2)"),
        "at_least": Text("число не меньше", "the number is at least"),
        "more_than": Text("число больше", "the number is more than"),
        "at_most": Text("число не больше", "the number is at most"),
        "less_than": Text("число меньше", "the number is less than"),
        "between": Text("от и до, оба включены: [1000, 4999.99]", "from and to, both included: [1000, 4999.99]"),
        "before": Text("раньше: 2026-11-24, 24.11.2026 18:30, today, -3d", "earlier: 2026-11-24, today, -3d"),
        "after": Text("позже: 2026-11-24, 24.11.2026 18:30, now, +2h", "later: 2026-11-24, now, +2h"),
        "within": Text("не раньше чем за столько до получения: 7d", "at most so long before receipt: 7d"),
        "weekday": Text("день недели: сб, вс, будни, выходные", "day of the week: sat, sun, weekdays, weekend"),
        "time": Text("время суток: [22:00, 08:00]", "time of day: [22:00, 08:00]"),
        "exists": Text("поле есть (true) или его нет (false)", "the field is there (true) or is not (false)"),
        "empty": Text("пусто или нет поля (true), не пусто (false)", "missing or blank (true), or not so (false)"),
    }
)
GROUPS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "any": Text("Подходит хотя бы один набор условий", "One of the sets must hold"),
        "all": Text("Подходят все наборы условий", "All of the sets must hold"),
        "not": Text("Не подходит", "It must not hold"),
        "earlier": Text(
            "Прежние события этого контакта: сколько их было", "How many events of this contact came before"
        ),
    }
)
EARLIER: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "event": Text("Тип или список; без него: тип самого события", "A type or a list; by default the event's own"),
        "source": Text("Источник или список; без него: любой", "A source or a list; by default any"),
        "count": Text("Сколько: число или {at_least: 2}", "How many: a number or {at_least: 2}"),
        "within": Text("Только за последние: 30m, 1h, 90d; до 365d", "Only those of the last: 30m, 1h, 90d"),
        "same": Text(
            "order: того же заказа, contact: того же контакта", "order: the same order, contact: the same contact"
        ),
        "order": Text("Номер заказа", "Number of the order"),
        "ago": Text("Насколько раньше: 10d", "How long before: 10d"),
    }
)
