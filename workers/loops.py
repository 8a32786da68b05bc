"""Many doorbells, few loops: whoever answers works until nobody is left in line."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Loops:
    """At most `most` loops of one kind in this process; a bell that finds them all running is not lost."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._active = 0
        self._again = False
        self._lock = threading.Lock()

    @property
    def full(self) -> bool:
        """Whether another bell would find every loop running."""
        return self._active >= self._most

    def run(self, step: Callable[[], bool]) -> None:
        """Call `step` until it says False; return at once when enough loops run, they will look once more."""
        with self._lock:
            if self.full:
                self._again = True
                return
            self._active += 1
        try:
            while True:
                while step():
                    pass
                with self._lock:
                    if not self._again:
                        # Under the same lock as the bell's look: none can slip in between.
                        self._active -= 1
                        return
                    self._again = False
        except BaseException:
            with self._lock:
                self._active -= 1
            raise
