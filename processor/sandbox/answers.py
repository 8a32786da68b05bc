"""What the API answers: the shapes of a contact as the description writes them, and Laravel's own sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from processor.sandbox.contact import Contact, Variable

SERVICE_OFFSET = timezone(timedelta(hours=3))  # not UTC, so that a client which drops the offset is found out


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON payload (None: no body) and the contact it was about, when known."""

    status: int
    payload: Any = None
    contact_id: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(errors: Mapping[str, list[str]], contact_id: int | None = None) -> Answer:
    """422 in Laravel's shape."""
    return Answer(422, {"message": "The given data was invalid.", "errors": errors}, contact_id)


UNAUTHENTICATED = Answer(401, {"message": "Unauthenticated."})
NOT_FOUND = Answer(404, {"message": "Not Found."})
TOO_LARGE = Answer(413, {"message": "The POST data is too large."})


def wrong_verb(asked: str, supported: str) -> Answer:
    """405 naming the verb that would do."""
    text = f"The {asked} method is not supported for this route. Supported methods: {supported}."
    return Answer(405, {"message": text}, headers={"Allow": supported})


def too_many(retry_after_s: int) -> Answer:
    """429 with the seconds to wait."""
    return Answer(429, {"message": "Too Many Attempts."}, headers={"Retry-After": str(retry_after_s)})


def moment(unix_s: int) -> str:
    """Unix seconds as ISO 8601 with offset."""
    return datetime.fromtimestamp(unix_s, SERVICE_OFFSET).isoformat()


def echoed(contact: Contact) -> dict[str, Any]:
    """The contact as createOrUpdateContact answers it."""
    return {
        "id": contact.id,
        "bot_id": contact.bot_id,
        "phone": contact.phone,
        "email": contact.email,
        "name": contact.name,
        "address": contact.address,
        "messenger": contact.messenger,
        "utm": contact.utm or [],  # PHP writes an empty map as a list
        "avatar": None,
        "telegram_id": contact.telegram_id,
        "telegram_username": contact.telegram_username,
        "vk_user_id": contact.vk_id,
        "viber_id": contact.viber_id,
        "created_at": moment(contact.created_s),
        "unsubscribed_at": None,
        "tags": contact.tags,
        "variables": [],
    }


def listed(contact: Contact) -> dict[str, Any]:
    """The contact as getContacts lists it: another shape than the echo, and no tags."""
    row: dict[str, Any] = {
        "id": contact.id,
        "bot_id": contact.bot_id,
        "phone": contact.phone,
        "email": contact.email,
        "name": contact.name,
        "messenger": contact.messenger,
        "address": contact.address,
        "utm": contact.utm or None,
        "created_at": moment(contact.created_s),
    }
    if contact.messenger == "telegram":
        row |= {"telegram_id": str(contact.telegram_id), "telegram_username": contact.telegram_username}
    if contact.messenger == "viber":
        row["viber_id"] = contact.viber_id
    return row


def valued(variable: Variable) -> dict[str, Any]:
    """One variable of a contact as getContactVariables lists it."""
    return {
        "id": variable.id,
        "name": variable.name,
        "value": variable.value,
        "deletable": variable.deletable,
        "variable": {"id": variable.name_id, "name": variable.name},
    }


def whole(contact: Contact) -> dict[str, Any]:
    """Everything the sandbox knows of the contact, for its back door."""
    known: dict[str, Any] = msgspec.to_builtins(contact)
    known["created_at"] = moment(contact.created_s)
    known["variables"] = [valued(variable) for variable in contact.variables]
    return known
