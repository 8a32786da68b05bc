"""Who may enter the console."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import msgspec
import redis

from processor.domain.role import Role
from processor.errors import NotFound, Refused
from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run
from processor.text import Text, nearest

FIRST_KEY_HOURS: Final = 24
HOUR_MS: Final = 3_600_000
NAME_CHARACTERS_MAX: Final = 60


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One person. `password` is a hash; `since_ms`: sessions begun before it have ended."""

    name: str
    role: Role
    password: str
    since_ms: int


_json = msgspec.json.Encoder().encode
_user = msgspec.json.Decoder(User).decode

_WHY: Final = {
    "taken": Text("пользователь с таким именем уже есть", "there is a user of that name already"),
    "last_owner": Text(
        "это последний владелец: сначала назначьте другого", "this is the last owner: appoint another one first"
    ),
    "not_first": Text(
        "ссылка уже использована или устарела; новую покажет watbot-hooks user link",
        "the link was used or has expired; watbot-hooks user link shows a new one",
    ),
}


def users(client: redis.Redis) -> list[User]:
    """Everybody, by name. Raises StoreError."""
    with translated():
        found = client.hgetall(name_of("users"))
    return sorted((_user(told) for told in found.values()), key=lambda user: user.name)


def user_named(client: redis.Redis, name: str) -> User | None:
    """The user of this name, whatever its case. Raises StoreError."""
    with translated():
        told = client.hget(name_of("users"), _field(name))
    return _user(told) if told else None


def add_user(client: redis.Redis, user: User) -> None:
    """Add somebody new. Raises Refused when the name is taken, StoreError."""
    _decide(client, "add", user.name, user)


def change_user(client: redis.Redis, user: User) -> None:
    """Put a user in the place of the one of the same name. Raises NotFound, Refused for the last owner, StoreError."""
    _decide(client, "put", user.name, user)


def remove_user(client: redis.Redis, name: str) -> None:
    """Remove a user. Raises NotFound, Refused for the last owner, StoreError."""
    _decide(client, "drop", name)


def begin(client: redis.Redis) -> str | None:
    """A key that makes its holder the first owner, once, within FIRST_KEY_HOURS; None when there are users already.

    An earlier key is void from then on. Raises StoreError.
    """
    key = secrets.token_urlsafe(32)
    with translated():
        told = run(client, "user", "begin", "", b"", _digest(key), FIRST_KEY_HOURS * HOUR_MS)
    return key if told == b"ok" else None


def is_first_key(client: redis.Redis, key: str) -> bool:
    """Whether `key` still makes the first owner. Raises StoreError."""
    with translated():
        kept = client.get(name_of("first_key"))
    return isinstance(kept, bytes) and secrets.compare_digest(kept.decode(), _digest(key))


def first_user(client: redis.Redis, user: User, key: str) -> None:
    """Add the first owner by the key that `begin` gave. Raises Refused, StoreError."""
    _decide(client, "first", user.name, user, _digest(key))


def _decide(client: redis.Redis, what: str, name: str, user: User | None = None, digest: str = "") -> None:
    with translated():
        answer = run(client, "user", what, _field(name), _json(user) if user else b"", digest)
    told = answer.decode()
    if told == "absent":
        raise _absent(client, name)
    if told != "ok":
        raise Refused(told, _WHY[told])


def _absent(client: redis.Redis, name: str) -> NotFound:
    close = nearest(name, [user.name for user in users(client)])
    ru, en = (f"; может быть, {close}?", f"; did you mean {close}?") if close else ("", "")
    return NotFound(Text(f"нет пользователя {name}{ru}", f"no user {name}{en}"))


def _field(name: str) -> str:
    return name.strip().casefold()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
