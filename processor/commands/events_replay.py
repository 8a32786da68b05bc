"""`events replay`: put events to the rules in force once more, with the price before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from processor.clock import SystemClock
from processor.commands.agreeing import agreed
from processor.commands.context import language_wanted, person, say, settings_beside
from processor.commands.pricing import pricing
from processor.commands.queue_decide import Yes
from processor.domain.plan import plan
from processor.domain.rule import Ruleset
from processor.domain.span import span_of
from processor.domain.usual import usual_calls
from processor.errors import NotFound
from processor.rules.file import read_rules
from processor.store.connection import Store, connect
from processor.store.estimate import estimate
from processor.store.find import Sought, events_named
from processor.store.history import history_of
from processor.store.journal import Row, story_of
from processor.store.replay import replay, replayable
from processor.story import explain_delivery, rules_without_secrets
from processor.telling.queue import tell_price
from processor.text import Text

LIMIT = 1_000
LIMIT_MAX = 100_000

_HINDRANCES = {
    "queued": Text("ещё ждёт обработки", "still waits to be applied"),
    "planned": Text("его изменения ещё ждут", "its changes still wait"),
    "gone": Text("больше не хранится", "is not kept any more"),
}


def replay_events(
    event_id: Annotated[str | None, typer.Argument(show_default=False)] = None,
    source: Annotated[str, typer.Option(help="только этот источник / this source only", show_default=False)] = "",
    type_: Annotated[str, typer.Option("--type", help="order.created; order", show_default=False)] = "",
    state: Annotated[str, typer.Option(help="failed, ignored…", show_default=False)] = "",
    since: Annotated[str | None, typer.Option(help="за последние / of the last 2h, 7d", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=LIMIT_MAX, help="последних событий / newest events")] = LIMIT,
    yes: Yes = False,
) -> int:
    """Применить к событиям действующие правила заново / Put events to the rules in force once more."""
    sought = _sought(event_id, source, type_, state, since)
    settings = settings_beside()
    client = connect(settings)
    rows = events_named(client, [event_id]) if event_id else replayable(client, sought, limit=limit)
    if not rows:
        raise NotFound(Text(f"нет события {event_id or ''}".rstrip(), f"no event {event_id or ''}".rstrip()))
    prices, now_ms = pricing(client, settings), SystemClock().now_ms()
    rules = rules_without_secrets(read_rules(settings.rules_file), str(settings.rules_file))
    waiting = estimate(client, prices.account, prices.policy, now_ms=now_ms)
    typer.echo(say(Text(f"событий: {len(rows)}", f"events: {len(rows)}")))
    for told in tell_price(_calls(client, rows, rules), waiting, prices.limits, language_wanted()):
        typer.echo(told)
    if not agreed(Text("Применить заново?", "Replay?"), yes=yes):
        return 1
    again, hindered = 0, 0
    for row in rows:
        done = replay(client, row.id, by=person(), now_ms=SystemClock().now_ms())
        again += done.hindrance is None
        if done.hindrance is not None:
            hindered += 1
            why = _HINDRANCES[done.hindrance]
            typer.echo(say(Text(f"{row.id}: {why.ru}", f"{row.id}: {why.en}")), err=True)
    typer.echo(say(Text(f"снова в очереди: {again}", f"in line again: {again}")))
    return int(bool(hindered))


def _sought(event_id: str | None, source: str, type_: str, state: str, since: str | None) -> Sought:
    named = bool(source or type_ or state or since)
    if (event_id is not None) == named:
        text = Text(
            "укажите событие или --source, --type, --state, --since",
            "name an event, or --source, --type, --state, --since",
        )
        raise typer.BadParameter(say(text))
    span = span_of(since.strip()) if since is not None else None
    if since is not None and not span:
        raise typer.BadParameter("30m, 24h, 7d", param_hint="--since")
    since_ms = SystemClock().now_ms() - span[0] if span else 0
    return Sought(source=source, type=type_, state=state, since_ms=since_ms)


def _calls(client: Store, rows: Sequence[Row], rules: Ruleset) -> int:
    """What the events would take by themselves: what stands so already, and what is merged, costs nothing."""
    calls = 0
    for row in rows:
        story = story_of(client, row.id)
        if story.delivery is None:
            continue
        for one in explain_delivery(
            story.delivery, rules, lambda contact: history_of(client, contact).entries, story.numbered
        ):
            planned = plan(rules, one.event, stamp=one.stamp, event_id=row.id, earlier=one.earlier)
            calls += sum(sum(usual_calls(contact.wishes).values()) for contact in planned.contacts)
    return calls
