"""The rules as one visitor works on them: their draft or else the file, compiled once for all who look."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, NotFound
from processor.fault import Fault
from processor.rules.compile import compile_rules
from processor.rules.file import read_rules
from processor.rules.hygiene import warnings_of
from processor.rules.veil import signs_in, unveil, veil
from processor.rules.version import version_of
from processor.store.drafts import Draft, draft_of, save_draft
from processor.store.versions import text_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.visit import Visit

CHECKED_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class Bench:
    """`text` is worked on and started from version `base`; `file` is what the file holds.

    `trouble`: why it cannot be read; then `file` is what runs.
    """

    text: str
    base: str
    file: str
    file_version: str
    draft: Draft | None = None
    trouble: Text | None = None

    @property
    def revision(self) -> int:
        """Of the draft; 0 without one."""
        return self.draft.revision if self.draft else 0

    @property
    def changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.draft is not None and self.text != self.file

    @property
    def moved(self) -> bool:
        """Whether the file is another one than the draft started from."""
        return self.changed and self.base != self.file_version


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text comes to: rules, or why there are none; warnings keep nothing from running."""

    ruleset: Ruleset | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


class Checks:
    """Compiled texts by version: a large file takes seconds. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Checked] = OrderedDict()

    def checked(self, desk: Desk, text: str) -> Checked:
        """What `text` comes to."""
        version = version_of(text)
        with self._lock:
            if version in self._kept:
                self._kept.move_to_end(version)
                return self._kept[version]
        found = _check(desk, text)
        with self._lock:
            self._kept[version] = found
            while len(self._kept) > CHECKED_KEPT:
                self._kept.popitem(last=False)
        return found


_checks = Checks()


def checked(desk: Desk, text: str) -> Checked:
    """What `text` comes to, from the few that are kept."""
    return _checks.checked(desk, text)


def _check(desk: Desk, text: str) -> Checked:
    running = desk.book.current()
    if text == running.text:
        return Checked(running, (), warnings_of(running))
    file = desk.publisher.path.name
    signs = tuple(signs_in(text, file))
    try:
        ruleset = compile_rules(text, file, desk.publisher.environ, demo=desk.publisher.demo)
    except FaultsFound as error:
        return Checked(None, (*signs, *error.faults))
    return Checked(None, signs) if signs else Checked(ruleset, (), warnings_of(ruleset))


def bench_of(desk: Desk, visit: Visit) -> Bench:
    """What the visitor works on. Raises StoreError."""
    trouble = None
    try:
        file = read_rules(desk.publisher.path)
    except (NotFound, FaultsFound) as error:
        file, trouble = desk.book.current().text, error.text
    version = version_of(file)
    draft = draft_of(desk.client, person(visit)) if visit.may("rules") else None
    if draft is None:
        return Bench(file, version, file, version, None, trouble)
    return Bench(draft.text, draft.base, file, version, draft, trouble)


def person(visit: Visit) -> str:
    """By whom drafts are kept and versions signed."""
    return visit.user.name if visit.user else ""


def started_text(desk: Desk, bench: Bench, base: str) -> str | None:
    """The text of the version that a draft started from, if it is still kept. Raises StoreError."""
    if base == bench.file_version:
        return bench.file
    try:
        return text_of(desk.client, base)
    except NotFound:
        return None


def shown(visit: Visit, text: str) -> str:
    """`text` for the visitor's eyes: only owners see secrets that are written out."""
    return text if sees_secrets(visit) else veil(text, _key(visit))


def sees_secrets(visit: Visit) -> bool:
    """Whether secrets are shown."""
    return visit.may("sources")


def typed(desk: Desk, visit: Visit, bench: Bench) -> str:
    """The text that the visitor sent, line breaks and secrets as they were. Raises StoreError."""
    text = visit.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    if bench.text.count("\r\n") * 2 > bench.text.count("\n"):
        text = text.replace("\n", "\r\n")
    if sees_secrets(visit):
        return text
    started = started_text(desk, bench, visit.form.get("base", bench.base)) or ""
    return unveil(text, _key(visit), [bench.text, started, bench.file])


def keep(desk: Desk, visit: Visit, bench: Bench, text: str) -> int:
    """Save what was typed over the revision that the page showed; the new one. Raises Refused, StoreError."""
    over = revision_of(visit)
    base = bench.draft.base if bench.draft else visit.form.get("base", "") or bench.file_version
    if bench.draft is None and over == 0 and text == started_text(desk, bench, base):
        return 0  # nothing was changed yet
    return save_draft(desk.client, person(visit), text, base, over=over)


def revision_of(visit: Visit) -> int:
    """The revision of the draft that the visitor's page showed; 0 when it showed the file."""
    told = visit.form.get("over", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0


def _key(visit: Visit) -> str:
    return visit.session.csrf if visit.session else ""
