"""What a page of Watbot's list of contacts means for a first sync: what is known now, and where to read on. Pure.

The order of the list is not documented, and contacts come and go while it is read. The run is bounded by its beginning
(`date_to`), so that none comes in afterwards; what still moves shows in `total`. Newest or oldest first: a contact that
comes in only shows others once more; one that goes moves others back to pages already read, which are read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from processor.domain.contact import MESSENGERS, ContactId
from processor.domain.identity import ID_OF, names_contact
from processor.domain.known import Known
from processor.domain.sync import Sync
from workers.watbot.check import COUNT_MAX
from workers.watbot.contact import Contact, ContactPage

# Ten million contacts at 500 a page; a service whose pages never end is left.
PAGES_MAX = 20_000
# So many times in a run pages are read again because contacts went meanwhile: it must come to an end.
BACK_MAX = 100
# The store's clock may be set meanwhile: what an answer showed so shortly before counts as fresher than the list.
CLOCKS_APART_MS = 60_000

_FIELDS = ("name", "email", "phone", "address", "telegram_username")


@dataclass(frozen=True, slots=True)
class Asked:
    """The page to ask for: of contacts created until `date_to_s` (Unix seconds)."""

    bot: int
    page: int
    date_to_s: int
    count: int = COUNT_MAX


@dataclass(frozen=True, slots=True)
class Listed:
    """The contacts of a page that can be ours, by their keys; `skipped` counts the others."""

    contacts: Mapping[str, Contact]
    skipped: int


def asked(sync: Sync) -> Asked:
    """What to ask for next."""
    return Asked(sync.bot, sync.page, sync.began_ms // 1000)


def listed(page: ContactPage, bot: int) -> Listed:
    """Each contact by its key. Left out: no usable id, another bot's, one id under two keys, two ids under one key."""
    named = [(key, contact) for contact in page.contacts if (key := _key_of(contact, bot))]
    pairs = {(key, contact.id) for key, contact in named}
    keys, ids = Counter(key for key, _ in pairs), Counter(own_id for _, own_id in pairs)
    sure = {key: contact for key, contact in named if keys[key] == ids[contact.id] == 1}
    repeated = len(named) - len(pairs)
    return Listed(sure, len(page.contacts) + page.unreadable - repeated - len(sure))


def _key_of(contact: Contact, bot: int) -> str | None:
    if contact.bot_id not in (None, bot):
        return None
    for messenger in MESSENGERS:
        own_id = getattr(contact, ID_OF[messenger])
        if messenger == contact.messenger and own_id and names_contact(messenger, own_id):
            return ContactId(bot, messenger, own_id).key
    return None


def confirmed(known: Known | None, contact: Contact, *, asked_ms: int) -> Known | None:
    """What is known of a contact that the list shows; None where we know it as well or better.

    `asked_ms` (Unix ms) is before the call left. Another id under the same key is not taken: an echo told ours.
    """
    before = known or Known()
    if before.watbot_id is not None and before.shown_ms > asked_ms - CLOCKS_APART_MS:
        return None
    if before.watbot_id not in (None, contact.id):
        return None
    # The phone of whatsapp is the contact itself: nobody wishes it, and it need not be kept twice.
    named = (name for name in _FIELDS if name != "phone" or contact.messenger != "whatsapp")
    fields = {name: value for name in named if (value := getattr(contact, name)) is not None}
    made = int(contact.created_at.timestamp()) if contact.created_at else before.created_s
    return msgspec.structs.replace(
        before, watbot_id=contact.id, fields=fields, utm=contact.utm, listed_ms=max(1, asked_ms), created_s=made
    )


def after_page(sync: Sync, page: ContactPage) -> dict[str, int | str | tuple[int, ...]]:
    """The fields of the sync that change by having read `page` (apart from what became of its contacts)."""
    ids = tuple(contact.id for contact in page.contacts)
    total = sync.total if page.total is None else page.total
    per_page = page.per_page or sync.per_page or len(ids) + page.unreadable
    changes: dict[str, int | str | tuple[int, ...]] = {
        "page": sync.page + 1,
        "last_page": page.last_page or max(sync.last_page, sync.page),
        "per_page": per_page,
        "pages": sync.pages + 1,
        "contacts": sync.contacts + len(set(ids) - set(sync.ids)),
        "total": total,
        "ids": ids,
        "reason": "",
    }
    again = _page_again(sync, total=total, per_page=per_page)
    if again is not None:
        done = min(sync.contacts, (again - 1) * per_page)
        return changes | {"page": again, "back": sync.back + 1, "contacts": done, "ids": ()}
    if not page.more:
        return changes | {"state": "finished"}
    if ids and set(ids) == set(sync.ids) and total <= sync.total:
        # The service takes no notice of `page`: what it shows is all that we shall see.
        return changes | {"state": "finished", "reason": "same_page"}
    if sync.pages + 1 >= PAGES_MAX:
        return changes | {"state": "failed", "reason": "endless"}
    return changes


def _page_again(sync: Sync, *, total: int, per_page: int) -> int | None:
    """The page before the next one to read, when something moved; None when reading on will do."""
    if sync.page == 1 or sync.back >= BACK_MAX or not per_page:
        return None
    if sync.per_page and per_page != sync.per_page:
        # Pages are of another size now: go on with that which holds the first contact not read yet.
        page = (sync.page - 1) * sync.per_page // per_page + 1
        return None if page == sync.page else page
    gone = sync.total - total
    return max(1, sync.page - -(-gone // per_page)) if gone > 0 else None


def counted(before: Sequence[Known | None], after: Sequence[Known | None], written: int) -> dict[str, int]:
    """How many were added, completed and kept; what could not be written was fresher, and counts as kept."""
    added = sum(old is None and new is not None for old, new in zip(before, after, strict=True))
    changed = sum(new is not None for new in after)
    lost = changed - written
    return {
        "added": max(0, added - lost),
        "completed": written - max(0, added - lost),
        "kept": len(after) - written,
    }
