"""The book of versions: what the rules file held, since when, by whom and why."""

from __future__ import annotations

import zlib
from typing import Final, Literal

import msgspec

from processor.errors import NotFound
from processor.store.connection import Store, translated
from processor.store.keys import name_of
from processor.store.script import run
from processor.text import Text

KEPT: Final = 200
KEPT_WITH_NEEDED_MAX: Final = 2_000
TEXTS_BYTES_MAX: Final = 32 * 1_048_576
LEASE_MS: Final = 15_000
PENDING_MS: Final = 60 * 60 * 1000
BY_FILE: Final = "file"

Sort = Literal["published", "rolled_back", "changed"]


class Version(msgspec.Struct, frozen=True):
    """One version: `version` is the text's digest, `number` and `parent` count from 1 (0: not recorded, none before).

    `sort`: published, rolled_back (`of`: to which number) or changed (on disk, by `owner` of the file). `id` tells one
    publication from another of the same text.
    """

    version: str
    author: str
    at_ms: int
    sort: Sort
    size_bytes: int
    note: str = ""
    of: int = 0
    owner: str = ""
    id: str = ""
    number: int = 0
    parent: int = 0


_json = msgspec.json.Encoder().encode
_version = msgspec.json.Decoder(Version).decode


def enter(client: Store, version: Version, text: str, *, texts_bytes_max: int = TEXTS_BYTES_MAX) -> Version | None:
    """Record what the file holds; None when a change on disk is known already. Raises StoreError.

    Repeated after a lost reply it records nothing twice.
    """
    bounds = (KEPT, KEPT_WITH_NEEDED_MAX, texts_bytes_max)
    with translated():
        written = run(client, "book_record", _json(version), zlib.compress(text.encode()), *bounds)
    return _version(written) if written else None


def begin(client: Store, token: str, version: Version) -> bool:
    """Be the only one who publishes, for LEASE_MS, and say what; False while another does. Raises StoreError."""
    with translated():
        return bool(run(client, "book_lock", token, LEASE_MS, _json(version), PENDING_MS))


def end(client: Store, token: str) -> None:
    """Publishing is over, or was given up. Raises StoreError."""
    with translated():
        run(client, "book_lock", token, 0, "", 0)


def newest(client: Store) -> Version | None:
    """The version recorded last. Raises StoreError."""
    with translated():
        last = client.hget(name_of("book"), "last")
        held = client.hget(name_of("book"), last) if isinstance(last, bytes) else None
    return _version(held) if isinstance(held, bytes) else None


def versions(client: Store) -> list[Version]:
    """All that are kept, the newest first. Raises StoreError."""
    with translated():
        held = client.hgetall(name_of("book"))
    found = [_version(entry) for field, entry in held.items() if field != b"last"]
    return sorted(found, key=lambda one: -one.number)


def numbered(client: Store, number: int) -> Version:
    """The version of this number. Raises NotFound, StoreError."""
    with translated():
        held = client.hget(name_of("book"), str(number))
    if not isinstance(held, bytes) or number < 1:
        raise NotFound(Text(f"нет версии {number}", f"no version {number}"))
    return _version(held)


def last_of(client: Store, version: str) -> Version | None:
    """The newest recorded version with this digest, if any is kept. Raises StoreError."""
    now = newest(client)
    if now is None or now.version == version:
        return now
    return next((one for one in versions(client) if one.version == version), None)


def text_of(client: Store, version: str) -> str:
    """The text of a version by its digest. Raises NotFound when it is kept no longer, StoreError."""
    with translated():
        deflated = client.hget(name_of("book_texts"), version)
        plain = None if deflated else client.get(name_of("rules", version))
    if isinstance(deflated, bytes):
        return zlib.decompress(deflated).decode()
    if isinstance(plain, bytes):
        return plain.decode()
    raise NotFound(Text(f"текст версии {version} больше не хранится", f"the text of {version} is kept no longer"))
