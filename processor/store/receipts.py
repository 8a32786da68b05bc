"""Receipts of people who were forgotten: what went, how much, when and by whom; nothing that tells who they were."""

from __future__ import annotations

import re
import secrets
from typing import Final

import msgspec
import redis

from processor.errors import NotFound
from processor.store.connection import translated
from processor.store.keys import name_of
from processor.text import Text

# It begins with a letter, so that nobody takes it for a phone.
NUMBER: Final = re.compile("f[0-9a-f]{16}")


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each went; `waiting` are deliveries that were not applied yet and stay. `at_ms` is Unix time."""

    number: str
    at_ms: int
    by: str
    contacts: int = 0
    wishes: int = 0
    refused: int = 0
    events: int = 0
    events_in_part: int = 0
    deliveries: int = 0
    steps: int = 0
    documents: int = 0
    terms: int = 0
    waiting: int = 0
    rules_lines: tuple[int, ...] = ()

    @property
    def said(self) -> Text:
        """In a line, for the log of deeds."""
        what = f"{self.contacts}, {self.events + self.events_in_part}"
        return Text(
            f"человек забыт, квитанция {self.number}; контактов, событий: {what}",
            f"a person is forgotten, receipt {self.number}; contacts, events: {what}",
        )


def new_number() -> str:
    """A random number for a receipt."""
    return f"f{secrets.token_hex(8)}"


def keep(client: redis.Redis, receipt: Receipt) -> None:
    """Store it for good. Raises StoreError."""
    with translated():
        client.hset(name_of("receipts"), receipt.number, msgspec.json.encode(receipt).decode())


def receipt_of(client: redis.Redis, number: str) -> Receipt:
    """The receipt of this number. Raises NotFound, StoreError."""
    held = None
    if NUMBER.fullmatch(number):
        with translated():
            held = client.hget(name_of("receipts"), number)
    if held is None:
        raise NotFound(Text("такой квитанции нет", "there is no such receipt"))
    return msgspec.json.decode(held, type=Receipt)


def newest(client: redis.Redis, *, limit: int) -> list[Receipt]:
    """The newest first. Raises StoreError."""
    with translated():
        held: list[bytes] = client.hvals(name_of("receipts"))  # type: ignore[assignment]
    found = [msgspec.json.decode(one, type=Receipt) for one in held]
    return sorted(found, key=lambda one: one.at_ms, reverse=True)[:limit]
