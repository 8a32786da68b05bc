"""`refused`: what was refused at the door, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from processor.commands.context import language_wanted, say, settings_beside
from processor.domain.proof_advice import proof_advice
from processor.domain.refusal import NOBODY, Refusal
from processor.store.connection import connect
from processor.store.keys import DAY_MS
from processor.store.refused import Counted, refused_counts
from processor.store.refused import refused as last_refused
from processor.telling.story import clock, plain
from processor.text import Language, Text, nearest

DAYS_SHOWN = 7

_NOTHING = Text("отказов не было", "nothing was refused")
_DAYS = Text("Отказано по дням (UTC)", "Refused by day (UTC)")
_LAST = Text("Последние отказы", "The last refusals")
_MORE = Text("к тому же", "besides")
_HEADERS = Text("заголовки", "headers")


def refused(
    source: Annotated[str | None, typer.Option(help="имя; ? — незнакомые / a name; ?: unknown ones")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Кому отказано в приёме, почему и что делать / Who was refused at the door, why, and what to do."""
    settings = settings_beside()
    client = connect(settings)
    counts = refused_counts(client, journal_days=settings.journal_days)
    known = sorted({one.source for one in counts})
    if source is not None:
        counts = {one: number for one, number in counts.items() if one.source == source}
    sources = known if source is None else [source]
    last = last_refused(client, sources, limit=limit, journal_days=settings.journal_days)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(_whole(counts, last))).decode())
        return 0
    for told in _tell(counts, last, language_wanted()):
        typer.echo(told)
    if not counts:
        close = nearest(source, known) if source else None
        typer.echo(say(Text(*(f"{said}: {close}?" if close else said for said in (_NOTHING.ru, _NOTHING.en)))))
    return 0


def _whole(counts: Mapping[Counted, int], last: Sequence[Refusal]) -> dict[str, Any]:
    return {
        "days": [
            {"day": _date(one.day), "source": one.source, "code": one.code, "refused": number}
            for one, number in counts.items()
        ],
        "last": [_row(one) for one in last],
    }


def _row(one: Refusal) -> dict[str, Any]:
    return {
        "source": one.source,
        "preset": one.preset or None,
        "asked": one.asked or None,
        "code": one.code,
        "why": {"ru": one.ru, "en": one.en},
        "besides": {"ru": one.hint_ru, "en": one.hint_en} if one.hint_en else None,
        "todo": plain(proof_advice(one.code)),
        "times": one.times,
        "first_ms": one.first_ms,
        "last_ms": one.last_ms,
        "client": one.client,
        "method": one.method,
        "user_agent": one.agent,
        "size_bytes": one.size_bytes,
        "headers": list(one.headers),
    }


def _tell(counts: Mapping[Counted, int], last: Sequence[Refusal], language: Language) -> Iterator[str]:
    if counts:
        yield _DAYS.say(language)
    since = max((one.day for one in counts), default=0) - DAYS_SHOWN
    for one, number in counts.items():
        if one.day > since:
            yield f"  {_date(one.day)}  {one.source}  {one.code}: {number}"
    if last:
        yield _LAST.say(language)
    for refusal in last:
        yield from _tell_one(refusal, language)


def _tell_one(one: Refusal, language: Language) -> Iterator[str]:
    whose = f"{one.source} /hooks/{one.asked}" if one.source == NOBODY else f"{one.source} ({one.preset})"
    size = "" if one.size_bytes is None else f", {one.size_bytes} B"
    yield f"{clock(one.last_ms)}  {whose}  {one.code}  {one.client or '—'}  {one.method}{size}{_times(one, language)}"
    yield f"    {one.ru if language == 'ru' else one.en}"
    hint = one.hint_ru if language == "ru" else one.hint_en
    if hint:
        yield f"    {_MORE.say(language)}: {hint}"
    yield f"    → {proof_advice(one.code).say(language)}"
    yield f"    {_HEADERS.say(language)}: {', '.join(one.headers) or '—'}"
    if one.agent:
        yield f"    user-agent: {one.agent}"


def _times(one: Refusal, language: Language) -> str:
    if one.times == 1:
        return ""
    since = clock(one.first_ms)
    return "  " + Text(f"×{one.times} с {since}", f"×{one.times} since {since}").say(language)


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_MS / 1000, UTC).strftime("%Y-%m-%d")
