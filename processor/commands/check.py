"""`check`: are the rules files right?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from processor.commands.colours import echo_pieces
from processor.commands.context import language_wanted, say
from processor.commands.example_check import example_faults, failing_beside, rules_path
from processor.commands.journal_check import warnings_by_journal
from processor.errors import FaultsFound, NotFound
from processor.fault import Fault
from processor.rules.annotated import as_commands, as_objects
from processor.rules.check import check_file
from processor.rules.environ import RulesEnviron
from processor.rules.examples.whole import examples_path
from processor.rules.file import read_rules
from processor.rules.hygiene import in_order, warnings_of
from processor.rules.told import counted, told
from processor.settings import SANDBOX_TOKEN, load_settings
from processor.store.connection import Store, connect
from processor.story import rules_without_secrets
from processor.text import Text


class Format(StrEnum):
    """How faults are told."""

    text = "text"
    json = "json"
    github = "github"


def check(
    files: Annotated[list[Path] | None, typer.Argument(show_default=False, metavar="[FILE]...")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="Для людей, программ, GitHub / for people, programs, GitHub")
    ] = Format.text,
    journal: Annotated[
        int | None,
        typer.Option(
            "--journal", min=1, show_default=False, help="сверить с последними N событиями / look at N latest events"
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Предупреждение тоже ошибка / a warning fails, too")] = False,
) -> int:
    """Проверить файлы правил: все ошибки с местами / Check rules files: all faults with their places."""
    settings = load_settings(os.environ)
    # Without a token `up` would serve the sandbox, where the example secrets are good.
    demo = settings.watbot_api_token in (None, SANDBOX_TOKEN)
    client = connect(settings) if journal is not None else None
    wanted = dict.fromkeys(rules_path(path) or path for path in files or [settings.rules_file])
    checked = [one for path in wanted for one in _checked(path, client, journal or 0, demo=demo)]
    match format_:
        case Format.text:
            tell_faults(checked)
        case Format.json:
            found = [one for path, text, faults in checked for one in as_objects(faults, str(path), text)]
            typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        case Format.github:
            for path, _, faults in checked:
                for line in as_commands(faults, str(path), language_wanted()):
                    typer.echo(line)
    return exit_code([fault for _, _, faults in checked for fault in faults], strict=strict)


def exit_code(faults: Sequence[Fault], *, strict: bool) -> int:
    """1 when there is an error; with `strict` a warning is enough."""
    return int(any(strict or fault.severity == "error" for fault in faults))


Checked = tuple[Path, str, tuple[Fault, ...]]


def _checked(path: Path, client: Store | None, journal: int, *, demo: bool) -> Iterator[Checked]:
    """The file, its text (empty when it cannot be read as one) and its faults; then the same of its file of examples.

    `client`: look at the journal, too. Secrets that are not set hide nothing of what else there is to say.
    """
    try:
        faults = check_file(path, RulesEnviron(os.environ, path), demo=demo)
    except NotFound as error:
        yield path, "", (Fault("file.missing", error.text),)
        return
    try:
        text = read_rules(path)
        rules = rules_without_secrets(text, path.name)
    except (FaultsFound, NotFound):
        yield path, _text(path), faults
        return
    if any(fault.severity == "error" for fault in faults):
        faults = in_order((*faults, *warnings_of(rules)))
    if client is not None:
        faults = in_order((*faults, *warnings_by_journal(path, client, journal)))
    yield path, text, in_order((*faults, *failing_beside(rules, path.parent)))
    beside = examples_path(path)
    if beside.is_file():
        yield beside, *example_faults(beside, rules)


def _text(path: Path) -> str:
    try:
        return read_rules(path)
    except (FaultsFound, NotFound):
        return ""


def tell_faults(checked: Sequence[Checked]) -> None:
    """The faults of files for people, and how many there are."""
    every: list[Fault] = []
    for path, text, faults in checked:
        missing = [fault for fault in faults if fault.code == "file.missing"]
        for fault in missing:
            typer.echo(fault.say(language_wanted()), err=True)
        if not faults:
            typer.echo(say(Text(f"{path}: всё верно", f"{path}: fine")))
        echo_pieces(told([fault for fault in faults if fault not in missing], text, language_wanted()))
        every += faults
    if [fault for fault in every if fault.place]:
        typer.echo(counted(every, language_wanted()))
