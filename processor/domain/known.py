"""What Watbot is known to show of a contact and of the account."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

DOUBTFUL_MS = -1


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact as the last answer showed it.

    `fields` has name, email, phone, address and telegram_username; `tags` None: not shown; `utm` has the short keys;
    `utm_first` are the marks that a wish for the first UTM brought (an older such wish may still replace them);
    `variables` are those that we set or saw (None: deleted by us), `variables_ms` since when that is believed
    (DOUBTFUL_MS: a call about it ended without an answer); `in_doubt`: the same of fields, tags and UTM.
    `seen_ms` (Unix time) is when Watbot last showed the whole contact; `listed_ms` when its list of contacts, which
    tells neither tags nor variables, last showed the rest;
    `attached` are tags that we attached while those that were there were not shown; `created_s` (Unix time) is when
    Watbot made the contact;
    `learns` counts how often tags were looked for since all that were wished had been sent.
    `lost` (element -> value) is what we had delivered to a contact that Watbot forgot, and what it must get again;
    while it is not seen whether the contact is a new one, `owed` are those elements that it must get in any case;
    `doubted_id` was called unknown `doubts` times in a row.
    """

    watbot_id: int | None = None
    fields: dict[str, str] = {}
    tags: tuple[str, ...] | None = None
    utm: dict[str, str] | None = None
    utm_first: dict[str, str] = {}
    variables: dict[str, str | None] = {}
    variables_ms: dict[str, int] = {}
    status: str | None = None
    seen_ms: int = 0
    listed_ms: int = 0
    attached: tuple[str, ...] = ()
    created_s: int = 0
    learns: int = 0
    lost: dict[str, Any] = {}
    owed: tuple[str, ...] = ()
    doubted_id: int | None = None
    doubts: int = 0
    in_doubt: bool = False

    @property
    def shown_ms(self) -> int:
        """When fields and UTM were last shown, one way or the other."""
        return max(self.seen_ms, self.listed_ms)


def unsure(known: Known) -> Known:
    """After a call of which nothing is known, not even what it was: nothing is believed before it is seen or said."""
    return msgspec.structs.replace(known, in_doubt=True, variables_ms=dict.fromkeys(known.variables, DOUBTFUL_MS))


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the account does with a list of tags and with a `utm` object: undocumented.

    `tags` is learnt by a person's probe (workers/probe.py), `utm` from answers, which also correct either.
    """

    tags: Literal["unknown", "add", "replace"] = "unknown"
    utm: Literal["unknown", "stored", "ignored"] = "unknown"
