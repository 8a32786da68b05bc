"""`rules list|show|diff|publish|rollback`: the book of versions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from processor.clock import SystemClock
from processor.commands.context import exits, language_wanted, person, print_table, say, settings_beside
from processor.errors import FaultsFound, NotFound
from processor.publish import Publisher
from processor.rules.environ import RulesEnviron
from processor.rules.file import read_rules
from processor.rules.mask import diff, mask_secrets
from processor.rules.version import version_of
from processor.settings import SANDBOX_TOKEN
from processor.store.connection import Store, connect
from processor.store.versions import Version, newest, numbered, text_of, versions
from processor.telling.story import clock, plain
from processor.text import Language, Text

app = typer.Typer(no_args_is_help=True, help="Версии правил / Versions of the rules")

_SORTS = {
    "published": Text("опубликована", "published"),
    "rolled_back": Text("возвращена", "rolled back"),
    "changed": Text("файл изменён", "file changed"),
}
_COLOURS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}

Note = Annotated[str, typer.Option(help="зачем / why", show_default=False)]
Author = Annotated[str | None, typer.Option(help="кто / who", show_default=False)]
Base = Annotated[str | None, typer.Option(help="версия, с которой начат черновик / the version the draft started from")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command("list")
@exits
def list_versions(limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20, as_json: AsJson = False) -> int:
    """Версии, новейшие сверху / The versions, the newest first."""
    publisher = _publisher()
    running = _notice(publisher)
    found = versions(publisher.client)[:limit]
    if as_json:
        _print_json([plain(one) for one in found])
        return 0
    titles = Text("номер,версия,когда (UTC),кто,что,заметка", "number,version,when (UTC),who,what,note")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles.say(language_wanted()).split(","):
        table.add_column(title, no_wrap=True)
    for one in found:
        mark = " *" if one.version == running and one is found[0] else ""
        who = f"{one.author} ({one.owner})" if one.owner else one.author
        table.add_row(f"{one.number}{mark}", one.version, clock(one.at_ms), who, _what(one), one.note)
    print_table(table)
    return 0


@app.command("show")
@exits
def show_version(number: int, as_json: AsJson = False) -> int:
    """Одна версия целиком, секреты скрыты / One version whole, secrets masked."""
    client = connect(settings_beside())
    one = numbered(client, number)
    text = mask_secrets(text_of(client, one.version))
    if as_json:
        _print_json(plain(one) | {"text": text})
        return 0
    language = language_wanted()
    for told in (f"{one.number}  {one.version}  {clock(one.at_ms)}  {one.author}  {_what(one)}", one.note):
        if told:
            typer.echo(f"# {told}")
    typer.echo(Text("# секреты скрыты", "# secrets are masked").say(language))
    typer.echo(text, nl=not text.endswith("\n"))
    return 0


@app.command("diff")
@exits
def diff_versions(
    old: Annotated[int | None, typer.Argument(show_default=False, metavar="[A]")] = None,
    new: Annotated[int | None, typer.Argument(show_default=False, metavar="[B]")] = None,
    as_json: AsJson = False,
) -> int:
    """Чем отличаются две версии; без B — версия и файл / How two versions differ; without B: a version and the file."""
    publisher = _publisher()
    client = publisher.client
    if old is None:
        last = newest(client)
        if last is None:
            raise NotFound(Text("версий ещё нет", "there are no versions yet"))
        in_file = version_of(read_rules(publisher.path))
        old, new = (last.number, None) if in_file != last.version else (max(1, last.parent), last.number)
    olds = _named(client, old)
    news = _named(client, new) if new is not None else (read_rules(publisher.path), publisher.path.name)
    lines = diff(olds[0], news[0], olds[1], news[1])
    if as_json:
        _print_json({"old": olds[1], "new": news[1], "diff": list(lines)})
        return 0
    _print_diff(lines)
    if not lines:
        typer.echo(say(Text("одинаковы", "the same")))
    return 0


@app.command("publish")
@exits
def publish(file: Path, note: Note, base: Base = None, author: Author = None, as_json: AsJson = False) -> int:
    """Проверить черновик и сделать его правилами / Check a draft and make it the rules."""
    publisher = _publisher()
    draft = read_rules(file)
    _notice(publisher)
    started = base or version_of(read_rules(publisher.path))
    done = publisher.publish(
        draft, base=_version_named(publisher.client, started), author=author or person(), note=note
    )
    return _tell_published(done, as_json=as_json)


@app.command("rollback")
@exits
def roll_back(number: int, note: Note, author: Author = None, as_json: AsJson = False) -> int:
    """Вернуть прежнюю версию; это тоже версия / Publish an older version again; that is a version, too."""
    publisher = _publisher()
    _notice(publisher)
    return _tell_published(publisher.roll_back(number, author=author or person(), note=note), as_json=as_json)


def _publisher() -> Publisher:
    settings = settings_beside()
    # Without a token `up` would serve the sandbox, where the example secrets are good.
    demo = settings.watbot_api_token in (None, SANDBOX_TOKEN)
    return Publisher(
        connect(settings), settings.rules_file, RulesEnviron(os.environ, settings.rules_file), demo, SystemClock()
    )


def _notice(publisher: Publisher) -> str | None:
    """The version that the file holds, recorded if it was changed by hand; None when it is wrong or not there."""
    try:
        publisher.notice()
        return version_of(read_rules(publisher.path))
    except (FaultsFound, NotFound) as error:
        typer.echo(error.say(language_wanted()), err=True)
        return None


def _version_named(client: Store, named: str) -> str:
    """A version by its number or its digest."""
    return numbered(client, int(named)).version if named.isascii() and named.isdigit() and len(named) < 12 else named


def _named(client: Store, number: int) -> tuple[str, str]:
    one = numbered(client, number)
    return text_of(client, one.version), f"{one.number} ({one.version})"


def _what(one: Version) -> str:
    said = _SORTS[one.sort].say(language_wanted())
    return f"{said} ← {one.of}" if one.of else said


def _tell_published(done: Version, *, as_json: bool) -> int:
    if as_json:
        _print_json(plain(done))
        return 0
    language: Language = language_wanted()
    said = Text(f"версия {done.number} ({done.version})", f"version {done.number} ({done.version})").say(language)
    typer.echo(f"{said}: {_what(done)}")
    return 0


def _print_diff(lines: Iterable[str]) -> None:
    coloured = sys.stdout.isatty()
    for line in lines:
        colour = _COLOURS.get(line[:1]) if coloured else None
        typer.echo(typer.style(line, fg=colour) if colour else line)


def _print_json(told: object) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(told)).decode())
