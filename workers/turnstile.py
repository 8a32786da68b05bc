"""One at a time waits for the next slot of the budget; who is in the midst of a contact goes before new contacts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turnstile:
    """Without the precedence, what one call has learnt would be stale before the next call of the same contact."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._midway = 0

    @property
    def midway(self) -> int:
        """How many wait in the midst of a contact."""
        return self._midway

    @contextmanager
    def turn(self, *, midway: bool) -> Iterator[None]:
        """Hold the turn for the length of the block."""
        with self._changed:
            self._midway += midway
            try:
                self._changed.wait_for(lambda: not self._busy and (midway or not self._midway))
            finally:
                self._midway -= midway
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
