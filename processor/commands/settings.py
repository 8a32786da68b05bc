"""`settings`: every setting, its value now, what it is for."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from rich.table import Table

from processor.commands.context import language_wanted, print_table
from processor.rate import rate_text
from processor.settings import NAMES, Settings, load_settings


def settings(as_json: Annotated[bool, typer.Option("--json")] = False) -> int:
    """Все настройки и их значения / Every setting and its value."""
    rows = [_row(name, load_settings(os.environ)) for name in NAMES]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    table = Table(box=None, header_style="bold")
    for title in ("", "=", "default"):
        table.add_column(title, no_wrap=True)
    table.add_column("")
    for row in rows:
        table.add_row(row["name"], row["value"], row["default"], row["about"])
    print_table(table)
    return 0


def _row(name: str, current: Settings) -> dict[str, str]:
    about = NAMES[name]
    value = getattr(current, about.name)
    secret = about.metadata["secret"]
    return {
        "name": name,
        "value": ("***" if value else "") if secret else _shown(value),
        "default": _shown(about.default),
        "about": about.metadata["text"].say(language_wanted()),
    }


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return rate_text(value) if isinstance(value, tuple) else str(value)
