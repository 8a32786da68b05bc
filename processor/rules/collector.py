"""Python's collector of cycles, sent to rest while a file is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """No looking for cycles meanwhile, in the whole process.

    A file grows millions of objects and no cycles among them; looking through all of them again and again took a third
    of the time that 10,000 rules need. Of two threads that rest it at once the first to end wakes it: no harm.
    """
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()
