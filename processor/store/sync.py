"""First syncs: jobs that stand in line among the contacts, and what they learn of contacts.

A job has a place, a lease and a fence like any contact: what holds for those (retries, deaths, lanes) holds for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import redis

from processor.domain.known import Known
from processor.domain.lane import BACKFILL
from processor.domain.sync import Sync
from processor.store.connection import translated
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run

# Larger chunks would keep every other script waiting: this many take about a millisecond.
CHUNK = 100

Ask = Literal["first", "resume", "again", "stop"]

_PREFIX = "sync:"
# Fields of the hash that are named otherwise than in Sync.
_NAMES = {"began_ms": "began", "ended_ms": "ended", "complete_ms": "complete"}

_encode = msgspec.json.Encoder().encode
_known = msgspec.json.Decoder(Known).decode


@dataclass(frozen=True, slots=True)
class SyncClaim:
    """The right to read a bot's next page until the lease ends; `more` are still in line.

    `at_ms`: when it was claimed, by the store's clock (Unix ms).
    """

    sync: Sync
    fence: int
    more: int
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """What to write down after a page: fields of Sync that changed, and whether to try again after `delay_ms`."""

    changes: Mapping[str, int | str | tuple[int, ...]]
    then: Literal["release", "retry"] = "release"
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact of the list: its key, what was known of it as it was read, and what is known now."""

    key: str
    before: bytes
    known: Known


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of asking for a sync: its state now (`never`: there is none), and whether asking changed it."""

    state: str
    changed: bool
    ring: bool


def is_sync(member: str) -> bool:
    """Whether this member of the line is a sync, and no contact."""
    return member.startswith(_PREFIX)


def claimed_sync(member: str, fence: int, more: int, flat: Sequence[bytes], at_ms: int) -> SyncClaim:
    """A sync from what the script `claim` answered."""
    bot = int(member.removeprefix(_PREFIX))
    fields = {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
    return SyncClaim(_sync(bot, fields), fence, more, at_ms)


def ask_sync(client: redis.Redis, bot: int, ask: Ask) -> Begun:
    """Begin a sync (`first`: where there was none; `again`: from the start), resume or stop it. Raises StoreError."""
    with translated():
        state, changed, bell = run(client, "sync", bot, ask, BACKFILL)
    return Begun(state.decode(), bool(changed), bool(bell))


def sync_of(client: redis.Redis, bot: int) -> Sync | None:
    """How far a bot's sync has come; None when there never was one. Raises StoreError."""
    with translated():
        held: dict[bytes, bytes] = client.hgetall(name_of("sync", str(bot)))  # type: ignore[assignment]
    fields = {name.decode(): value.decode() for name, value in held.items()}
    return _sync(bot, fields) if "state" in fields else None


def syncs_of(client: redis.Redis, bots: Iterable[int]) -> list[Sync]:
    """The syncs that there are of these bots. Raises StoreError."""
    return [sync for bot in bots if (sync := sync_of(client, bot))]


def record_sync(client: redis.Redis, held: SyncClaim, entry: SyncRecord) -> tuple[bool, bool]:
    """Write `entry` under the fence: (was it written, must a doorbell ring). Raises StoreError."""
    changes = {
        _NAMES.get(name, name): _encode(value) if isinstance(value, tuple) else value
        for name, value in entry.changes.items()
    }
    flat = [part for pair in changes.items() for part in pair]
    with translated():
        done = int(run(client, "synced", held.sync.bot, held.fence, entry.then, entry.delay_ms, *flat))
    return done > 0, done == 2


def read_known(client: redis.Redis, keys: Sequence[str]) -> list[tuple[bytes, Known | None]]:
    """What is known of each contact, with its text as it stands (b"" for nothing). Raises StoreError."""
    with translated(), client.pipeline(transaction=False) as look:
        for key in keys:
            look.hget(name_of("contact", key), "known")
        texts: list[bytes | None] = look.execute()
    return [(text or b"", _known(text) if text else None) for text in texts]


def confirm(client: redis.Redis, shown: Sequence[Shown], *, contact_days: int) -> tuple[int, bool]:
    """Write what is known now where nothing fresher came meanwhile: (how many, must a doorbell ring).

    At most CHUNK at once, so that no other script waits long. Raises StoreError.
    """
    flat = [part for one in shown for part in (one.key, one.before, _encode(one.known))]
    with translated():
        written, bell = run(client, "confirm", contact_days * DAY_MS, *flat)
    return int(written), bool(bell)


def _sync(bot: int, fields: Mapping[str, str]) -> Sync:
    named = {
        name: fields[_NAMES.get(name, name)] for name in Sync.__struct_fields__ if _NAMES.get(name, name) in fields
    }
    ids = msgspec.json.decode(named.pop("ids", "[]"))
    # A claim may come upon a job whose hash is gone: it has nothing to do then.
    return msgspec.convert({"state": "stopped"} | named | {"bot": bot, "ids": ids}, Sync, strict=False)
