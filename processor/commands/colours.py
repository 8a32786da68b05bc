"""Faults in colours on a terminal that wants them, plain anywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

import typer

from processor.rules.told import Piece, Role

_COLOURS: Final[dict[Role, dict[str, str | bool]]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "marks": {"fg": "red", "bold": True},
    "hint": {"fg": "cyan"},
    "fix": {"fg": "green"},
}


def echo_pieces(lines: Sequence[Sequence[Piece]]) -> None:
    """Each line on standard output."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for pieces in lines:
        typer.echo("".join(_styled(role, text) if coloured else text for role, text in pieces).rstrip())


def _styled(role: Role, text: str) -> str:
    style = _COLOURS.get(role)
    return typer.style(text, **style) if style else text  # type: ignore[arg-type]
