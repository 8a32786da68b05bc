"""Run `watbot-hooks` as its users do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUN_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def environ_of(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of ours, with `more`; the language is English."""
    foreign = ("WATBOT_", "REDIS_", "DATA_DIR", "RULES_", "PORT", "HOST", "LANGUAGE")
    return {k: v for k, v in os.environ.items() if not k.startswith(foreign)} | {"LANGUAGE": "en"} | dict(more)


def command(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "processor.cli", *arguments]


def run(folder: Path, *arguments: str, **environ: str) -> Ran:
    """Run a command in `folder` to its end."""
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environ_of(environ),
        capture_output=True,
        text=True,
        timeout=RUN_WITHIN_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
