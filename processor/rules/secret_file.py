"""Keep a secret in `.env` beside the rules file: a line is added, every other byte stays as it is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Container
from pathlib import Path
from typing import Final

from processor.errors import NotWritable
from processor.rules.environ import RulesEnviron
from processor.rules.save import alone, replace_file
from processor.text import Text

# Only its owner reads a new file; of an older one at least nobody else's users do.
MODE: Final = 0o600
MODE_MAX: Final = 0o660

_BARE = re.compile(r"[A-Za-z0-9_.+/=:@-]+", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")


def name_for(source: str, what: str, taken: Container[str]) -> str:
    """A variable's name for a setting of a source (`LANDING_SECRET`), with a number behind it when that is taken."""
    bare = _NOT_IN_A_NAME.sub("_", f"{source}_{what}".upper()).strip("_")
    wanted = f"_{bare}" if bare[:1].isdigit() else bare
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in range(1, 10_000))
    return next(name for name in names if name not in taken and f"{name}_FILE" not in taken)


def may_keep(path: Path) -> bool:
    """Whether this process may write the file, or make it."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK)) and not path.is_symlink()


def keep_secret(known: RulesEnviron, name: str, value: str) -> None:
    """Add `name` with `value` to the file; all who read it have it then. Raises NotWritable: it is as it was."""
    path = known.kept_in
    if not may_keep(path):
        raise _not_writable(path, "")
    try:
        with alone(path):
            before = path.read_bytes() if path.exists() else b""
            border = b"" if not before or before.endswith(b"\n") else b"\n"
            _put(path, before + border + f"{name}={_quoted(value)}\n".encode())
            if known.get(name) == value:
                return
            _put(path, before)  # such as a quote left open above, which swallows what follows
    except OSError as error:
        raise _not_writable(path, error.strerror or type(error).__name__) from error
    raise _not_writable(path, "")


def take_back(known: RulesEnviron, name: str, value: str) -> None:
    """Remove the line that `keep_secret` has just added; anything else stays. Raises NotWritable."""
    path, line = known.kept_in, f"{name}={_quoted(value)}\n".encode()
    try:
        with alone(path):
            before = path.read_bytes()
            if before == line:
                path.unlink()
            elif before.endswith(b"\n" + line):
                _put(path, before[: -len(line)])
    except OSError as error:
        raise _not_writable(path, error.strerror or type(error).__name__) from error


def _put(path: Path, raw: bytes) -> None:
    if not path.exists():
        replace_file(path, raw, MODE)
        return
    old = path.stat()
    replace_file(path, raw, stat.S_IMODE(old.st_mode) & MODE_MAX, (old.st_uid, old.st_gid))


def _quoted(value: str) -> str:
    """As `.env` has it: python-dotenv and Docker Compose read it alike."""
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _not_writable(path: Path, why: str) -> NotWritable:
    told = f": {why}" if why else ""
    return NotWritable(Text(f"файл {path} не записывается{told}", f"cannot write {path}{told}"))
