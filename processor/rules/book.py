"""The rules in force: the last good reading of a file that people edit while we run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from processor.clock import Clock
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, NotFound
from processor.fault import Fault, Place
from processor.rules.compile import compile_rules
from processor.rules.file import read_rules
from processor.rules.seen import Seen, seen

LOOK_EVERY_MS: Final = 500

Signature = tuple[Seen, ...]
"""The state of the rules file, then of the files that its secrets stand in."""


@dataclass(frozen=True, slots=True)
class Published:
    """The rules in force, since when (Unix ms) this process has them, and what is wrong with a newer text."""

    ruleset: Ruleset
    since_ms: int
    faults: tuple[Fault, ...]


_UNREAD: Final[Signature] = ()


def _no_change(_: Ruleset) -> None:
    """Nobody asked to be told."""


def _no_faults(_: tuple[Fault, ...]) -> None:
    """Nobody asked to be told."""


class RulesBook:
    """Reads the file anew when it changed. Thread-safe: one thread looks, the others go on with what is in force.

    `watched` are files behind `environ`: when one of them changes, the rules are compiled anew, too.
    """

    def __init__(
        self,
        path: Path,
        environ: Mapping[str, str],
        *,
        demo: bool,
        clock: Clock,
        on_change: Callable[[Ruleset], None] = _no_change,
        on_faults: Callable[[tuple[Fault, ...]], None] = _no_faults,
        watched: tuple[Path, ...] = (),
    ) -> None:
        self.path = path
        self._environ = environ
        self._files = (path, *watched)
        self._demo = demo
        self._clock = clock
        self._on_change = on_change
        self._on_faults = on_faults
        self._lock = threading.Lock()
        self._ruleset: Ruleset | None = None
        self._faults: tuple[Fault, ...] = ()
        self._read: Signature = _UNREAD
        self._seen: Signature = _UNREAD
        self._look_at_ms = 0.0
        self._since_ms = 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the newest text; nothing when it is in force."""
        return self._faults

    def published(self) -> Published:
        """What `current` gives, with its circumstances. Raises as `load` does."""
        ruleset = self.current()
        return Published(ruleset, self._since_ms, self._faults)

    def load(self) -> Ruleset:
        """Read the file now. Raises FaultsFound or NotFound, and what was in force stays so."""
        with self._lock:
            self._seen = self._read = self._signature()
            self._look_at_ms = self._clock.monotonic_ms() + LOOK_EVERY_MS
            try:
                return self._accept(self._compiled())
            except FaultsFound as error:
                self._faults = error.faults
                raise

    def current(self) -> Ruleset:
        """The rules in force; loads them first when there are none yet, raising as `load` does.

        A changed file takes over once it stood unchanged between two looks: half of a file may be good YAML.
        """
        if self._ruleset is None:
            return self.load()
        if self._clock.monotonic_ms() >= self._look_at_ms and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._ruleset

    def _look(self) -> None:
        self._look_at_ms = self._clock.monotonic_ms() + LOOK_EVERY_MS
        signature = self._signature()
        settled = signature == self._seen
        self._seen = signature
        if not settled or signature == self._read:
            return
        self._read = signature
        try:
            ruleset = self._compiled()
            if self._signature() != signature:
                self._read = _UNREAD  # it changed under our eyes: the next look decides
                return
            self._accept(ruleset)
        except FaultsFound as error:
            self._refuse(error.faults)
        except NotFound as error:
            self._refuse((Fault("file.missing", error.text, Place(self.path.name, 1, 1)),))

    def _compiled(self) -> Ruleset:
        return compile_rules(read_rules(self.path), self.path.name, self._environ, demo=self._demo)

    def _signature(self) -> Signature:
        return tuple(map(seen, self._files))

    def _accept(self, ruleset: Ruleset) -> Ruleset:
        self._faults = ()
        old, self._ruleset = self._ruleset, ruleset
        if old is None or old.version != ruleset.version:
            self._since_ms = self._clock.now_ms()
            self._on_change(ruleset)
        return ruleset

    def _refuse(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._on_faults(faults)
