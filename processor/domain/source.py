"""A sender as the rules file names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Api:
    """Where to ask a sender for what its deliveries leave out; both may hold secrets and may never be printed."""

    url: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of `sources:`.

    `secrets` and `tokens` hold every value accepted now (several while rotating); neither may ever be printed.
    `fields` maps our paths (customer.phone) to the sender's (contact.tel); `event_field` names the sender's field that
    holds the event's type and `event_types` maps theirs to ours. `region` is an ISO country for phones without one.
    `addresses` (networks, CIDR) narrow from where it may send. `accounts` are the ids or domains of the shop, portal or
    group that may send, as the sender writes them in its deliveries. `confirmation` is what a sender wants to hear at
    its handshake.
    """

    name: str
    preset: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    key_name: str | None = None
    proof: Literal["preset", "none"] = "preset"
    bot: int | None = None
    region: str = "RU"
    timezone: str = "Europe/Moscow"
    fields: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    event_field: str | None = None
    event_types: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    confirmation: str | None = None
    api: Api | None = None

    @property
    def mapping_name(self) -> str:
        """What a problem with the source's `fields` is filed under."""
        return f"sources.{self.name}.fields"

    @property
    def keys(self) -> tuple[str, ...]:
        """Every secret and token: whatever must never be shown."""
        return (*self.secrets, *self.tokens)
