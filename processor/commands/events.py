"""`events list|show|replay`: what arrived, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from processor.commands.context import exits, language_wanted, print_table, settings_beside
from processor.commands.events_replay import replay_events
from processor.commands.ruleset import regions_of, ruleset_beside
from processor.domain.nearest import nearest_misses
from processor.domain.terms import terms_asked
from processor.store.connection import connect
from processor.store.find import find_by
from processor.store.history import history_of
from processor.store.journal import newest, story_of
from processor.store.versions import last_of
from processor.story import explained
from processor.telling.story import clock, plain, tell
from processor.text import Text

app = typer.Typer(no_args_is_help=True, help="События / Events")


@app.command("list")
@exits
def list_events(
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    asked: Annotated[
        str, typer.Option("--find", help="телефон, почта, заказ, контакт / phone, e-mail, order, contact")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Последние события, все или чьи-то / The newest events, all or somebody's."""
    settings = settings_beside()
    client = connect(settings)
    if asked.strip():
        rows = find_by(client, terms_asked(asked, regions_of(ruleset_beside(settings))))[:limit]
    else:
        rows = newest(client, limit=limit)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([asdict(row) for row in rows])).decode())
        return 0
    titles = Text("номер,когда (UTC),источник,событие,состояние,контакт", "id,when (UTC),source,event,state,contact")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles.say(language_wanted()).split(","):
        table.add_column(title, no_wrap=True)
    for row in rows:
        repeats = f" ×{row.repeats + 1}" if row.repeats else ""
        table.add_row(row.id, clock(row.received_ms), row.source, row.event, row.state + repeats, row.contact)
    print_table(table)
    return 0


@app.command("show")
@exits
def show_event(event_id: str, as_json: Annotated[bool, typer.Option("--json")] = False) -> int:
    """Вся история одного события / One event's whole story."""
    client = connect(settings_beside())
    story = story_of(client, event_id)
    found = explained(story, lambda contact: history_of(client, contact).entries)
    version = last_of(client, story.rules_version) if story.rules_version else None
    if as_json:
        whole = {
            **asdict(story.row),
            "events": story.events,
            "rules_version": story.rules_version,
            "rules_number": version.number if version else None,
            "rules_note": version.note if version else None,
            "rules": [plain(one.rules) for one in found],
            "nearest": [plain(nearest_misses(one.rules)) for one in found],
            "story": story.entries,
        }
        typer.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
        return 0
    for line in tell(story, found, language_wanted(), version):
        typer.echo(line)
    return 0


app.command("replay")(exits(replay_events))
