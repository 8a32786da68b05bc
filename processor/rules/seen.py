"""What tells one state of a file from another."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

Seen: TypeAlias = "tuple[int, int, int]"
"""mtime (nanoseconds), size (bytes), inode."""

NO_FILE: Final[Seen] = (0, 0, 0)


def seen(path: Path) -> Seen:
    """The file as it is now; NO_FILE where there is none."""
    try:
        found = path.stat()
    except OSError:
        return NO_FILE
    return found.st_mtime_ns, found.st_size, found.st_ino
