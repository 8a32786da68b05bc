"""Write the rules file whole or not at all: whoever reads it sees the old text or the new one."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from processor.errors import NotWritable
from processor.text import Text

_WRITE_BITS: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the folder against other publishers on this machine; a file system that cannot lock is taken as it is."""
    folder = os.open(_real(path).parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def save_rules(path: Path, text: str) -> None:
    """Replace the file's text: a temporary file beside it, on disk, then renamed over it; mode and owner stay.

    A symbolic link goes on leading to the file. Raises NotWritable, and then the file is as it was.
    """
    real = _real(path)
    try:
        before = real.stat()
        if not before.st_mode & _WRITE_BITS or not os.access(real, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace_file(real, text.encode("utf-8"), stat.S_IMODE(before.st_mode), (before.st_uid, before.st_gid))
    except OSError as error:
        raise _not_writable(path, error) from error


def replace_file(real: Path, raw: bytes, mode: int, owner: tuple[int, int] | None = None) -> None:
    """A temporary file beside `real`, on disk, then renamed over it; `owner`: user and group. Raises OSError."""
    prefix = f".{real.name}."
    for left in real.parent.glob(f"{prefix}*.new"):  # of a publisher that died
        left.unlink(missing_ok=True)
    number, name = tempfile.mkstemp(suffix=".new", prefix=prefix, dir=real.parent)
    try:
        with os.fdopen(number, "wb") as draft:
            draft.write(raw)
            draft.flush()
            if owner is not None:
                with contextlib.suppress(PermissionError):  # another's file in a folder of ours
                    os.fchown(draft.fileno(), *owner)
            os.fchmod(draft.fileno(), mode)
            os.fsync(draft.fileno())
        os.replace(name, real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(real.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _not_writable(path: Path, error: OSError) -> NotWritable:
    why = error.strerror or type(error).__name__
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return NotWritable(
            Text(
                f"файл правил {path} смонтирован отдельно и не может быть заменён; смонтируйте его папку",
                f"the rules file {path} is mounted by itself and cannot be replaced; mount its folder",
            )
        )
    return NotWritable(
        Text(
            f"файл правил {path} не записывается: {why}; он не изменён",
            f"cannot write the rules file {path}: {why}; it is as it was",
        )
    )
