"""What a list of tags does in Watbot, found out on one contact that a person names, which keeps its tags.

A tag of ours is attached, the tags are looked at, and a list goes with all that is there but that tag: if it is gone,
lists replace. The list leaves out nothing else, so that even a crash right after it costs no tag; what it leaves behind
are the two tags below, and the next probe takes them off.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from processor.domain.call import AttachTag, Call, DetachTag, Upsert
from processor.domain.contact import ContactId
from workers.watbot.contact import Contact
from workers.watbot.errors import WatbotError, WatbotNothingThere

LEFT_OUT, LISTED = "watbot-hooks probe", "watbot-hooks probe list"

Make = Callable[[Call], Contact | None]
"""Makes a call, patiently. Raises WatbotError."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found, and why not where nothing was; `attached_again` were gone and are there, `missing` are gone."""

    reading: Literal["add", "replace", "unknown"]
    reason: Literal["", "another_contact", "tags_not_shown", "tag_not_attached", "list_ignored"] = ""
    attached_again: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def probe(make: Make, contact: ContactId, watbot_id: int, name: str) -> Probed:
    """Find out on this contact, called `name` (every look writes it anew). Raises WatbotError."""
    try:
        make(AttachTag(watbot_id=watbot_id, name=LEFT_OUT))
        found, before = _found(make, contact, watbot_id, name)
    except BaseException:
        with suppress(WatbotError):
            _clean(make, watbot_id)
        raise
    _clean(make, watbot_id)
    if found.reason in ("another_contact", "tags_not_shown"):
        return found
    again = _missing(make, contact, name, before)
    for tag in again:
        make(AttachTag(watbot_id=watbot_id, name=tag))
    missing = _missing(make, contact, name, before) if again else ()
    return Probed(found.reading, found.reason, tuple(tag for tag in again if tag not in missing), missing)


def _found(make: Make, contact: ContactId, watbot_id: int, name: str) -> tuple[Probed, tuple[str, ...]]:
    """What lists do, and the tags that the contact had before."""
    seen = _look(make, contact, name)
    if seen.id != watbot_id:
        return Probed("unknown", "another_contact"), ()
    if seen.tags is None:
        return Probed("unknown", "tags_not_shown"), ()
    before = tuple(tag for tag in seen.tags if tag not in (LEFT_OUT, LISTED))
    if LEFT_OUT not in seen.tags:
        return Probed("unknown", "tag_not_attached"), before
    shown = _look(make, contact, name, (*before, LISTED)).tags
    if shown is None:
        return Probed("unknown", "tags_not_shown"), before
    if LISTED not in shown:
        return Probed("unknown", "list_ignored"), before
    return Probed("add" if LEFT_OUT in shown else "replace"), before


def _look(make: Make, contact: ContactId, name: str, tags: tuple[str, ...] | None = None) -> Contact:
    phone = contact.id if contact.messenger == "whatsapp" else None
    echo = make(Upsert(contact=contact, name=name, phone=phone, tags=tags))
    assert echo is not None  # noqa: S101  an upsert gives the contact
    return echo


def _missing(make: Make, contact: ContactId, name: str, before: tuple[str, ...]) -> tuple[str, ...]:
    shown = _look(make, contact, name).tags or ()
    return tuple(tag for tag in before if tag not in shown)


def _clean(make: Make, watbot_id: int) -> None:
    for tag in (LEFT_OUT, LISTED):
        with suppress(WatbotNothingThere):
            make(DetachTag(watbot_id=watbot_id, name=tag))
