"""Run as a program: imports each module named on standard input by itself, and tells what else that did.

Each import happens in a fork of an interpreter that holds Python's own and others' libraries but nothing of ours,
as in a fresh interpreter, only sooner. What it did is told one JSON object a line.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = ("processor", "workers")
# Events of Python's audit hooks that touch what is not ours to touch while importing.
_TOUCHES = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "shutil.",
)
_HARMLESS = ("socket.__new__",)


class Environ(MutableMapping[str, str]):
    """The environment, noting which module of ours looks at it."""

    def __init__(self, real: MutableMapping[str, str], seen: list[str]) -> None:
        self._real = real
        self._seen = seen

    def _note(self) -> None:
        frame = sys._getframe(2)
        while frame.f_back and frame.f_globals.get("__name__") in ("os", "collections.abc", "_collections_abc"):
            frame = frame.f_back
        name = str(frame.f_globals.get("__name__"))
        if name.partition(".")[0] in OURS:
            self._seen.append(f"{name} reads the environment in line {frame.f_lineno}")

    def __getitem__(self, key: str) -> str:
        self._note()
        return self._real[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._note()
        self._real[key] = value

    def __delitem__(self, key: str) -> None:
        self._note()
        del self._real[key]

    def __iter__(self) -> Iterator[str]:
        self._note()
        return iter(self._real)

    def __len__(self) -> int:
        self._note()
        return len(self._real)


def _allowed(path: str) -> bool:
    inside = (*(str(ROOT / top) for top in OURS), sys.prefix, sys.base_prefix, *sys.path[1:])
    return os.path.abspath(path).startswith(tuple(place for place in inside if place))


def watch(seen: list[str]) -> None:
    """From now on note what this process touches."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and not _allowed(args[0]):
            seen.append(f"opens {args[0]}")
        elif event.startswith(_TOUCHES) and event not in _HARMLESS:
            seen.append(f"{event} {args!r}"[:200])

    sys.addaudithook(hook)
    os.environ = Environ(os.environ, seen)  # type: ignore[assignment]  # noqa: B003  reading is noted, nothing is cleared


def told(name: str) -> list[str]:
    """What importing the module did, besides importing."""
    seen: list[str] = []
    watch(seen)
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001  whatever it is, it is told
        return [*seen, f"raises {type(error).__name__}: {error}"]
    return seen


def main() -> None:
    """The first line names the libraries to hold beforehand, the others the modules."""
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    libraries, *names = sys.stdin.read().split("\n")
    for library in libraries.split():
        importlib.import_module(library)
    for name in filter(None, names):
        assert not any(module.partition(".")[0] in OURS for module in sys.modules)
        if os.fork() == 0:
            sys.stdout.write(json.dumps({"module": name, "seen": told(name)}) + "\n")
            sys.stdout.flush()
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()
