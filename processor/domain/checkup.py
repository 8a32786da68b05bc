"""What `doctor` looks at, and what it says of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from processor.domain.known import Account
from processor.text import Text

CLOCK_AHEAD_MS_MAX = 2_000
# Only so does an answered 2xx mean that the event is on disk, and stays there.
DURABLE: Mapping[str, str] = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
PROBE = "watbot-hooks doctor --probe"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `note` costs something but breaks nothing; `todo` is what helps."""

    name: str
    state: Literal["ok", "note", "wrong"]
    said: Text
    todo: Text | None = None


def of_durability(told: Mapping[str, str] | None) -> Finding:
    """Whether what the store took is on disk; `told` None: the server does not show its settings."""
    if told is None:
        return Finding(
            "durability",
            "note",
            Text("хранилище не показывает своих настроек", "the store does not show its settings"),
            Text(
                "убедитесь сами: " + ", ".join(f"{name} {value}" for name, value in DURABLE.items()),
                "make sure yourself: " + ", ".join(f"{name} {value}" for name, value in DURABLE.items()),
            ),
        )
    odd = {name: told.get(name, "?") for name, value in DURABLE.items() if told.get(name) != value}
    if not odd:
        return Finding("durability", "ok", Text("принятое — на диске", "what was taken in is on disk"))
    found, wanted = (", ".join(f"{n} {v[n]}" for n in odd) for v in (odd, DURABLE))
    return Finding(
        "durability",
        "wrong",
        Text(f"принятое может пропасть: {found}", f"what was taken in may be lost: {found}"),
        Text(f"задайте хранилищу {wanted}", f"set the store's {wanted}"),
    )


def of_clock(ahead_ms: int) -> Finding:
    """This machine's clock beside the store's: so much (ms) it is ahead."""
    said = Text(f"часы расходятся с хранилищем на {ahead_ms} мс", f"{ahead_ms} ms ahead of the store's clock")
    if abs(ahead_ms) <= CLOCK_AHEAD_MS_MAX:
        return Finding("clock", "ok", said)
    todo = Text("включите синхронизацию времени (NTP)", "turn on time synchronisation (NTP)")
    return Finding("clock", "wrong", said, todo)


def of_workers(alive: int) -> Finding:
    """Whether anybody brings contacts up to date."""
    said = Text(f"работает обработчиков: {alive}", f"workers alive: {alive}")
    if alive:
        return Finding("workers", "ok", said)
    todo = Text("запустите `watbot-hooks up` или `work`", "start `watbot-hooks up` or `work`")
    return Finding("workers", "wrong", said, todo)


def of_tags(said_in_rules: str, account: Account) -> Finding:
    """Whether one call carries all tags of a contact, or each takes its own; `said_in_rules` is tags_as."""
    seen = account.tags
    if said_in_rules == "add" and seen == "replace":
        return Finding(
            "tags",
            "wrong",
            Text(
                "в правилах tags_as: add, но видели, как список стёр теги",
                "the rules say tags_as: add, but a list was seen to take tags off",
            ),
            Text(f"уберите tags_as и проверьте: {PROBE} ТЕЛЕФОН", f"take tags_as out and look: {PROBE} PHONE"),
        )
    if said_in_rules == "add" or (said_in_rules == "auto" and seen == "add"):
        return Finding(
            "tags", "ok", Text("список добавляет теги: один вызов на все", "lists of tags add: one call carries all")
        )
    if said_in_rules == "auto" and seen == "unknown":
        return Finding(
            "tags",
            "note",
            Text(
                "неизвестно, добавляет ли Watbot теги списком или заменяет: каждый тег — отдельный вызов",
                "it is not known whether Watbot's lists of tags add or replace: each tag takes a call of its own",
            ),
            Text(
                f"узнать на своём пробном контакте: {PROBE} ТЕЛЕФОН",
                f"find out on a test contact of yours: {PROBE} PHONE",
            ),
        )
    alone = Text(
        "каждый тег — отдельный вызов, чтобы не стереть теги бота",
        "each tag takes a call of its own, lest one of the bot's be dropped",
    )
    if seen != "add":
        return Finding("tags", "ok", alone)
    todo = Text("видели, что список добавляет: уберите tags_as", "lists were seen to add: take tags_as out")
    return Finding("tags", "note", alone, todo)
