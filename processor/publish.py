"""Publish the rules: check the draft, compare what it started from, replace the file, record the version."""

from __future__ import annotations

import pwd
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from processor.clock import Clock
from processor.domain.rule import Ruleset
from processor.errors import Conflict, FaultsFound, NotFound, NotWritable
from processor.rules.compile import compile_rules
from processor.rules.file import read_rules
from processor.rules.mask import diff
from processor.rules.save import alone, save_rules
from processor.rules.version import version_of
from processor.store.connection import Store
from processor.store.versions import BY_FILE, Sort, Version, begin, end, enter, newest, numbered, text_of
from processor.text import Text

WAIT_MS_MAX: Final = 5_000
_STEP_MS: Final = 50
NOTE_CHARACTERS_MAX: Final = 1_000
AUTHOR_CHARACTERS_MAX: Final = 100

_BUSY = Text("правила публикует кто-то ещё; повторите", "somebody else is publishing the rules; try again")


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one way in which the rules file is written. `environ`, `demo`: as for compiling the rules."""

    client: Store
    path: Path
    environ: Mapping[str, str]
    demo: bool
    clock: Clock

    def publish(self, draft: str, *, base: str, author: str, note: str) -> Version:
        """Put `draft` into the file if that still holds the version `base`; the version that it became.

        Raises FaultsFound (the draft is wrong), Conflict, NotWritable, NotFound, StoreError; the file is then as it was
        (after a StoreError it may hold the draft; the next look records it so).
        """
        return self._publish(draft, base=base, author=author, note=note, sort="published")

    def roll_back(self, number: int, *, author: str, note: str, base: str | None = None) -> Version:
        """Publish the text of version `number` again, over `base` or whatever the file holds now. Raises as `publish`.

        NotFound also when that text is kept no longer.
        """
        draft = text_of(self.client, numbered(self.client, number).version)
        base = version_of(read_rules(self.path)) if base is None else base
        return self._publish(draft, base=base, author=author, note=note, sort="rolled_back", of=number)

    def notice(self) -> Version | None:
        """Record the file if it was changed by hand; None when it is known. Raises FaultsFound, NotFound, StoreError.

        Called by whoever reads the file; however many do, it is recorded once.
        """
        text = read_rules(self.path)
        now = newest(self.client)
        if now is not None and now.version == version_of(text):
            return None
        return self.noticed(self._compiled(text))

    def noticed(self, rules: Ruleset) -> Version | None:
        """The same for rules that were read and found right already. Raises StoreError."""
        changed_ms, owner = _signs(self.path)
        size_bytes = len(rules.text.encode())
        entry = Version(rules.version, BY_FILE, changed_ms or self.clock.now_ms(), "changed", size_bytes, owner=owner)
        return enter(self.client, entry, rules.text)

    def _publish(self, draft: str, *, base: str, author: str, note: str, sort: Sort, of: int = 0) -> Version:
        rules = self._compiled(draft)
        entry = Version(
            version=rules.version,
            author=author.strip()[:AUTHOR_CHARACTERS_MAX],
            at_ms=self.clock.now_ms(),
            sort=sort,
            size_bytes=len(draft.encode()),
            note=note.strip()[:NOTE_CHARACTERS_MAX],
            of=of,
            id=secrets.token_hex(8),
        )
        with alone(self.path), self._turn(entry):
            self._compare(draft, base)
            known = self._known()
            if known is not None and known.version == entry.version:
                return known  # the file says so already
            save_rules(self.path, draft)
            return enter(self.client, entry, draft) or entry

    @contextmanager
    def _turn(self, entry: Version) -> Iterator[None]:
        """Wait until nobody else publishes, on this machine or another."""
        token = secrets.token_hex(8)
        give_up_ms = self.clock.monotonic_ms() + WAIT_MS_MAX
        while not begin(self.client, token, entry):
            if self.clock.monotonic_ms() >= give_up_ms:
                raise Conflict(_BUSY)
            self.clock.sleep_ms(_STEP_MS)
        try:
            yield
        except (Conflict, FaultsFound, NotFound, NotWritable):
            end(self.client, token)
            raise
        # After any other error the file may have been written: the next look records it as what was begun here.
        end(self.client, token)

    def _compare(self, draft: str, base: str) -> None:
        found = read_rules(self.path)
        version = version_of(found)
        if version in (base, version_of(draft)):
            return
        shown = diff(found, draft, f"{self.path.name} ({version})", "draft")
        lines = "\n".join(shown)
        text = Text(
            f"файл правил изменился: черновик начат с версии {base}, а в файле {version}; ничего не записано. "
            f"Чем черновик отличается от файла:\n{lines}",
            f"the rules file has changed: the draft started from version {base}, the file holds {version}; "
            f"nothing was written. How the draft differs from the file:\n{lines}",
        )
        raise Conflict(text, shown, version)

    def _known(self) -> Version | None:
        """The version of what the file holds, recorded now if it was not: its successor must find it before itself."""
        text = read_rules(self.path)
        now = newest(self.client)
        if now is not None and now.version == version_of(text):
            return now
        rules = self._found(text)
        return self.noticed(rules) if rules is not None else None

    def _found(self, text: str) -> Ruleset | None:
        """What stands in the file, when it is right: a wrong file may be replaced, but is no version."""
        try:
            return self._compiled(text)
        except FaultsFound:
            return None

    def _compiled(self, text: str) -> Ruleset:
        return compile_rules(text, self.path.name, self.environ, demo=self.demo)


def _signs(path: Path) -> tuple[int, str]:
    """When the file was changed (Unix ms; 0: unknown) and the name of its owner, if it has one."""
    try:
        found = path.stat()
    except OSError:
        return 0, ""
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = ""
    return found.st_mtime_ns // 1_000_000, owner
