"""`queue counts`: the calls of each day by rule, and what was spared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from processor.commands.context import language_wanted, print_table, settings_beside
from processor.rate import Limit
from processor.store.connection import connect
from processor.store.counts import DayCounts, counts
from processor.store.keys import DAY_MS
from processor.text import Text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()
_TITLES = Text(
    "день (UTC),правило,обычно,сделано,слито,уже так,сбережено",
    "day (UTC),rule,usual,made,merged,already so,saved",
)


def count(
    days: Annotated[int, typer.Option(min=1, max=400, help="сколько дней / how many days")] = 7,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    limit: Annotated[int, typer.Option(min=1, help="строк / rows")] = 100,
) -> int:
    """Вызовы по дням и правилам: обычно, сделано, сбережено / Calls by day and rule: usual, made, saved."""
    settings = settings_beside()
    found = counts(connect(settings), days=days)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([_plain(day) for day in found][:limit])).decode())
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, title in enumerate(_TITLES.say(language_wanted()).split(",")):
        table.add_column(title, no_wrap=True, justify="left" if number < 2 else "right")
    for row in _rows(found)[:limit]:
        table.add_row(*row)
    print_table(table)
    typer.echo(_budget(found[0], settings.watbot_rate).say(language_wanted()))
    return 0


def _rows(found: Sequence[DayCounts]) -> list[tuple[str, ...]]:
    rows = []
    for day in found:
        shown = _date(day).isoformat()
        for rule, of in day.rules.items():
            saved = of.merged + of.already_so
            share = f"{saved / of.asked:.0%}" if of.asked else ""
            numbers = (of.asked, of.made, of.merged, of.already_so)
            rows.append((shown, rule, *(f"{number}" for number in numbers), share))
    return rows


def _budget(today: DayCounts, rate: tuple[Limit, ...]) -> Text:
    allowed = int(min(limit.calls / limit.period_ms for limit in rate) * DAY_MS)
    share = f"{today.calls / allowed:.1%}"
    return Text(
        f"сегодня вызовов {today.calls} из {allowed}, разрешённых за сутки ({share})",
        f"calls today: {today.calls} of the {allowed} that a day allows ({share})",
    )


def _date(day: DayCounts) -> date:
    return _EPOCH + timedelta(days=day.day)


def _plain(day: DayCounts) -> dict[str, Any]:
    rules = {rule: {**asdict(of), "merged": of.merged} for rule, of in day.rules.items()}
    return {"day": _date(day).isoformat(), "rules": rules, "outcomes": dict(day.outcomes), "calls": day.calls}
