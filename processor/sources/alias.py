"""Know a visitor's answer by what its field is called."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LABEL_CHARACTERS_MAX: Final = 60
LABELS_REMEMBERED_MAX: Final = 2048

# What fields are called, folded as `known_field` folds them; the wishes of designers are endless, so mappings remain.
LABELS: Final[dict[str, str]] = {
    label: field
    for field, labels in {
        "name": "name|full name|fullname|your name|contact name|customer name|client name|ma name|имя|"
        "ваше имя|как вас зовут|как к вам обращаться|имя и фамилия|фамилия и имя|фамилия имя|имя фамилия|фио|fio|"
        "ваше фио|ф и о|фамилия имя отчество|контактное лицо|получатель|delivery fio",
        "first_name": "first name|firstname|fname|given name",
        "last_name": "last name|lastname|lname|surname|family name|фамилия|ваша фамилия",
        "patronymic": "patronymic|middle name|middlename|отчество|ваше отчество",
        "phone": "phone|phone number|phonenumber|your phone|tel|telephone|mobile|mobile phone|cell|whatsapp|ma phone|"
        "customer phone|client phone|contact phone|телефон|ваш телефон|номер телефона|ваш номер телефона|ваш номер|"
        "контактный телефон|мобильный|мобильный телефон|сотовый|тел|номер whatsapp|телефон для связи",
        "email": "email|e mail|mail|your email|email address|ma email|customer email|client email|почта|ваша почта|"
        "эл почта|электронная почта|емейл|имейл|е mail|ваш email|ваш e mail|адрес электронной почты",
        "city": "city|town|your city|город|ваш город|населенный пункт",
        "address": "address|delivery address|shipping address|адрес|ваш адрес|адрес доставки",
        "telegram": "telegram|telegram username|tg|телеграм|телеграмм|ваш telegram|ник в telegram|ник в телеграм",
        "telegram_id": "telegram id|tg id|telegram user id",
        "vk_id": "vk id|vk user id",
        "viber_id": "viber id",
        "comment": "comment|comments|message|note|"
        "комментарий|ваш комментарий|комментарий к заказу|сообщение|примечание",
    }.items()
    for label in labels.split("|")
}

_SUFFIX = re.compile(r"[ _\-]+[0-9]{1,3}$")
_SIGNS = re.compile(r"[\s_\-.:*?!,()]+")


@lru_cache(maxsize=LABELS_REMEMBERED_MAX)
def known_field(label: str) -> str | None:
    """What a field is by its label (Phone_2, "Ваш телефон*"): name, phone, email...; None when it is not known."""
    if len(label) > LABEL_CHARACTERS_MAX:
        return None
    folded = label.strip().casefold().replace("ё", "е")
    return LABELS.get(_SIGNS.sub(" ", folded).strip()) or LABELS.get(_SIGNS.sub(" ", _SUFFIX.sub("", folded)).strip())
