"""`check`: is the rules file right?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from processor.commands.context import language_wanted, say
from processor.commands.journal_check import warnings_by_journal
from processor.rules.check import check_file
from processor.rules.hygiene import in_order
from processor.settings import SANDBOX_TOKEN, environment, load_settings
from processor.store.connection import connect
from processor.text import Text


def check(
    file: Annotated[Path | None, typer.Argument(show_default=False)] = None,
    journal: Annotated[
        int | None,
        typer.Option(
            "--journal", min=1, show_default=False, help="сверить с последними N событиями / look at N latest events"
        ),
    ] = None,
) -> int:
    """Проверить файл правил: все ошибки с местами / Check a rules file: all faults with their places."""
    settings = load_settings(os.environ)
    path = file or settings.rules_file
    # Without a token `up` would serve the sandbox, where the example secrets are good.
    demo = settings.watbot_api_token in (None, SANDBOX_TOKEN)
    faults = check_file(path, environment(os.environ), demo=demo)
    if journal is not None and all(fault.severity == "warning" for fault in faults):
        faults = in_order((*faults, *warnings_by_journal(path, connect(settings), journal)))
    for fault in faults:
        typer.echo(fault.say(language_wanted()))
    if not faults:
        typer.echo(say(Text(f"{path}: всё верно", f"{path}: fine")))
    return int(any(fault.severity == "error" for fault in faults))
