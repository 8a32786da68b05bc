"""Sessions of the console: a random token in the browser, its digest here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import redis

from processor.store.connection import translated
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run

SESSION_DAYS_MAX: Final = 30
HOUR_MS: Final = 3_600_000
AGENT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one user. `digest` names it, `csrf` proves that a form came from our own page."""

    digest: str
    user: str
    csrf: str
    began_ms: int
    seen_ms: int
    client: str
    agent: str


def open_session(client: redis.Redis, user: str, *, address: str, agent: str, idle_hours: int) -> str:
    """The token of a new session. Raises StoreError."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    idle_ms, total_ms = idle_hours * HOUR_MS, SESSION_DAYS_MAX * DAY_MS
    with translated():
        run(client, "session", "open", _digest(token), idle_ms, user, csrf, address, agent[:AGENT_MAX], total_ms)
    return token


def session_of(client: redis.Redis, token: str, *, idle_hours: int) -> Session | None:
    """The session of a token, unless it ended; being seen, it lives on. Raises StoreError."""
    digest = _digest(token)
    with translated():
        flat = run(client, "session", "seen", digest, idle_hours * HOUR_MS)
    return _session(digest, dict(zip(flat[::2], flat[1::2], strict=True)))


def sessions(client: redis.Redis, user: str) -> list[Session]:
    """The sessions of a user that still live, the newest first. Raises StoreError."""
    with translated():
        digests = [one.decode() for one in client.zrange(name_of("sessions", user), 0, -1, desc=True)]  # type: ignore[union-attr]
        with client.pipeline(transaction=False) as look:
            for digest in digests:
                look.hgetall(name_of("session", digest))
            found = look.execute()
    alive = (_session(digest, fields) for digest, fields in zip(digests, found, strict=True))
    return [session for session in alive if session]


def end_sessions(client: redis.Redis, user: str, digests: Iterable[str]) -> None:
    """End these sessions of a user. Raises StoreError."""
    with translated(), client.pipeline() as write:
        for digest in digests:
            write.delete(name_of("session", digest))
            write.zrem(name_of("sessions", user), digest)
        write.execute()


def _session(digest: str, fields: Any) -> Session | None:
    told = {name.decode(): value.decode() for name, value in fields.items()}
    if not told.keys() >= {"user", "csrf", "began", "seen"}:
        return None
    return Session(
        digest=digest,
        user=told["user"],
        csrf=told["csrf"],
        began_ms=int(told["began"]),
        seen_ms=int(told["seen"]),
        client=told.get("client", ""),
        agent=told.get("agent", ""),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
