"""Suggest a mapping beside a tried delivery, ready to be pasted into the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from processor.domain.event import Event
from processor.domain.sender import senders_with
from processor.domain.source import Source
from processor.sources.suggest.block import block_of
from processor.sources.suggest.fields import suggest
from processor.telling.story import plain
from processor.text import Language, Text


def suggested(event: Event, source: Source) -> dict[str, Any] | None:
    """The suggestions as plain values; None for a sender whose fields nobody maps."""
    if source.preset not in senders_with("fields"):
        return None
    found = suggest(event.raw, region=source.region, mapped=source.fields)
    fields = [
        {
            "ours": one.ours,
            "theirs": one.theirs,
            "example": one.example,
            "why": plain(one.why),
            "confidence": one.confidence,
        }
        for one in found.fields
    ]
    return {"fields": fields, "types": [asdict(one) for one in found.types]}


def tell_suggested(event: Event, source: Source, language: Language) -> Iterator[str]:
    """The lines to paste under the source, when it has no mapping or the event knows too little of the customer."""
    if source.preset not in senders_with("fields"):
        return
    customer = event.customer
    if source.fields and customer.phone and customer.email and customer.name:
        return
    found = suggest(event.raw, region=source.region, mapped=source.fields)
    if not found.fields:
        return
    if source.fields:
        told = Text(
            f"Можно добавить в fields источника {source.name}", f"Could be added to fields of source {source.name}"
        )
    else:
        told = Text(
            f"Поля этой доставки: можно вставить в правила под sources.{source.name}",
            f"The fields of this delivery, to be pasted into the rules under sources.{source.name}",
        )
    yield told.say(language)
    yield from block_of(found, language, mapped=bool(source.fields), typed=bool(source.event_field))
