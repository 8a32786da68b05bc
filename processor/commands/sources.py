"""`sources`: who may send, what proves them, and the address to paste at each."""

from __future__ import annotations

import os
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from processor.commands.context import language_wanted, print_table, say
from processor.domain.hook import pasted_address, proof_told
from processor.domain.sender import SENDERS, Sender
from processor.domain.source import Source
from processor.rules.compile import compile_rules
from processor.rules.environ import RulesEnviron
from processor.rules.file import read_rules
from processor.settings import SANDBOX_TOKEN, Settings, load_settings
from processor.text import Text

_UNREACHABLE = Text(
    "Отправители снаружи этого адреса не видят: задайте PUBLIC_URL=https://…",
    "Senders outside cannot reach this address: set PUBLIC_URL=https://…",
)
_UNPROVEN = Text(
    "События источников без доказательства (proof: none) может прислать кто угодно.",
    "Anybody can send events to the sources that nothing proves (proof: none).",
)
_TITLES = Text("источник,отправитель,доказательство,адрес", "source,sender,proof,address")
_ALL_TITLES = Text("preset,отправитель,доказательство (любое из),ещё", "preset,sender,proof (any of),also")


def sources(
    every: Annotated[bool, typer.Option("--all")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 1_000,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Источники и их адреса; --all: какие бывают / The sources, their addresses; --all: which there are."""
    if every:
        _tell_all(list(SENDERS.values())[:limit], as_json=as_json)
        return 0
    settings = load_settings(os.environ)
    demo = settings.watbot_api_token in (None, SANDBOX_TOKEN)
    path = settings.rules_file
    rules = compile_rules(read_rules(path), path.name, RulesEnviron(os.environ, path), demo=demo)
    found = list(rules.sources.values())[:limit]
    base = _front(settings)
    if as_json:
        _print_json([_row(source, base) for source in found])
        return 0
    table = _table(_TITLES)
    for source in found:
        sender = SENDERS[source.preset]
        address = pasted_address(base, source, sender)
        table.add_row(source.name, say(sender.title), say(proof_told(source)), say(address))
    print_table(table)
    if any(source.proof == "none" for source in found):
        typer.echo(say(_UNPROVEN), err=True)
    if not settings.public_url:
        typer.echo(say(_UNREACHABLE), err=True)
    return 0


def _front(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _row(source: Source, base: str) -> dict[str, Any]:
    return {
        "source": source.name,
        "preset": source.preset,
        "proof": source.proof,
        "secrets": len(source.secrets),
        "tokens": len(source.tokens),
        "addresses": source.addresses,
        "address": pasted_address(base, source, SENDERS[source.preset]).en,
    }


def _tell_all(senders: list[Sender], *, as_json: bool) -> None:
    if as_json:
        _print_json(
            [
                {
                    "preset": sender.name,
                    "title": say(sender.title),
                    "proofs": sender.proofs,
                    "options": sender.options,
                    "addresses": sender.addresses,
                }
                for sender in senders
            ]
        )
        return
    table = _table(_ALL_TITLES)
    for sender in sorted(senders, key=lambda one: one.name):
        table.add_row(sender.name, say(sender.title), ", ".join(sender.proofs), ", ".join(sender.options))
    print_table(table)


def _table(titles: Text) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles.say(language_wanted()).split(","):
        table.add_column(title, no_wrap=True)
    return table


def _print_json(rows: list[dict[str, Any]]) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(rows)).decode())
