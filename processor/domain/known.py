"""What Watbot is known to show of a contact and of the account."""

from __future__ import annotations

from typing import Literal

import msgspec


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact as the last answer showed it.

    `fields` has name, email, phone, address and telegram_username; `tags` None: never learnt; `utm` has the short keys;
    `variables` are those that we set or saw (None: deleted by us), `variables_ms` since when that is believed.
    `seen_ms` (Unix time) is when Watbot last showed the whole contact;
    `learns` counts how often tags were learnt since a list of them was last sent.
    """

    watbot_id: int | None = None
    fields: dict[str, str] = {}
    tags: tuple[str, ...] | None = None
    utm: dict[str, str] | None = None
    variables: dict[str, str | None] = {}
    variables_ms: dict[str, int] = {}
    status: str | None = None
    seen_ms: int = 0
    learns: int = 0


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the account does with a list of tags and with a `utm` object: undocumented, learnt from answers."""

    tags: Literal["unknown", "add", "replace"] = "unknown"
    utm: Literal["unknown", "stored", "ignored"] = "unknown"
