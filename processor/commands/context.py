"""What every command needs first: the settings as of a running `up`, and errors as exit codes."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from processor.errors import WatbotHooksError
from processor.setting_values import language_of
from processor.settings import SANDBOX_TOKEN, Settings, environment, load_settings
from processor.text import Language, Text

P = ParamSpec("P")
RUNNING_NAME = "up.json"
PIPED_WIDTH = 1_000


class Running(msgspec.Struct, frozen=True):
    """What `up` leaves in DATA_DIR for commands beside it."""

    pid: int
    sandbox_url: str | None = None


def language_wanted() -> Language:
    """The language to speak before, or without, settings that are right."""
    wanted = environment(os.environ).get("LANGUAGE", "").strip()
    try:
        return language_of(wanted) if wanted else "ru"
    except ValueError:
        return "ru"


def say(text: Text) -> str:
    """`text` in the language wanted."""
    return text.say(language_wanted())


def settings_beside() -> Settings:
    """The settings; without a token those of the sandbox that a running `up` serves. Raises FaultsFound."""
    settings = load_settings(os.environ)
    if settings.watbot_api_token:
        return settings
    running = read_running(settings.data_dir)
    if running and running.sandbox_url:
        return replace(settings, watbot_api_token=SANDBOX_TOKEN, watbot_base_url=running.sandbox_url)
    return settings


def environ_beside(settings: Settings) -> dict[str, str]:
    """For a program of the workers: beside an `up` with its sandbox it talks to the sandbox, too."""
    environ = dict(os.environ)
    if settings.sandboxed:
        environ |= {"WATBOT_API_TOKEN": settings.watbot_api_token or "", "WATBOT_BASE_URL": settings.watbot_base_url}
    return environ


def read_running(data_dir: Path) -> Running | None:
    """What the last `up` on this folder wrote, or None."""
    try:
        return msgspec.json.decode((data_dir / RUNNING_NAME).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        return None


def person() -> str:
    """Who gives the command, for what is written down: the name of the machine's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name
        return "watbot-hooks"


def print_table(table: Table) -> None:
    """On a terminal as wide as it is; into a pipe whole, so that nothing is cut in two."""
    piped = not sys.stdout.isatty()
    Console(width=PIPED_WIDTH if piped else None, soft_wrap=piped).print(table)


def exits(command: Callable[P, int | None]) -> Callable[P, None]:
    """A command whose errors are told in one breath: exit 0 fine, 1 a fault found, 2 wrong use."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except WatbotHooksError as error:
            typer.echo(error.say(language_wanted()), err=True)
            raise typer.Exit(1) from None
        except BrokenPipeError:
            raise typer.Exit(0) from None
        raise typer.Exit(code or 0)

    return run
