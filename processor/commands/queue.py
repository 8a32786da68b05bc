"""`queue`: the line before Watbot, and what was set aside."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import msgspec
import typer

from processor.clock import SystemClock
from processor.commands.context import exits, language_wanted, settings_beside
from processor.commands.pricing import Pricing, pricing
from processor.commands.queue_counts import count
from processor.commands.queue_dead import dead
from processor.commands.queue_decide import drop, retry
from processor.rate import duration_ms
from processor.settings import Settings
from processor.store.condition import condition
from processor.store.connection import Store, connect
from processor.store.dead import parked_and_refused
from processor.store.estimate import estimate, lanes, spent
from processor.store.gauges import line
from processor.telling.queue import tell_queue
from processor.telling.wording import LANES

app = typer.Typer(invoke_without_command=True, help="Очередь и отложенное / The line and what was set aside")


@app.callback()
def queue(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Очередь к Watbot и отложенное / The line before Watbot, and what was set aside."""
    if context.invoked_subcommand is None:
        exits(_show)(as_json)


def _show(as_json: bool) -> int:
    settings = settings_beside()
    client = connect(settings)
    whole = _look(client, settings, pricing(client, settings))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
        return 0
    for told in tell_queue(whole, language_wanted()):
        typer.echo(told)
    return 0


def _look(client: Store, settings: Settings, prices: Pricing) -> dict[str, Any]:
    now = asdict(line(client))
    parked, refused = parked_and_refused(client)
    about = estimate(client, prices.account, prices.policy, now_ms=SystemClock().now_ms())
    stands = condition(client)
    return {
        "deliveries": now["deliveries"],
        "contacts": about.contacts,
        "ready": {LANES[lane][0]: number for lane, number in lanes(client).items()},
        "in_flight": now["in_flight"],
        "settling_or_retrying": now["retrying"],
        "delayed": now["delayed"],
        "next_due_ms": now["next_due_ms"],
        "parked": parked,
        "refused": refused,
        "calls": about.calls,
        "calls_exact": about.exact,
        "duration_ms": duration_ms(about.calls, settings.watbot_rate),
        "state": stands.state,
        "resting_until_ms": stands.resting_until_ms,
        "failures": stands.failures,
        "spent": asdict(spent(client, settings.watbot_rate)),
        "workers": now["workers"],
        "tags_as": prices.policy.tags_as,
        "tags_known": prices.account.tags,
    }


app.command("dead")(exits(dead))
app.command("retry")(exits(retry))
app.command("drop")(exits(drop))
app.command("counts")(exits(count))
