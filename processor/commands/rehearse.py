"""`rehearse`: what a draft of the rules would have made of the events that came. Touches nothing."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from processor.clock import SystemClock
from processor.commands.check import tell_faults
from processor.commands.context import language_wanted, say, settings_beside
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, NotFound
from processor.rehearsal import PARTS, Part, rehearsal
from processor.rehearse.run import SAMPLES
from processor.rules.file import read_rules
from processor.store.connection import connect
from processor.store.span import LIMIT_MAX, Span
from processor.story import rules_without_secrets
from processor.telling.rehearsal_words import tell_rehearsed
from processor.text import Text, nearest

LIMIT: Final = 10_000
DAY_MS: Final = 86_400_000
_UNIT_MS: Final = {"m": 60_000, "h": 3_600_000, "d": DAY_MS}
_LAST: Final = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_WHEN: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

Moment = Annotated[datetime | None, typer.Option(formats=_WHEN, show_default=False, help="UTC")]
Against = Annotated[
    Path | None, typer.Option(help="вместо действующих правил / instead of the rules in force", show_default=False)
]
Last = Annotated[str | None, typer.Option(help="за последние / of the last 30m, 24h, 7d", show_default=False)]
Samples = Annotated[int, typer.Option(min=0, max=100, help="примеров каждого вида / examples of each sort")]
ShowPeople = Annotated[bool, typer.Option("--show-people", help="телефоны и e-mail целиком / phones and e-mails whole")]


def rehearse_(
    file: Annotated[Path, typer.Argument(help="черновик правил / a draft of the rules")],
    against: Against = None,
    last: Last = None,
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, typer.Option(min=1, max=LIMIT_MAX, help="последних событий / newest events")] = LIMIT,
    source: Annotated[str | None, typer.Option(help="только этот источник / this source only")] = None,
    rule: Annotated[str | None, typer.Option(help="только это правило / this rule only")] = None,
    samples: Samples = SAMPLES,
    show_people: ShowPeople = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Что черновик правил сделал бы с пришедшими событиями / What a draft of the rules would do to events that came."""
    span = _span(last, since, until, limit, source)
    draft = _draft(file)
    if draft is None:
        return 1
    settings = settings_beside()
    published = _compiled(against or settings.rules_file)
    _known(source, rule, published, draft)
    client = connect(settings)
    with _bar() as bar:
        whole = rehearsal(
            client,
            published,
            draft,
            span,
            rate=settings.watbot_rate,
            now_ms=SystemClock().now_ms(),
            samples=samples,
            rule=rule,
            show_people=show_people,
            watch=_Shown(bar),
        )
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
        return 0
    for line in tell_rehearsed(whole, language_wanted()):
        typer.echo(line)
    return 0


def _span(last: str | None, since: datetime | None, until: datetime | None, limit: int, source: str | None) -> Span:
    since_ms = _unix_ms(since)
    until_ms = _unix_ms(until)
    if last is not None:
        written = _LAST.fullmatch(last.strip())
        if written is None:
            raise typer.BadParameter("30m, 24h, 7d", param_hint="--last")
        if since is not None:
            raise typer.BadParameter("--last | --since", param_hint="--last")
        since_ms = (SystemClock().now_ms() if until_ms is None else until_ms) - int(written[1]) * _UNIT_MS[written[2]]
    return Span(limit, since_ms, until_ms, source)


def _unix_ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.replace(tzinfo=UTC).timestamp() * 1000)


def _draft(path: Path) -> Ruleset | None:
    """The draft compiled; None when it has faults, which are told as `check` tells them. Raises NotFound."""
    try:
        return _compiled(path)
    except FaultsFound as error:
        tell_faults(((path, read_rules(path), error.faults),))
        return None


def _compiled(path: Path) -> Ruleset:
    """The rules of a file; its secrets are not needed. Raises FaultsFound, NotFound."""
    text = read_rules(path)
    return rules_without_secrets(text, str(path))


def _known(source: str | None, rule: str | None, published: Ruleset, draft: Ruleset) -> None:
    """Raises NotFound for a source or a rule that stands in neither file."""
    sources = [*published.sources, *draft.sources]
    rules = [one.name for one in (*published.rules, *draft.rules)]
    for named, names, text in (
        (source, sources, Text("источника", "source")),
        (rule, rules, Text("правила", "rule")),
    ):
        if named is not None and named not in names:
            close = nearest(named, names)
            hint = Text(f"; может быть, «{close}»?", f'; did you mean "{close}"?') if close else Text("", "")
            raise NotFound(
                Text(
                    f"{text.ru} {named} нет ни в одном из двух файлов{hint.ru}",
                    f"no {text.en} {named} in either file{hint.en}",
                )
            )


@dataclass(slots=True)
class _Shown:
    """A bar for each part of the work."""

    bar: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def __call__(self, part: Part, done: int, total: int) -> None:
        if part not in self.tasks:
            self.tasks[part] = self.bar.add_task(say(PARTS[part]), total=total)
        self.bar.update(self.tasks[part], completed=done)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty() or os.environ.get("TERM") == "dumb",
        transient=True,
    )
