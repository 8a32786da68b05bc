"""The command `watbot-hooks`: one file of processor/commands for each."""

from __future__ import annotations

from collections.abc import Callable

import typer

from processor.commands import contacts, events, queue, rules, user
from processor.commands.backfill import backfill
from processor.commands.check import check
from processor.commands.context import exits
from processor.commands.doctor import doctor
from processor.commands.forget import forget
from processor.commands.refused import refused
from processor.commands.rehearse import rehearse_
from processor.commands.schema import schema
from processor.commands.serve import sandbox, serve, work
from processor.commands.settings import settings
from processor.commands.sources import sources
from processor.commands.test_ import prove_examples
from processor.commands.try_ import try_
from processor.commands.up import up

app = typer.Typer(
    name="watbot-hooks",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Вебхуки магазинов и форм → контакты в Watbot / Webhooks of shops and forms → contacts in Watbot",
)

_COMMANDS: dict[str, Callable[..., int | None]] = {
    "up": up,
    "serve": serve,
    "work": work,
    "sandbox": sandbox,
    "check": check,
    "test": prove_examples,
    "try": try_,
    "rehearse": rehearse_,
    "schema": schema,
    "sources": sources,
    "backfill": backfill,
    "refused": refused,
    "doctor": doctor,
    "forget": forget,
    "settings": settings,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(exits(_command))
app.add_typer(events.app, name="events")
app.add_typer(queue.app, name="queue")
app.add_typer(contacts.app, name="contacts")
app.add_typer(rules.app, name="rules")
app.add_typer(user.app, name="user")


def main() -> None:
    """The entry point."""
    app()


if __name__ == "__main__":
    main()
