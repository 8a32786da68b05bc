"""Asking before something is done."""

from __future__ import annotations

import sys

import typer

from processor.commands.context import say
from processor.text import Text


def agreed(question: Text, *, yes: bool) -> bool:
    """Whether the person agrees; `yes` has said so before. Without a terminal it is wrong use."""
    if yes:
        return True
    if not sys.stdin.isatty():
        alone = Text("спросить некого: добавьте --yes", "there is nobody to ask: add --yes")
        raise typer.BadParameter(say(alone), param_hint="--yes")
    return typer.confirm(say(question))
