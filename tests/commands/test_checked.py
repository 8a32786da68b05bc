"""What `check` makes of warnings, and of a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from processor.commands.check import exit_code
from processor.fault import Fault, Place
from processor.rules.told import counted, plain_text, told
from processor.text import Text

WARNING = Fault("tags.alike", Text("теги похожи", "tags are alike"), Place("rules.yaml", 1, 1, 3), severity="warning")
ERROR = Fault("name.unknown", Text("неизвестное имя", "unknown name"), Place("rules.yaml", 1, 1, 3))


@pytest.mark.parametrize(
    ("faults", "strict", "code"),
    [([], False, 0), ([WARNING], False, 0), ([WARNING], True, 1), ([ERROR], False, 1), ([WARNING, ERROR], False, 1)],
)
def test_a_warning_alone_fails_only_when_asked_to(faults: list[Fault], strict: bool, code: int) -> None:
    assert exit_code(faults, strict=strict) == code


def test_warnings_are_called_so_and_counted_apart() -> None:
    assert plain_text(told([WARNING], "bot: 1", "ru")).startswith("rules.yaml:1:1: предупреждение: теги похожи\n")
    assert counted([ERROR, WARNING, ERROR, ERROR], "ru") == "3 ошибки, 1 предупреждение"
    assert counted([ERROR, WARNING, WARNING], "en") == "1 error, 2 warnings"
    assert counted([], "ru") == ""


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(tmp_path: Path, no_color: str, coloured: bool) -> None:
    (tmp_path / "rules.yaml").write_text("bot: one\n", "utf-8")
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color, "LANGUAGE": "en"}
    command = [sys.executable, "-m", "processor.cli", "check"]
    subprocess.run(command, cwd=tmp_path, stdout=theirs, env=environ, check=False, timeout=60)
    os.close(theirs)
    out = b""
    while chunk := _read(ours):
        out += chunk
    os.close(ours)
    assert b"rules.yaml:1:6" in out
    assert (b"\x1b[" in out) is coloured


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65_536)
    except OSError:  # the other end is closed
        return b""
