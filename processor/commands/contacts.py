"""`contacts export`: hands over to the workers' side, which alone talks to Watbot."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from processor.commands.context import environ_beside, exits, settings_beside

app = typer.Typer(no_args_is_help=True, help="Контакты / Contacts")

_WHEN = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


@app.command("export")
@exits
def export(
    bot: Annotated[int, typer.Option(help="bot_id", min=1)] = 1,
    form: Annotated[str, typer.Option("--format", help="csv | jsonl")] = "csv",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="файл / file; без него / without: stdout")
    ] = None,
    date_from: Annotated[
        datetime | None, typer.Option(formats=_WHEN, help="созданы не раньше / created from, UTC")
    ] = None,
    date_to: Annotated[
        datetime | None, typer.Option(formats=_WHEN, help="созданы не позже / created until, UTC")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="= --format jsonl")] = False,
    limit: Annotated[int, typer.Option(help="0: все / all", min=0)] = 0,
    excel: Annotated[bool, typer.Option(help="BOM для Excel / for Excel")] = False,
) -> int:
    """Выгрузить контакты из Watbot (CSV или JSON lines) / Export Watbot's contacts."""
    if form not in ("csv", "jsonl"):
        raise typer.BadParameter("csv | jsonl", param_hint="--format")
    options = {
        "--bot": str(bot),
        "--format": "jsonl" if as_json else form,
        "--limit": str(limit),
        **({"--output": str(output)} if output else {}),
        **({"--date-from": date_from.isoformat()} if date_from else {}),
        **({"--date-to": date_to.isoformat()} if date_to else {}),
    }
    arguments = [part for pair in options.items() for part in pair] + (["--excel"] if excel else [])
    sys.stdout.flush()
    command = [sys.executable, "-m", "workers.exporting", *arguments]
    os.execve(command[0], command, environ_beside(settings_beside()))  # noqa: S606  our own interpreter, no shell
