"""Every setting, command and option stands in the documents, in both languages, and none that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from processor.cli import app
from processor.rate import rate_text
from processor.settings import NAMES
from tests.code.documents import Section, lines_of, sections_of
from tests.code.tree import none

SETTINGS = ("docs/settings.md", "docs/ru/settings.md")
COMMANDS = ("docs/commands.md", "docs/ru/commands.md")

# Options of other programs that the pages may show.
_FOREIGN = {"--workers": "uvicorn", "--processes": "dramatiq", "--threads": "dramatiq"}
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_ROW = re.compile(r"\| *`([A-Z][A-Z0-9_]+)`")
_TWO_LANGUAGES = re.compile(r".*[а-яё].* / .*[a-z]", re.I)


def _commands() -> list[tuple[str, TyperCommand]]:
    """Every command with the words after `watbot-hooks`."""
    return list(_below(typer.main.get_command(app), ()))


def _below(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from _below(one, (*words, name))
    elif isinstance(command, TyperCommand):
        yield " ".join(words), command


def _options(command: TyperCommand) -> list[str]:
    """The longest name of every option."""
    return [max(one.opts, key=len) for one in command.params if isinstance(one, TyperOption)]


def _section(path: str, command: str) -> Section | None:
    """The section of a command: its heading names it."""
    return next((one for one in sections_of(path) if command in one.names), None)


def _default(name: str) -> str:
    value: Any = NAMES[name].default
    if value is None:
        return ""
    return rate_text(value) if isinstance(value, tuple) else str(value)


def _names_default(name: str, line: str) -> bool:
    return not _default(name) or f"`{_default(name)}`" in line


@pytest.mark.parametrize("path", SETTINGS)
def test_every_setting_is_documented_with_its_default(path: str) -> None:
    lines = lines_of(path)
    about = {name: [line for line in lines if f"`{name}`" in line] for name in NAMES}
    none((f"{path}: no `{name}`" for name, found in about.items() if not found), "Document it, in both languages.")
    none(
        (f"{path}: {n}: `{_default(n)}`" for n, found in about.items() if not any(_names_default(n, f) for f in found)),
        "Name the default in the same line, as code: the program says it is this.",
    )


@pytest.mark.parametrize("path", SETTINGS)
def test_no_setting_is_documented_that_does_not_exist(path: str) -> None:
    named = {name for line in lines_of(path) for name in _ROW.findall(line)}
    none((f"{path}: {name}" for name in named - set(NAMES)), "processor/settings.py has none of this name.")


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_documented_with_all_its_options(path: str) -> None:
    faults = []
    for words, command in _commands():
        section = _section(path, words)
        if section is None:
            faults.append(f"{path}: no heading names {words}")
        else:
            told = _OPTION.findall(section.text)
            faults += [f"{path}: {words} {one}" for one in _options(command) if one not in told]
    none(faults, "Give each command a section of its own that names every option, in both languages.")


@pytest.mark.parametrize("path", COMMANDS)
def test_no_option_is_documented_that_does_not_exist(path: str) -> None:
    known = {name for _, command in _commands() for one in command.params for name in one.opts} | {"--help", *_FOREIGN}
    faults = {f"{path}: {option}" for line in lines_of(path) for option in _OPTION.findall(line) if option not in known}
    none(faults, "No command of ours has it.")


def test_every_command_says_in_both_languages_what_it_does() -> None:
    """`--help` of each begins with a line «по-русски / in English»."""
    commands = _commands()
    assert {"up", "check", "try", "events show", "contacts export"} <= {words for words, _ in commands}
    none(
        (words for words, command in commands if not _TWO_LANGUAGES.match(command.help or "")),
        "Write its docstring as «что делает / what it does».",
    )


def test_every_setting_says_in_both_languages_what_it_is_for() -> None:
    cyrillic = re.compile("[а-яё]", re.I)
    texts = {name: about.metadata["text"] for name, about in NAMES.items()}
    none(
        (name for name, text in texts.items() if not cyrillic.search(text.ru) or cyrillic.search(text.en)),
        "Its text in processor/settings.py has a Russian and an English half.",
    )
