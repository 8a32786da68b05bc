"""What people did in the console: who, what, when, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import redis

from processor.store.connection import translated
from processor.store.keys import name_of
from processor.store.script import run
from processor.text import Text

KEPT_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done. `what` is the stable name (`/queue/retry`), `said` what the person was told, `id` its place."""

    who: str
    what: str
    said: Text
    client: str = ""
    id: str = ""

    @property
    def at_ms(self) -> int:
        """When, by the store's clock."""
        return int(self.id.partition("-")[0] or 0)


def note(client: redis.Redis, deed: Deed) -> None:
    """Add a deed; past KEPT_MAX the oldest go. Raises StoreError."""
    fields = ("who", deed.who, "what", deed.what, "ru", deed.said.ru, "en", deed.said.en, "client", deed.client)
    with translated():
        run(client, "audit", KEPT_MAX, *fields)


def deeds(client: redis.Redis, *, before: str = "", limit: int) -> list[Deed]:
    """The newest first, those before the one named. Raises StoreError; ValueError never: an odd name is the newest."""
    newest = f"({before}" if _is_id(before) else "+"
    with translated():
        found: Any = client.xrevrange(name_of("audit"), max=newest, count=limit)
    return [_deed(id_.decode(), {k.decode(): v.decode() for k, v in fields.items()}) for id_, fields in found]


def _deed(id_: str, told: dict[str, str]) -> Deed:
    said = Text(told.get("ru", ""), told.get("en", ""))
    return Deed(told.get("who", ""), told.get("what", ""), said, told.get("client", ""), id_)


def _is_id(text: str) -> bool:
    ms, _, number = text.partition("-")
    return ms.isascii() and ms.isdigit() and number.isascii() and number.isdigit() and len(text) < 40
