"""The example that a new installation begins with."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

_PACKAGED: Final = Path(__file__).with_name("example.yaml")
_IN_CHECKOUT: Final = Path(__file__).parents[2] / "rules.yaml"


def example_text() -> str:
    """The example, commented: from the installed package or, in a checkout, its own rules.yaml. Raises OSError."""
    return (_PACKAGED if _PACKAGED.exists() else _IN_CHECKOUT).read_text("utf-8")


def write_example(path: Path) -> bool:
    """Write the example when there is no file at `path`, whole or not at all; tells whether it did. Raises OSError."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(example_text())
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        return _put(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, path: Path) -> bool:
    """A link, unlike a rename, never takes the place of a file that somebody else made meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        draft.replace(path)
    return True
