"""A contact as Watbot tells it, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from processor.domain.contact import Messenger


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer tells of a contact; None where it does not tell.

    `phone` is E.164 with plus; messengers' ids are text; `utm` has the short keys (source, medium, campaign, term,
    content) and is None when there is none; `tags` None means not told, () means none.
    """

    id: int
    bot_id: int | None = None
    messenger: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    utm: dict[str, str] | None = None
    telegram_id: str | None = None
    telegram_username: str | None = None
    vk_id: str | None = None
    viber_id: str | None = None
    tags: tuple[str, ...] | None = None
    variables: dict[str, str] | None = None
    created_at: datetime | None = None
    unsubscribed_at: datetime | None = None


class ContactPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of getContacts.

    `total`, `last_page` and `per_page` as Watbot claims them; `unreadable` counts rows without an id;
    `more`: a further page may follow.
    """

    contacts: tuple[Contact, ...]
    page: int
    last_page: int | None = None
    total: int | None = None
    per_page: int | None = None
    unreadable: int = 0
    more: bool = False


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is, as far as getMe tells."""

    id: int | None = None
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class ContactForm:
    """Every parameter of createOrUpdateContact; None is left out of the request. `phone` is E.164."""

    bot_id: int
    messenger: Messenger
    name: str
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    telegram_id: int | None = None
    telegram_username: str | None = None
    viber_id: str | None = None
    vk_id: int | None = None
    tags: tuple[str, ...] | None = None
    utm: Mapping[str, str] | None = None
