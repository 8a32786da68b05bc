"""The draft under a visitor's hands: their own, or else the rules in force, read once for each text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from processor.domain.rule import Ruleset
from processor.errors import EditRefused, FaultsFound, NotFound
from processor.fault import Fault
from processor.rules.compile import compile_rules
from processor.rules.edit.bare import Bare
from processor.rules.edit.draft import Draft as EditedText
from processor.rules.edit.pieces import pieces_of
from processor.rules.file import read_rules
from processor.rules.version import version_of
from processor.store.drafts import draft_of, save_draft
from processor.story import AnySecret
from processor.web.console.desk import Desk
from processor.web.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Work:
    """What is worked on. `base` is the version it began from, `revision` 0 where nothing was changed yet."""

    text: str
    base: str
    revision: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A text as rules (None when it is wrong), and its faults."""

    rules: Ruleset | None
    faults: tuple[Fault, ...] = ()


def work_of(desk: Desk, visit: Visit, author: str = "") -> Work:
    """The draft of the visitor, or of `author`; where there is none, the rules in force. Raises StoreError."""
    name = author or (visit.user.name if visit.user else "")
    draft = draft_of(desk.client, name) if name else None
    if draft is not None:
        return Work(draft.text, draft.base, draft.revision)
    try:
        text = read_rules(desk.settings.rules_file)
    except (NotFound, FaultsFound):  # the last good ones are what a draft can begin from
        text = desk.book.current().text
    return Work(text, version_of(text), 0)


def keep(desk: Desk, visit: Visit, work: Work, text: str) -> None:
    """Make `text` the visitor's draft in the place of `work`. Raises Refused (another tab was faster), StoreError."""
    if visit.user is not None:
        save_draft(desk.client, visit.user.name, text, work.base, over=work.revision)


def file_of(desk: Desk) -> str:
    """What the rules file is called."""
    return desk.settings.rules_file.name


# A large text takes seconds; pages about the same draft follow each other.
@lru_cache(maxsize=4)
def compiled(text: str, file: str) -> Compiled:
    """The text as rules or its faults; no secret of it is needed."""
    try:
        return Compiled(compile_rules(text, file, AnySecret(text), demo=True))
    except FaultsFound as error:
        return Compiled(None, error.faults)


def rules_in(text: str, file: str) -> Sequence[Bare]:
    """Every rule as it stands in the text. Raises FaultsFound for what is no YAML, EditRefused when it is empty."""
    bare = EditedText(text, file).bare
    rules = bare.get("rules") if isinstance(bare, dict) else None
    return rules if isinstance(rules, list) else []


def lines_of_rule(text: str, position: int) -> tuple[int, int]:
    """The first and the last line, from 1, of the rule at `position`; (0, 0) where that cannot be told."""
    try:
        root = pieces_of(text)
    except EditRefused:
        return 0, 0
    at = root.entry("rules") if root is not None and root.kind == "table" else None
    items = root.entries[at][1].items if root is not None and at is not None else []
    if not 0 <= position < len(items):
        return 0, 0
    return text.count("\n", 0, items[position].start) + 1, text.count("\n", 0, items[position].end) + 1
