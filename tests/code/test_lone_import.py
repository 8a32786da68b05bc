"""Importing a module does nothing but define: not the environment, not the network, not the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

from tests.code.imports import imports, standard
from tests.code.tree import OURS, ROOT, modules, no_stale, none

ACTS: Mapping[str, str] = {
    "processor.asgi": "`uvicorn processor.asgi:app` needs the application at once",
    "workers.main": "`dramatiq workers.main` needs the broker at once",
}


def _told(names: list[str]) -> dict[str, list[str]]:
    """What importing each module by itself did; in an empty folder, without our settings."""
    others = sorted({one.target for one in imports(*OURS) if one.library not in OURS and not standard(one.library)})
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/code/lone_import.py")],
        input="\n".join([" ".join(others), *names]),
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "HOME": "/nonexistent"},
        cwd="/",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["module"]: answer["seen"] for answer in answers}


def test_every_module_can_be_imported_by_itself_and_only_defines() -> None:
    names = [module.name for module in modules(*OURS)]
    seen = _told(names)
    assert set(seen) == set(names), "every module was tried"
    none(
        (f"{name}: {act}" for name, acts in seen.items() if name not in ACTS for act in acts),
        "Do it in a function that somebody calls, not while the module is imported.",
    )
    no_stale(ACTS, (name for name, acts in seen.items() if acts))
