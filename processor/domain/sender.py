"""THE table of senders: what each may prove itself by, and which settings of a source are its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from processor.text import Text

Proof = Literal["secret", "token", "addresses"]
Option = Literal["key_name", "confirmation", "account", "api", "event", "events", "fields"]


@dataclass(frozen=True, slots=True)
class Sender:
    """One preset as the rules file knows it.

    `proofs`: the settings that can prove it, any one suffices, the recommended first. `addresses`: the networks (CIDR)
    that it documents as its own; where there are some, they prove it when nothing else is set. `options`: settings that
    only some presets read. `title` is what people call it. `query` is what belongs behind the address, TOKEN
    standing for the token.
    """

    name: str
    title: Text
    proofs: tuple[Proof, ...]
    options: tuple[Option, ...] = ()
    addresses: tuple[str, ...] = ()
    query: str = ""


_ALL: Final[tuple[Sender, ...]] = (
    Sender("woocommerce", Text("WooCommerce", "WooCommerce"), ("secret",)),
    Sender("tilda", Text("Тильда", "Tilda"), ("secret", "token"), ("key_name",)),
    Sender("generic", Text("любой отправитель", "any sender"), ("token", "secret"), ("event", "events", "fields")),
)

SENDERS: Final[Mapping[str, Sender]] = MappingProxyType({sender.name: sender for sender in _ALL})


def senders_with(option: Option) -> tuple[str, ...]:
    """The presets that read this setting."""
    return tuple(sender.name for sender in _ALL if option in sender.options)
