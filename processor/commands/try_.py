"""`try`: what would happen to one delivery, and why. Touches nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from processor.clock import SystemClock
from processor.commands.context import language_wanted, say
from processor.commands.suggesting import suggested, tell_suggested
from processor.commands.trying_later import coming, plain_coming, tell_coming
from processor.domain.delivery import Delivery
from processor.domain.mapping import Unfilled
from processor.domain.nearest import nearest_misses
from processor.domain.plan import Plan, Problem, plan
from processor.domain.remembered import Numbered, Reading, nothing_before
from processor.domain.rule import Rule, Ruleset
from processor.domain.source import Source
from processor.errors import NotFound
from processor.settings import load_settings
from processor.sources.registry import preset_of
from processor.store.connection import connect
from processor.store.history import history_of
from processor.store.journal import EVENT_ID, story_of
from processor.story import Explained, explain_delivery, rules_without_secrets
from processor.telling.fetch import wanted
from processor.telling.nearest import tell_nearest
from processor.telling.story import plain, tell_event, tell_rules, tell_timing, value_text
from processor.text import Text, nearest


def try_(
    file: Annotated[Path, typer.Argument(help="rules.yaml")],
    delivery: Annotated[
        str, typer.Argument(help="файл с телом запроса или номер события / a body's file or an event's id")
    ],
    source: Annotated[str, typer.Option(help="источник из правил / a source of the rules")],
    header: Annotated[list[str] | None, typer.Option("--header", "-H", help="Name: value")] = None,
    query: Annotated[str, typer.Option()] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Что было бы с этой доставкой и почему / What would happen to this delivery, and why."""
    rules = _rules(file)
    if source not in rules.sources:
        close = nearest(source, rules.sources)
        hint = Text(f"; может быть, «{close}»?", f'; did you mean "{close}"?') if close else Text("", "")
        raise NotFound(Text(f"в правилах нет источника {source}{hint.ru}", f"no source {source} in the rules{hint.en}"))
    tried, past, numbered = _delivery(delivery, source, rules, header or [], query)
    of = rules.sources[source]
    preset = preset_of(of)
    preset.normalise(tried, of)  # an unreadable body is told, not skipped
    problems = _problems(of, preset.unfilled(tried, of))
    wants = [want.key for want in preset.wants(tried, of) if want.key not in tried.fetched]
    found = explain_delivery(tried, rules, past, numbered)
    plans = [plan(rules, one.event, stamp=one.stamp, event_id=tried.id, earlier=one.earlier) for one in found]
    if as_json:
        whole = _whole(found, plans, rules, of, problems, wants, tried.id)
        typer.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
        return 0
    for one, planned in zip(found, plans, strict=True):
        _print(one, planned, rules, tried.id)
        for line in tell_suggested(one.event, of, language_wanted()):
            typer.echo(line)
    for problem in problems:
        typer.echo(f"  ! {problem.rule}, {problem.element}: {say(problem.text)}")
    if wants:
        typer.echo(_left_out(wants, asked=of.api is not None))
    return 0


def _left_out(wants: list[str], *, asked: bool) -> str:
    """What the delivery only names."""
    named = wanted(wants)
    if asked:
        return say(Text(f"Остальное спросили бы у отправителя: {named.ru}", f"The sender would be asked: {named.en}"))
    return say(
        Text(
            f"Неполное: {named.ru} никто не спросит, у источника нет api",
            f"Thin: nobody will ask for {named.en}, the source has no api",
        )
    )


def _rules(file: Path) -> Ruleset:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "UTF-8"
        raise NotFound(Text(f"файл {file} не читается: {said}", f"cannot read {file}: {said}")) from None
    return rules_without_secrets(text, str(file))


def _delivery(
    named: str, source: str, rules: Ruleset, headers: list[str], query: str
) -> tuple[Delivery, Reading, Numbered | None]:
    """The body's file, or the journal's own copy of an earlier delivery, with what is known of its contacts."""
    now_ms = SystemClock().now_ms()
    path = Path(named)
    if path.is_file():
        pairs = (header.partition(":") for header in headers)
        tried = Delivery(
            id="try",
            source=source,
            preset=rules.sources[source].preset,
            received_ms=now_ms,
            headers={name.strip().lower(): value.strip() for name, _, value in pairs},
            query=query,
            body=path.read_bytes(),
        )
        return tried, nothing_before, None
    if not EVENT_ID.fullmatch(named):
        raise NotFound(Text(f"нет файла {named}", f"no file {named}"))
    settings = load_settings(os.environ)
    client = connect(settings)
    story = story_of(client, named)
    if story.delivery is None:
        raise NotFound(Text(f"нет ни файла, ни события {named}", f"neither a file nor an event {named}"))
    tried = msgspec.structs.replace(story.delivery, source=source, preset=rules.sources[source].preset)
    return tried, lambda contact: history_of(client, contact).entries, story.numbered


def _matched(planned: Plan, rules: Ruleset) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules.rules if rule.name in planned.matched)


def _timing(rule: Rule, rules: Ruleset) -> dict[str, object]:
    settle_ms = rules.settle_ms if rule.settle_ms is None else rule.settle_ms
    return {"rule": rule.name, "urgent": rule.urgent, "settle_ms": settle_ms}


def _problems(source: Source, unfilled: Sequence[Unfilled]) -> list[Problem]:
    """The fields that the source's mapping left empty, filed as the problems of rules are."""
    return [Problem(rule=source.mapping_name, element=one.field, text=one.text) for one in unfilled]


def _whole(
    found: tuple[Explained, ...],
    plans: list[Plan],
    rules: Ruleset,
    source: Source,
    problems: list[Problem],
    wants: list[str],
    event_id: str,
) -> list[object]:
    return [
        {
            "event": plain(msgspec.structs.replace(one.event, raw=None)),
            "wants": wants,
            "rules": plain(one.rules),
            "nearest": plain(nearest_misses(one.rules)),
            "matched": planned.matched,
            "contacts": [{"contact": c.contact.key, "wishes": plain(c.wishes)} for c in planned.contacts],
            "timing": [_timing(rule, rules) for rule in _matched(planned, rules)],
            "later": [plain_coming(later) for later in coming(one, planned, rules, event_id)],
            "problems": [
                {"rule": p.rule, "element": p.element, "text": plain(p.text)} for p in (*problems, *planned.problems)
            ],
            "suggested": suggested(one.event, source),
        }
        for one, planned in zip(found, plans, strict=True)
    ]


def _print(one: Explained, planned: Plan, rules: Ruleset, event_id: str) -> None:
    language = language_wanted()
    for line in tell_event(plain(one.event), language):
        typer.echo(line)
    typer.echo(say(Text("Правила", "Rules")))
    for line in (*tell_rules(one.rules, language), *tell_nearest(one.rules, language)):
        typer.echo(line)
    typer.echo(say(Text("Что изменилось бы", "What would change")))
    for contact in planned.contacts:
        for wish in contact.wishes:
            typer.echo(f"  {contact.contact.key}  {wish.element} = {value_text(wish.value)}  ← {wish.rule}")
    for later in coming(one, planned, rules, event_id):
        for line in tell_coming(later, language):
            typer.echo(line)
    for line in tell_timing(_matched(planned, rules), rules.settle_ms, language):
        typer.echo(line)
    for problem in planned.problems:
        typer.echo(f"  ! {problem.rule}, {problem.element}: {problem.text.say(language)}")
    if not planned.contacts and not planned.problems and not planned.later:
        typer.echo(say(Text("  ничего", "  nothing")))
