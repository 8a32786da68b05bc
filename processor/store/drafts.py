"""Drafts of the rules: what somebody has typed and not published, right or wrong, kept on each change."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from processor.errors import Refused
from processor.store.connection import Store, translated
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run
from processor.text import Text

KEPT_DAYS: Final = 30
CHANGED: Final = "draft_changed"

_ELSEWHERE: Final = Text(
    "черновик тем временем изменён в другой вкладке; здесь ничего не потеряно и там ничего не затёрто",
    "the draft was changed in another tab meanwhile; nothing is lost here and nothing was overwritten there",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One user's draft. `base` is the version that it started from; each change has a greater `revision`."""

    text: str
    base: str
    author: str
    at_ms: int
    revision: int


def draft_of(client: Store, user: str) -> Draft | None:
    """The draft of a user, if there is one. Raises StoreError."""
    with translated():
        held: Any = client.hgetall(_key(user))
    told = {name.decode(): value for name, value in held.items()}
    if not told.keys() >= {"text", "base", "author", "at", "revision"}:
        return None
    return Draft(
        text=zlib.decompress(told["text"]).decode(),
        base=told["base"].decode(),
        author=told["author"].decode(),
        at_ms=int(told["at"]),
        revision=int(told["revision"]),
    )


def drafts_of(client: Store, users: Iterable[str]) -> list[tuple[str, int]]:
    """Who of `users` has a draft, and when (Unix ms) it was changed, the newest first. Raises StoreError."""
    names = list(users)
    with translated(), client.pipeline(transaction=False) as look:
        for name in names:
            look.hget(_key(name), "at")
        found = look.execute()
    return sorted(((name, int(at)) for name, at in zip(names, found, strict=True) if at), key=lambda one: -one[1])


def save_draft(client: Store, user: str, text: str, base: str, *, over: int | None = None) -> int:
    """Keep a draft for KEPT_DAYS; its revision. `over` names the one it replaces (0: none), None replaces any.

    Raises Refused (CHANGED) when another stands there, StoreError.
    """
    deflated = zlib.compress(text.encode("utf-8", "replace"))
    return _decide(client, "save", user, over, deflated, base, user, KEPT_DAYS * DAY_MS)


def drop_draft(client: Store, user: str, *, over: int | None = None) -> None:
    """Give a draft up. Raises Refused (CHANGED), StoreError."""
    _decide(client, "drop", user, over)


def _decide(client: Store, what: str, user: str, over: int | None, *more: str | bytes | int) -> int:
    with translated():
        told, revision = run(client, "draft", what, _own(user), "" if over is None else str(over), *more)
    if told == b"changed":
        raise Refused(CHANGED, _ELSEWHERE)
    return int(revision)


def _key(user: str) -> str:
    return name_of("draft", _own(user))


def _own(user: str) -> str:
    return user.strip().casefold()
