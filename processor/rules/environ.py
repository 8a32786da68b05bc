"""What `${NAME}` in the rules file may name, as it stands now: the environment, and each `.env` read anew when changed.

The console may add a secret while we run; every process that reads the rules must know it without a restart.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from processor.rules.seen import Seen, seen
from processor.settings import environment


class RulesEnviron(Mapping[str, str]):
    """The environment above `.env` of the working folder above `.env` beside the rules file. Thread-safe."""

    def __init__(self, environ: Mapping[str, str], rules_file: Path, folder: Path = Path()) -> None:
        self._environ = environ
        self._folder, self._beside = folder, Path(os.path.realpath(rules_file)).parent
        self.files = tuple(dict.fromkeys(one.absolute() / ".env" for one in (folder, self._beside)))
        """The files behind it."""
        self._read: tuple[tuple[Seen, ...], Mapping[str, str]] | None = None

    @property
    def kept_in(self) -> Path:
        """The `.env` for secrets of the rules: whoever shares the rules file shares this, too."""
        return self._beside / ".env"

    def outside(self, name: str) -> bool:
        """Whether the process's own environment says it, so that no file can."""
        return name in self._environ or f"{name}_FILE" in self._environ

    def __getitem__(self, name: str) -> str:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, str]:
        state = tuple(map(seen, self.files))
        read = self._read
        if read is None or read[0] != state:
            read = self._read = state, environment(self._environ, self._folder, self._beside)
        return read[1]
