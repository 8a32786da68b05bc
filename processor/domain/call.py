"""A call to Watbot, in our words; workers/watbot/wire.py alone knows Watbot's field names."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from processor.domain.contact import ContactId


class Upsert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """createOrUpdateContact. `tags` None: leave them alone and learn them from the echo; `phone` is E.164."""

    contact: ContactId
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    telegram_username: str | None = None
    tags: tuple[str, ...] | None = None
    utm: Mapping[str, str] | None = None


class SetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """setYsellStatus: at most 64 characters."""

    watbot_id: int
    status: str


class SetVariable(msgspec.Struct, frozen=True, kw_only=True):
    """setContactVariable: one variable a call; a missing one is created."""

    watbot_id: int
    name: str
    value: str


class DeleteVariable(msgspec.Struct, frozen=True, kw_only=True):
    """deleteContactVariable: one variable a call, by its name."""

    watbot_id: int
    name: str


class AttachTag(msgspec.Struct, frozen=True, kw_only=True):
    """attachTagToContact: one tag a call; it only adds, whichever way `tags` of an upsert is read."""

    watbot_id: int
    name: str


class DetachTag(msgspec.Struct, frozen=True, kw_only=True):
    """detachTagFromContact: one tag a call, safe whichever way `tags` of an upsert is read."""

    watbot_id: int
    name: str


Call = Upsert | SetStatus | SetVariable | DeleteVariable | AttachTag | DetachTag
