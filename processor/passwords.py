"""Passwords as they are kept: hashed with argon2id, so that a copy of the store opens nothing."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.text import Text

PASSWORD_CHARACTERS_MIN: Final = 10
PASSWORD_BYTES_MAX: Final = 1_024

# OWASP's second choice: 19 MiB a check, so that a small server bears several at once.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# Checked where there is no such user, that the time taken tells nothing.
_NOBODY: Final = _HASHER.hash("no user has this password")


def hash_password(password: str) -> str:
    """The hash to keep. Raises FaultsFound when the password is too short or too long."""
    if len(password) < PASSWORD_CHARACTERS_MIN or len(password.encode()) > PASSWORD_BYTES_MAX:
        text = Text("пароль не подходит", "the password does not fit")
        expected = Text(
            f"от {PASSWORD_CHARACTERS_MIN} символов, до {PASSWORD_BYTES_MAX} байт",
            f"at least {PASSWORD_CHARACTERS_MIN} characters, at most {PASSWORD_BYTES_MAX} bytes",
        )
        raise FaultsFound([Fault("password.length", text, expected=expected)])
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether `password` is the one whose hash is `kept`; None (no such user) takes as long and is False."""
    if len(password.encode()) > PASSWORD_BYTES_MAX:
        return False
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
