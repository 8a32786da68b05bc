"""What README.md and README.ru.md show is what happens: their "Try it" is run word for word and compared."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from processor.settings import NAMES
from tests.harness.line import Line

ROOT = Path(__file__).parents[2]
READMES = {"en": ("README.md", "Try it"), "ru": ("README.ru.md", "Попробовать")}
UP = "pip install uv && uv run watbot-hooks up"
PYTEST = "pip install uv && uv run pytest"
FIRST_SCREEN_LINES = 25
END = "--- the end of this block ---"
ELLIPSIS = "…"

# What differs from run to run and from machine to machine.
_VARYING = (
    (re.compile(r"\b[0-9a-f]{22}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "VERSION"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"\b\d+ ms"), "N ms"),
    (re.compile(r"\s+"), " "),
)


class Shown(NamedTuple):
    """A block to paste, and what the README says it prints (None: nothing is said)."""

    commands: str
    prints: str | None


def _blocks(text: str) -> list[tuple[str, str]]:
    """Every fenced block: its language and its text."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _readme(language: str) -> str:
    return (ROOT / READMES[language][0]).read_text("utf-8")


def shown(language: str) -> list[Shown]:
    """The blocks of the section "Try it", each with the output that stands under it."""
    section = _readme(language).split(f"\n## {READMES[language][1]}\n")[1].partition("\n## ")[0]
    blocks = _blocks(section)
    following = [*blocks, ("", "")][1:]
    return [
        Shown(text, after if kind == "text" else None)
        for (name, text), (kind, after) in zip(blocks, following, strict=True)
        if name == "bash"
    ]


def play(line: Line, commands: Sequence[str], language: str) -> Iterator[str]:
    """Paste block after block into one shell beside a running `up`; what each prints."""
    shell = subprocess.Popen(
        ["bash"],
        cwd=line.folder,
        env={**line.environ, "LANGUAGE": language, "COLUMNS": "120"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert shell.stdin is not None
    assert shell.stdout is not None
    with shell:
        for block in commands:
            line.wait_until_quiet()
            shell.stdin.write(f"{_here(line, block)}\necho '{END}'\n")
            shell.stdin.flush()
            yield "".join(iter(shell.stdout.readline, f"{END}\n"))
        shell.stdin.close()


def _here(line: Line, block: str) -> str:
    """The same commands for this line's ports and this checkout's Python."""
    block = block.replace("http://127.0.0.1:8000", line.url).replace("http://127.0.0.1:8001", line.sandbox)
    return block.replace("uv run watbot-hooks", f"{sys.executable} -m processor.cli")


def _plain(text: str) -> list[str]:
    for pattern, name in _VARYING:
        text = "\n".join(pattern.sub(name, one).strip() for one in text.splitlines())
    return [one for one in text.splitlines() if one]


def missing(wanted: str, printed: str) -> str | None:
    """The first line that the README shows and that was not printed after those before it; `…` stands for anything."""
    there = iter(_plain(printed))
    for one in _plain(wanted):
        if one == ELLIPSIS:
            continue
        begins, cut, _ = one.partition(ELLIPSIS)
        if not any(line.startswith(begins) if cut else line == one for line in there):
            return one
    return None


@pytest.mark.parametrize("language", READMES)
def test_what_the_readme_shows_is_what_happens(language: str) -> None:
    """Each block is pasted in turn; what stands under it in the README comes out, statuses and all."""
    blocks = shown(language)
    assert len(blocks) >= 6
    with Line() as line:
        printed = list(play(line, [block.commands for block in blocks], language))
        contacts = line.contacts()
    for block, output in zip(blocks, printed, strict=True):
        assert missing(block.prints or "", output) is None, output
    claimed = " ".join(block.prints or "" for block in blocks)
    assert re.findall(r"HTTP (\d+)", claimed) == ["202", "200", "401", "200", "200"]
    assert {phone: contact["status"] for phone, contact in contacts.items()} == {
        "79000000001": "Новый заказ на 5400.00",
        "79000000002": "Новая заявка",
    }


def test_both_languages_show_the_same_commands() -> None:
    """Word for word."""
    english, russian = ([text for name, text in _blocks(_readme(language)) if name == "bash"] for language in READMES)
    assert english == russian


@pytest.mark.parametrize("language", READMES)
def test_the_first_screen_holds_the_two_commands(language: str) -> None:
    """Each in a block of its own, so that it is copied alone."""
    first_screen = "\n".join(_readme(language).splitlines()[:FIRST_SCREEN_LINES])
    assert [text.strip() for name, text in _blocks(first_screen) if name == "bash"] == [UP, PYTEST]


@pytest.mark.parametrize("path", ["docs/settings.md", "docs/ru/settings.md"])
def test_every_setting_is_documented_with_its_default(path: str) -> None:
    """The table has a row for each setting and none besides."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    listed = subprocess.run(
        [sys.executable, "-m", "processor.cli", "settings", "--json"], cwd="/", env={}, capture_output=True, check=True
    )
    defaults = {row["name"]: row["default"] for row in json.loads(listed.stdout)}
    assert {name: default.strip().strip("`—") for name, default in rows} == defaults
    assert set(defaults) == set(NAMES)


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_every_link_leads_somewhere(path: Path) -> None:
    """Links to files of this repository."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
