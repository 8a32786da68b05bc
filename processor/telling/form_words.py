"""The words of the form: tests, fields of a contact, and what each choice means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from processor.text import Text

TEST_WORDS: Final[Mapping[str, Text]] = {
    "is": Text("равно", "is"),
    "in": Text("одно из", "is one of"),
    "not": Text("не равно", "is not"),
    "not_in": Text("ни одно из", "is none of"),
    "contains": Text("содержит", "contains"),
    "starts_with": Text("начинается с", "begins with"),
    "ends_with": Text("кончается на", "ends with"),
    "at_least": Text("не меньше", "at least"),
    "more_than": Text("больше", "more than"),
    "at_most": Text("не больше", "at most"),
    "less_than": Text("меньше", "less than"),
    "between": Text("от и до", "from and to"),
    "exists.true": Text("есть", "is there"),
    "exists.false": Text("отсутствует", "is not there"),
    "empty.false": Text("заполнено", "is filled in"),
    "empty.true": Text("пусто", "is empty"),
    "before": Text("раньше", "before"),
    "after": Text("позже", "after"),
    "within": Text("за последние", "within the last"),
    "weekday": Text("день недели", "on the weekday"),
    "time": Text("время суток, от и до", "time of day, from and to"),
    "matches": Text("подходит под шаблон", "matches the pattern"),
}
COUNT_WORDS: Final[Mapping[str, Text]] = {
    "": Text("хотя бы одно", "at least one"),
    "is": Text("ровно", "exactly"),
    "at_least": Text("не меньше", "at least"),
    "at_most": Text("не больше", "at most"),
    "more_than": Text("больше", "more than"),
    "less_than": Text("меньше", "less than"),
    "between": Text("от и до", "from and to"),
    "in": Text("одно из", "one of"),
    "not": Text("не", "not"),
    "not_in": Text("ни одно из", "none of"),
}
GROUP_WORDS: Final[Mapping[str, Text]] = {
    "any": Text("Хотя бы одно из этих", "At least one of these"),
    "all": Text("Все из этих", "All of these"),
    "not": Text("Ни одно из этих", "None of these"),
}
CONTACT_WORDS: Final[Mapping[str, Text]] = {
    "name": Text("имя", "name"),
    "phone": Text("телефон", "phone"),
    "email": Text("e-mail", "e-mail"),
    "address": Text("адрес", "address"),
    "messenger": Text("мессенджер", "messenger"),
    "telegram_id": Text("id в Telegram", "id in Telegram"),
    "telegram_username": Text("имя в Telegram", "name in Telegram"),
    "viber_id": Text("id в Viber", "id in Viber"),
    "vk_id": Text("id во ВКонтакте", "id in VK"),
}
UTM_WORDS: Final[Mapping[str, Text]] = {
    "": Text("как обычно: от последнего визита", "as usual: of the newest visit"),
    "last": Text("от последнего визита", "of the newest visit"),
    "first": Text("от первого: только где их ещё нет", "of the first: only where there are none yet"),
    "off": Text("не передавать", "do not send"),
}
URGENT_WORDS: Final[Mapping[str, Text]] = {
    "": Text("как обычно: теги, UTM и статус раньше", "as usual: tags, UTM and status first"),
    "true": Text("всё это правило раньше других", "all of this rule before others"),
    "false": Text("всё это правило после других", "all of this rule after others"),
}
SAME_WORDS: Final[Mapping[str, Text]] = {
    "": Text("как обычно", "as usual"),
    "order": Text("о том же заказе", "about the same order"),
    "contact": Text("от того же контакта", "of the same contact"),
}
KEPT_WORDS: Final[Mapping[str, Text]] = {
    "name": Text("название", "the name"),
    "note": Text("заметка", "the note"),
    "when": Text("условия", "the conditions"),
    "then": Text("действия", "the effects"),
    "any": Text("группа «хотя бы одно»", 'the group "at least one"'),
    "all": Text("группа «все»", 'the group "all"'),
    "not": Text("группа «ни одно»", 'the group "none"'),
    "unless": Text("отмена отложенного", "what makes the wait needless"),
    "tags": Text("теги", "the tags"),
    "remove_tags": Text("снимаемые теги", "the tags to remove"),
    "variables": Text("переменные", "the variables"),
    "remove_variables": Text("удаляемые переменные", "the variables to remove"),
    "status": Text("статус", "the status"),
    "contact": Text("поля контакта", "the contact's fields"),
}
