"""Keeps the state file up to date without slowing the calls.

A call never waits for the disk. A background task looks every SAVE_EVERY_MS and saves everything that changed since,
all at once, in a thread; a last save is made when the server stops. So a kill -9 may lose the last moments, and under
a heavy load there are at most ten saves a second, fewer when a save takes long (saving takes about a tenth of the
time at most).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from processor.sandbox.contacts import ContactBook
from processor.sandbox.state_file import save

SAVE_EVERY_MS = 100
REST_PER_SAVE = 9


class Saver:
    """Saves a book of contacts to a file; `complain` is told of a save that failed, and of its end."""

    def __init__(self, book: ContactBook, path: Path, complain: Callable[[str], None]) -> None:
        self._book, self._path, self._complain = book, path, complain
        self._saved_changes = book.changes
        self._failing = False

    async def run(self) -> None:
        """Save again and again until cancelled."""
        while True:
            started_s = time.monotonic()
            await self.save_changes()
            took_s = time.monotonic() - started_s
            await asyncio.sleep(max(SAVE_EVERY_MS / 1_000, took_s * REST_PER_SAVE))

    async def save_changes(self) -> None:
        """Save once, if something changed; a disk that refuses is reported once and tried again."""
        changes = self._book.changes
        if changes == self._saved_changes:
            return
        try:
            await asyncio.to_thread(save, self._path, self._book.saved())
        except OSError as error:
            self._report(error)
        else:
            self._saved_changes = changes
            self._failing = False

    def _report(self, error: OSError) -> None:
        if not self._failing:
            self._complain(
                f"Не удаётся сохранить {self._path}: {error.strerror}. Контакты пока только в памяти.\n"
                f"Cannot save {self._path}: {error.strerror}. The contacts are in memory only for now.\n"
            )
        self._failing = True
