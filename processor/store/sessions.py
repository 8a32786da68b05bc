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

SESSION_DAYS_MAX: Final = 30
HOUR_MS: Final = 3_600_000
# The last sight of a session is written this seldom.
SEEN_EVERY_MS: Final = 60_000


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


def open_session(client: redis.Redis, user: str, *, address: str, agent: str, idle_hours: int, now_ms: int) -> str:
    """The token of a new session. Raises StoreError."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    digest = _digest(token)
    fields = {"user": user, "csrf": csrf, "began": now_ms, "seen": now_ms, "client": address, "agent": agent[:200]}
    with translated(), client.pipeline() as write:
        write.hset(name_of("session", digest), mapping=fields)  # type: ignore[arg-type]
        write.pexpire(name_of("session", digest), idle_hours * HOUR_MS)
        write.zadd(name_of("sessions", user), {digest: now_ms})
        write.zremrangebyscore(name_of("sessions", user), "-inf", now_ms - SESSION_DAYS_MAX * DAY_MS)
        write.pexpire(name_of("sessions", user), SESSION_DAYS_MAX * DAY_MS)
        write.execute()
    return token


def session_of(client: redis.Redis, token: str, *, idle_hours: int, now_ms: int) -> Session | None:
    """The session of a token, unless it ended; being seen, it lives on. Raises StoreError."""
    digest = _digest(token)
    name = name_of("session", digest)
    with translated():
        session = _session(digest, client.hgetall(name))
        if session is None or now_ms - session.began_ms > SESSION_DAYS_MAX * DAY_MS:
            return None
        lives_ms = idle_hours * HOUR_MS
        if now_ms - session.seen_ms > SEEN_EVERY_MS and client.pexpire(name, lives_ms):
            client.hset(name, "seen", now_ms)
            client.pexpire(name, lives_ms)  # it may have been ended in between: what is left of it must end, too
    return session


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
