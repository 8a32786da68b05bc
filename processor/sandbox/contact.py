"""One contact, and the things about contacts that the description leaves open, each in both readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

TagsReading = Literal["add", "replace"]
UtmReading = Literal["store", "ignore"]
Order = Literal["oldest", "newest"]
Identity = tuple[int, str, str]

UTM_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
IDENTIFIED_BY = {"whatsapp": "phone", "telegram": "telegram_id", "viber": "viber_id", "vk": "vk_id"}


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one contact; `name_id` is the number of the bot's variable of that name."""

    id: int
    name_id: int
    name: str
    value: str
    deletable: bool = True


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of a contact; `phone` is digits without plus, `statuses` holds every status in order."""

    id: int
    bot_id: int
    messenger: str
    name: str
    created_s: int
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    telegram_id: int | None = None
    telegram_username: str | None = None
    viber_id: str | None = None
    vk_id: int | None = None
    tags: tuple[str, ...] = ()
    utm: dict[str, str] = {}
    variables: tuple[Variable, ...] = ()
    status: str | None = None
    statuses: tuple[str, ...] = ()


class Upsert(msgspec.Struct, frozen=True, kw_only=True):
    """What createOrUpdateContact was asked, already valid; None leaves what is there."""

    bot_id: int
    messenger: str
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    telegram_id: int | None = None
    telegram_username: str | None = None
    viber_id: str | None = None
    vk_id: int | None = None
    tags: tuple[str, ...] | None = None
    utm: Mapping[str, str] | None = None


PLAIN_FIELDS = ("email", "phone", "address", "telegram_id", "telegram_username", "viber_id", "vk_id")


def identity_of(known: Contact | Upsert) -> Identity:
    """What makes two requests the same contact: bot, messenger and that messenger's id."""
    return known.bot_id, known.messenger, str(getattr(known, IDENTIFIED_BY[known.messenger]))


def merged_tags(held: tuple[str, ...], given: tuple[str, ...] | None, reading: TagsReading) -> tuple[str, ...]:
    """The tags after an upsert, each once, in the order in which they came."""
    if given is None:
        return held
    return tuple(dict.fromkeys(held + given if reading == "add" else given))


def merged_utm(held: Mapping[str, str], given: Mapping[str, str] | None, reading: UtmReading) -> dict[str, str]:
    """The UTM data after an upsert: merged key by key, or untouched where the service is read as ignoring it."""
    return {**held, **(given or {})} if reading == "store" else dict(held)


def changed(held: Contact, asked: Upsert, tags: TagsReading, utm: UtmReading) -> Contact:
    """The contact after the upsert: the name always replaces, what is absent stays."""
    given = {name: getattr(asked, name) for name in PLAIN_FIELDS if getattr(asked, name) is not None}
    return msgspec.structs.replace(
        held,
        name=asked.name,
        tags=merged_tags(held.tags, asked.tags, tags),
        utm=merged_utm(held.utm, asked.utm, utm),
        **given,
    )
