"""The names that a bot has given out (tags, variables), each with its number."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A tag or a variable of a bot."""

    id: int
    bot_id: int
    name: str


class NameRegister:
    """Numbers for names, bot by bot, in the order of creation."""

    def __init__(self, known: Iterable[Named] = ()) -> None:
        self._by_id = {named.id: named for named in known}
        self._by_name = {(named.bot_id, named.name): named.id for named in self._by_id.values()}
        self._last_id = max(self._by_id, default=0)

    def number(self, bot_id: int, name: str) -> int:
        """The number of the name, given out now if it is new."""
        held = self._by_name.get((bot_id, name))
        if held is not None:
            return held
        self._last_id += 1
        self._by_id[self._last_id] = Named(id=self._last_id, bot_id=bot_id, name=name)
        self._by_name[bot_id, name] = self._last_id
        return self._last_id

    def name(self, bot_id: int, number: int) -> str | None:
        """The name with this number, when it belongs to the bot."""
        named = self._by_id.get(number)
        return named.name if named and named.bot_id == bot_id else None

    def of_bot(self, bot_id: int) -> list[str]:
        """The bot's names."""
        return [named.name for named in self._by_id.values() if named.bot_id == bot_id]

    def all(self) -> tuple[Named, ...]:
        """Every name of every bot."""
        return tuple(self._by_id.values())
