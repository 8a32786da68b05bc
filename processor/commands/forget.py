"""`forget`: a person goes from the store, everywhere, and a receipt stays."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from processor.clock import SystemClock
from processor.commands.agreeing import agreed
from processor.commands.context import language_wanted, person, say, settings_beside
from processor.commands.ruleset import regions_of, ruleset_beside
from processor.domain.person import lines_with, person_asked
from processor.errors import NotFound
from processor.store.audit import Deed, note
from processor.store.connection import connect
from processor.store.forget import forget as forget_person
from processor.store.sift import scope_of
from processor.telling.forget import tell_receipt, tell_scope
from processor.text import Text

DEED = "forget"


def forget(
    who: Annotated[str, typer.Argument(metavar="CONTACT|PHONE|EMAIL", help="кого / whom", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="не спрашивать / do not ask")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Забыть человека: всё, что о нём хранится; Watbot не меняется / Forget a person: all that is kept of them."""
    settings = settings_beside()
    rules = ruleset_beside(settings)
    asked = person_asked(who, regions_of(rules))
    if not asked:
        raise typer.BadParameter(say(Text("нужен контакт, телефон или почта", "it needs a contact, phone or e-mail")))
    client = connect(settings)
    bots = rules.bots if rules else (1,)
    scope = scope_of(client, asked, bots)
    if not scope:
        raise NotFound(Text("о таком человеке ничего не хранится", "nothing is kept of such a person"))
    lines = tuple(lines_with(rules.text, scope.person)) if rules else ()
    for line in tell_scope(scope, lines, language_wanted()):
        typer.echo(line, err=as_json)
    if not agreed(Text("Удалить безвозвратно?", "Delete for good?"), yes=yes):
        return 1
    receipt = forget_person(
        client,
        asked,
        bots,
        by=person(),
        clock=SystemClock(),
        journal_days=settings.journal_days,
        rules_lines=lines,
    )
    note(client, Deed(receipt.by, DEED, receipt.said))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(receipt)).decode())
        return 0
    for line in tell_receipt(receipt, language_wanted()):
        typer.echo(line)
    return 0
