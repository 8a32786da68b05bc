"""What can be known to be wrong with a call before it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from processor.domain.contact import MESSENGERS, Messenger
from processor.text import Text
from workers.watbot.contact import ContactForm
from workers.watbot.errors import BadCall
from workers.watbot.wire import UTM_KEYS

COUNT_MAX = 500
STATUS_CHARACTERS_MAX = 64
ID_MAX = 2**63 - 1

# What makes a contact the one it is, by messenger.
IDENTITY_FIELDS: Mapping[Messenger, str] = {
    "whatsapp": "phone",
    "telegram": "telegram_id",
    "viber": "viber_id",
    "vk": "vk_id",
}

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

_MISSING = Text(ru="нужно для этого мессенджера", en="is required for this messenger")
UNKNOWN_MESSENGER = Text(ru="неизвестный мессенджер", en="is no known messenger")
NOT_AN_ID = Text(ru="нужно целое число больше нуля", en="must be a whole number above zero")
_NOT_TEXT = Text(ru="нужен текст", en="must be text")
_EMPTY = Text(ru="не должно быть пустым", en="must not be empty")
_UNWRITABLE = Text(ru="текст содержит недопустимые символы", en="the text has characters that cannot be sent")
_NOT_A_PHONE = Text(ru="нужен телефон вида +79000000001", en="must be a phone such as +79000000001")


def check_form(form: ContactForm) -> None:
    """Raises BadCall naming the first field that is wrong."""
    check_id("bot_id", form.bot_id)
    if form.messenger not in MESSENGERS:
        raise BadCall("messenger", UNKNOWN_MESSENGER)
    own = IDENTITY_FIELDS[form.messenger]
    if getattr(form, own) is None:
        raise BadCall(own, _MISSING)
    check_text("name", form.name)
    for field in ("telegram_id", "vk_id"):
        if getattr(form, field) is not None:
            check_id(field, getattr(form, field))
    for field in ("email", "address", "telegram_username", "viber_id", "phone"):
        if getattr(form, field) is not None:
            check_text(field, getattr(form, field))
    if form.phone is not None and not _PHONE.fullmatch(form.phone):
        raise BadCall("phone", _NOT_A_PHONE)
    _check_tags(form.tags)
    _check_utm(form.utm)


def _check_tags(tags: Sequence[str] | None) -> None:
    for index, tag in enumerate(tags or ()):
        check_text(f"tags.{index}", tag)


def _check_utm(utm: Mapping[str, str] | None) -> None:
    for key, value in (utm or {}).items():
        if key not in UTM_KEYS:
            raise BadCall(f"utm.{key}", Text(ru="такой метки UTM нет", en="there is no such UTM key"))
        check_text(f"utm.{key}", value)


def check_id(field: str, value: Any) -> None:
    """A whole number from 1. Raises BadCall."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= ID_MAX:
        raise BadCall(field, NOT_AN_ID)


def check_text(field: str, value: Any, *, characters_max: int | None = None, may_be_empty: bool = False) -> None:
    """Text with something in it. Raises BadCall."""
    if not isinstance(value, str):
        raise BadCall(field, _NOT_TEXT)
    if not may_be_empty and not value.strip():
        raise BadCall(field, _EMPTY)
    if characters_max is not None and len(value) > characters_max:
        raise BadCall(
            field, Text(ru=f"не длиннее {characters_max} символов", en=f"must be at most {characters_max} characters")
        )
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadCall(field, _UNWRITABLE)


def check_status(contact_id: int, status: str) -> None:
    """The arguments of setYsellStatus. Raises BadCall."""
    check_id("contact_id", contact_id)
    check_text("status", status, characters_max=STATUS_CHARACTERS_MAX)


def check_variable(contact_id: int, name: str, value: str) -> None:
    """The arguments of setContactVariable; a value may be empty. Raises BadCall."""
    check_id("contact_id", contact_id)
    check_text("name", name)
    check_text("value", value, may_be_empty=True)


def check_tag(contact_id: int, name: str) -> None:
    """The arguments of attachTagToContact and detachTagFromContact. Raises BadCall."""
    check_id("contact_id", contact_id)
    check_text("name", name)


def check_paging(*, bot_id: int, count: int, page: int) -> None:
    """The numbers of getContacts. Raises BadCall."""
    check_id("bot_id", bot_id)
    check_id("page", page)
    check_id("count", count)
    if count > COUNT_MAX:
        raise BadCall("count", Text(ru=f"не больше {COUNT_MAX}", en=f"must be at most {COUNT_MAX}"))


def seconds_of(field: str, value: int | datetime | None) -> int | None:
    """Unix seconds of a date given as such or as an aware datetime. Raises BadCall."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadCall(field, Text(ru="у даты должен быть часовой пояс", en="the date must have a time zone"))
        value = int(value.timestamp())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= ID_MAX:
        raise BadCall(field, Text(ru="нужны секунды Unix или дата", en="must be Unix seconds or a date"))
    return value
