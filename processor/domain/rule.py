"""The rules a file holds, compiled: ready to be asked about any event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from processor.domain.condition import Condition
from processor.domain.contact import MESSENGERS, Messenger
from processor.domain.earlier import Unless
from processor.domain.home import Home, Zones
from processor.domain.index import Index
from processor.domain.source import Source
from processor.domain.template import Template

UtmPolicy = Literal["first", "last", "off"]
TagsAs = Literal["auto", "add", "replace", "attach"]
UtmAs = Literal["auto", "field", "variables", "off"]

ContactField = Literal[
    "name", "phone", "email", "address", "messenger", "telegram_id", "telegram_username", "viber_id", "vk_id"
]
CONTACT_FIELDS: tuple[ContactField, ...] = (
    "name",
    "phone",
    "email",
    "address",
    "messenger",
    "telegram_id",
    "telegram_username",
    "viber_id",
    "vk_id",
)

NO_TEMPLATES: Mapping[ContactField, Template] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Effects:
    """What a rule wishes: `then`. `contact` holds the templates that override what the event says of the customer.

    `each_status`: every status is sent, in order, not only the newest. `variables` by their names.
    """

    tags: tuple[Template, ...] = ()
    remove_tags: tuple[Template, ...] = ()
    status: Template | None = None
    utm: UtmPolicy | None = None
    each_status: bool = False
    variables: Mapping[str, Template] = field(default_factory=lambda: MappingProxyType({}))
    remove_variables: tuple[str, ...] = ()
    contact: Mapping[ContactField, Template] = field(default_factory=lambda: NO_TEMPLATES)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, `position` counted from 0 and `line` from 1.

    `events` and `sources` hold, folded, what the rule can match at all; None stands for anything. `urgent` None: by the
    kind of each element; `settle_ms` None: as the file says for all rules. A rule with `after_ms` acts so long after
    the event, `unless` something came meanwhile. `asks_earlier`: its conditions ask for the contact's earlier events.
    """

    position: int
    name: str
    line: int
    when: Condition
    then: Effects
    enabled: bool = True
    stop: bool = False
    note: str = ""
    bot: int | None = None
    urgent: bool | None = None
    settle_ms: int | None = None
    events: frozenset[str] | None = None
    sources: frozenset[str] | None = None
    after_ms: int | None = None
    unless: Unless | None = None
    asks_earlier: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """A rules file, compiled. `version` is the beginning of the text's SHA-256; `text` may hold secrets.

    `asks_earlier` holds the (folded) types of event for which some rule asks for earlier ones; None: any type.
    """

    version: str
    file: str
    text: str = field(repr=False)
    bot: int
    sources: Mapping[str, Source]
    rules: tuple[Rule, ...] = field(repr=False)
    index: Index[Rule] = field(repr=False)
    unnamed: str = "Клиент"
    messengers: tuple[Messenger, ...] = MESSENGERS
    confirmed_ttl_ms: int = 24 * 60 * 60 * 1000
    tags_as: TagsAs = "auto"
    utm_as: UtmAs = "auto"
    settle_ms: int = 0
    asks_earlier: frozenset[str] | None = frozenset()
    zones: Zones = field(default_factory=Zones)

    def home_of(self, source: str) -> Home:
        """What the times and phones of a source are read by."""
        found = self.sources.get(source)
        return Home(self.zones.of(source), found.region) if found else Home(self.zones.others)

    @property
    def bots(self) -> tuple[int, ...]:
        """Every bot that an event may concern, each once, in growing order."""
        named = [source.bot for source in self.sources.values()] + [rule.bot for rule in self.rules]
        return tuple(sorted({self.bot, *(bot for bot in named if bot is not None)}))


def earlier_asked(rules: Iterable[Rule]) -> frozenset[str] | None:
    """`Ruleset.asks_earlier` of these rules."""
    types: frozenset[str] = frozenset()
    for rule in rules:
        if rule.enabled and rule.asks_earlier:
            if rule.events is None:
                return None
            types |= rule.events
    return types
