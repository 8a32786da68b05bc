"""Write Watbot's contacts into a file, page by page, so that a large account needs no more memory than a small one.

A cell of the CSV that a spreadsheet would run as a formula gets a leading apostrophe. Phones stay as they are, plus
included: a phone here is a plus and digits and nothing else, the worst a spreadsheet makes of it is a number, and
other programs must find the same phone in the file as in Watbot. JSON lines hold exact values.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

import msgspec

from processor.spreadsheet import harmless
from workers.verdict import Retry, Wait, verdict
from workers.watbot.check import COUNT_MAX
from workers.watbot.client import WatbotClient
from workers.watbot.contact import Contact, ContactPage
from workers.watbot.errors import WatbotError, WatbotNonsense

Form = Literal["csv", "jsonl"]

UTM_COLUMNS = ("source", "medium", "campaign", "term", "content")
COLUMNS = (
    "id",
    "bot_id",
    "messenger",
    "phone",
    "email",
    "name",
    "address",
    *(f"utm_{key}" for key in UTM_COLUMNS),
    "telegram_id",
    "telegram_username",
    "viber_id",
    "vk_id",
    "tags",
    "created_at",
)
TAG_SEPARATOR = "; "
ATTEMPTS_MAX = 8
HALF_JITTER = 0.5


def export_contacts(
    client: WatbotClient,
    *,
    bot_id: int,
    date_from: int | datetime | None = None,
    date_to: int | datetime | None = None,
    form: Form,
    out: TextIO,
    before_page: Callable[[], None] = lambda: None,
    on_page: Callable[[int, int | None], None] | None = None,
    pause_ms: Callable[[int], None] | None = None,
    limit: int | None = None,
) -> int:
    """Write the bot's contacts to `out` and give their number; `tags` stay empty where Watbot does not tell them.

    `before_page` runs before each request; `on_page(done, total)` after each page. With `pause_ms` (waits so many
    milliseconds) a page that fails for the moment is asked again, up to ATTEMPTS_MAX times in a row. `limit` ends after
    so many contacts (from 1). `out` must not translate line ends (newline=""). Raises WatbotError, OSError from `out`.
    """
    count = COUNT_MAX if limit is None else min(limit, COUNT_MAX)

    def pages(first: int) -> Iterator[ContactPage]:
        return client.contacts(
            bot_id=bot_id, date_from=date_from, date_to=date_to, count=count, page=first, before_page=before_page
        )

    write = _csv_writer(out) if form == "csv" else _jsonl_writer(out)
    done = 0
    for page in pages(1) if pause_ms is None else _patiently(pages, pause_ms):
        contacts = page.contacts if limit is None else page.contacts[: limit - done]
        write(contacts)
        done += len(contacts)
        if on_page:
            on_page(done, _bounded(page.total, limit))
        if done == limit:
            break
    return done


def _bounded(total: int | None, limit: int | None) -> int | None:
    return total if total is None or limit is None else min(total, limit)


def _patiently(pages: Callable[[int], Iterator[ContactPage]], pause_ms: Callable[[int], None]) -> Iterator[ContactPage]:
    following, failures = 1, 0
    asked = pages(following)
    while True:
        try:
            page = next(asked, None)
        except WatbotError as error:
            failures += 1
            decided = verdict(error, failures, HALF_JITTER)
            hopeless = isinstance(error, WatbotNonsense) and error.kind == "address"
            if hopeless or failures >= ATTEMPTS_MAX or not isinstance(decided, Wait | Retry):
                raise
            pause_ms(decided.delay_ms)
            asked = pages(following)
            continue
        if page is None:
            return
        yield page
        following, failures = page.page + 1, 0


def _csv_writer(out: TextIO) -> Callable[[Iterable[Contact]], None]:
    table = csv.writer(out)
    table.writerow(COLUMNS)
    return lambda contacts: table.writerows(map(csv_row, contacts))


def _jsonl_writer(out: TextIO) -> Callable[[Iterable[Contact]], None]:
    encoder = msgspec.json.Encoder()
    return lambda contacts: out.writelines(f"{encoder.encode(contact).decode()}\n" for contact in contacts)


def csv_row(contact: Contact) -> list[str]:
    """The cells of a contact in the order of COLUMNS, safe to open in a spreadsheet."""
    utm = contact.utm or {}
    cells = {
        "id": str(contact.id),
        "bot_id": "" if contact.bot_id is None else str(contact.bot_id),
        "messenger": contact.messenger,
        "email": contact.email,
        "name": contact.name,
        "address": contact.address,
        **{f"utm_{key}": utm.get(key) for key in UTM_COLUMNS},
        "telegram_id": contact.telegram_id,
        "telegram_username": contact.telegram_username,
        "viber_id": contact.viber_id,
        "vk_id": contact.vk_id,
        "tags": TAG_SEPARATOR.join(contact.tags or ()),
        "created_at": contact.created_at.isoformat() if contact.created_at else None,
    }
    safe = {column: harmless(cell or "") for column, cell in cells.items()} | {"phone": contact.phone or ""}
    return [safe[column] for column in COLUMNS]


def write_export(path: Path, write: Callable[[TextIO], int], *, for_excel: bool = False) -> int:
    """Let `write` fill a file that takes the name `path` only when it is whole and on disk; give what `write` gives.

    Until then it lies beside `path`; when anything goes wrong it is removed and what was at `path` stays. The file is
    readable by its owner alone, for people's data are in it. `for_excel` puts a byte order mark before it, without
    which Excel misreads Cyrillic. Raises OSError and whatever `write` raises.
    """
    final = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=final.parent, prefix=f".{final.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig" if for_excel else "utf-8", newline="") as out:
            written = write(out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, final)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(final.parent)
    return written


def _sync_folder(folder: Path) -> None:
    """A rename is on disk only when its folder is; where folders cannot be opened (Windows) there is nothing to do."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
