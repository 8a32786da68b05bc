"""What the pages of the console work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.clock import Clock
from processor.publish import Publisher
from processor.rules.book import RulesBook
from processor.rules.environ import RulesEnviron
from processor.settings import Settings
from processor.store.connection import Store
from processor.web.console.rehearsals import Rehearsals
from processor.web.guard import Guard


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every page; a page runs in a thread. `known` is what `${NAME}` in the rules file may name."""

    client: Store
    settings: Settings
    book: RulesBook
    guard: Guard
    clock: Clock
    publisher: Publisher
    known: RulesEnviron
    rehearsals: Rehearsals = field(default_factory=Rehearsals)
