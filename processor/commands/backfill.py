"""`backfill`: put the sync of a bot's contacts into the line, and watch how the workers get on with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from processor.clock import Clock, SystemClock
from processor.commands.context import say, settings_beside
from processor.domain.sync import Sync
from processor.log import start_log
from processor.rules.open import open_book
from processor.settings import Settings
from processor.store.connection import Store, connect
from processor.store.gauges import line
from processor.store.sync import Ask, Begun, ask_sync, syncs_of
from processor.telling.story import clock, plain
from processor.text import Text

LOOK_EVERY_MS = 250
# So long may all workers be gone, for example because they are just being started again.
WORKERS_GONE_MS_MAX = 15_000

_STATES: Mapping[str, Text] = {
    "running": Text("идёт", "running"),
    "finished": Text("завершена", "finished"),
    "stopped": Text("остановлена; `backfill` продолжит с того же места", "stopped; `backfill` goes on from there"),
    "memory": Text(
        "остановлена: занято больше {percent} % памяти хранилища (JOURNAL_FILL_PERCENT_MAX). "
        "Дайте ему больше памяти и повторите `backfill`",
        "stopped: more than {percent} % of the store's memory is in use (JOURNAL_FILL_PERCENT_MAX). "
        "Give it more memory and run `backfill` again",
    ),
    "failed": Text("не удалась; `backfill` попробует ещё раз", "failed; `backfill` tries again"),
}
_NOBODY = Text(
    "обработчик не запущен: сверка стоит в очереди и пойдёт вместе с ним",
    "no worker runs: the sync stands in line and goes on when one does",
)


def backfill(
    bot: Annotated[
        int | None, typer.Option(help="bot_id; без него / without: все из правил / all of the rules", min=1)
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="прочитать заново / read them anew")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="остановить / stop it")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="не ждать конца / do not wait for its end")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Узнать контакты, которые были в Watbot до нас / Learn the contacts that Watbot had before us."""
    if again and stop:
        raise typer.BadParameter("--again | --stop")
    settings = settings_beside()
    start_log(form=settings.log_format, level="warning", secrets=settings.secrets(), process="backfill")
    bots = (bot,) if bot else open_book(settings, os.environ).current().bots
    client = connect(settings)
    ask: Ask = "stop" if stop else "again" if again else "resume"
    begun = {each: ask_sync(client, each, ask) for each in bots}
    if not (no_wait or stop):
        _watch(client, bots, SystemClock())
    syncs = syncs_of(client, bots)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([_row(sync) for sync in syncs])).decode())
    else:
        _tell(syncs, begun, settings)
    return int(any(sync.state in ("memory", "failed") for sync in syncs))


def _watch(client: Store, bots: Iterable[int], now: Clock) -> None:
    """Until none of them runs any more, or nobody works; Ctrl-C leaves only the watching."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with suppress(KeyboardInterrupt), bar:
        tasks = {bot: bar.add_task(say(Text(f"бот {bot}", f"bot {bot}")), total=None) for bot in bots}
        alive_ms = now.monotonic_ms()
        while True:
            syncs = syncs_of(client, tasks)
            for sync in syncs:
                bar.update(tasks[sync.bot], completed=sync.contacts, total=sync.total if sync.pages else None)
            if not any(sync.state == "running" for sync in syncs):
                return
            if line(client).workers:
                alive_ms = now.monotonic_ms()
            elif now.monotonic_ms() - alive_ms > WORKERS_GONE_MS_MAX:
                typer.echo(say(_NOBODY), err=True)
                return
            now.sleep_ms(LOOK_EVERY_MS)


def _tell(syncs: Iterable[Sync], begun: Mapping[int, Begun], settings: Settings) -> None:
    told = set()
    for sync in syncs:
        told.add(sync.bot)
        state = say(_STATES[sync.state]).format(percent=settings.journal_fill_percent_max)
        if sync.state == "finished" and not begun[sync.bot].changed:
            at = clock(sync.ended_ms)
            state += say(Text(f" {at} UTC; заново: --again", f" at {at} UTC; --again reads them anew"))
        reason = f" ({sync.reason})" if sync.reason else ""
        typer.echo(say(Text(f"бот {sync.bot}: {state}{reason}", f"bot {sync.bot}: {state}{reason}")))
        typer.echo(
            say(
                Text(
                    f"  контактов {sync.contacts} из {sync.total}: новых для нас {sync.added}, дополнено "
                    f"{sync.completed}, уже известно {sync.kept}, пропущено {sync.skipped}; вызовов {sync.pages}",
                    f"  contacts {sync.contacts} of {sync.total}: new to us {sync.added}, completed "
                    f"{sync.completed}, known already {sync.kept}, skipped {sync.skipped}; calls {sync.pages}",
                )
            )
        )
    for bot in begun.keys() - told:
        typer.echo(say(Text(f"бот {bot}: сверки ещё не было", f"bot {bot}: there was no sync yet")))


def _row(sync: Sync) -> dict[str, Any]:
    row: dict[str, Any] = plain(sync)
    del row["ids"]
    return row
