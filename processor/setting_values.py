"""How the text of a setting is read: each kind of value, and what is expected in place of a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from processor.text import Language


def stripped(value: str) -> str:
    """The value without the white space around it."""
    return value.strip()


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds; the parser raises ValueError naming them."""

    def parse(value: str) -> int:
        number = int(value.strip().replace("_", ""))
        if not low <= number <= high:
            raise ValueError(f"{low}..{high}")
        return number

    return parse


def choice(*names: str) -> Callable[[str], str]:
    """One of `names`, in any case; the parser raises ValueError naming them."""

    def parse(value: str) -> str:
        chosen = value.strip().lower()
        if chosen not in names:
            raise ValueError(" | ".join(names))
        return chosen

    return parse


def language_of(value: str) -> Language:
    """`ru`, `en`, or a list such as `en_US:en` that desktops put under the same name; their other languages: English.

    Raises ValueError for any other word.
    """
    wanted = value.strip().lower()
    first = wanted.replace("_", ":").partition(":")[0]
    if first in ("ru", "en"):
        return "ru" if first == "ru" else "en"
    if first == wanted:
        raise ValueError("ru | en")
    return "en"


def url(value: str) -> str:
    """An address of HTTP without a slash at its end. Raises ValueError."""
    address = value.strip().rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise ValueError("http://… or https://…")
    return address


def store_url(value: str) -> str:
    """An address of Valkey or Redis. Raises ValueError."""
    address = value.strip()
    if not address.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("redis://… | rediss://… | unix://…")
    return address


def place(value: str) -> Path:
    """A path; `~` is one's home."""
    return Path(value.strip()).expanduser()
