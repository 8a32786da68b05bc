"""Who sends: addresses, proofs, the last delivery, refusals with their cause, and a mapping from a sample."""

from __future__ import annotations

from typing import Final

from processor.domain.delivery import Delivery
from processor.domain.hook import proof_told
from processor.domain.sender import SENDERS, senders_with
from processor.domain.source import Source
from processor.errors import NotFound, Unreadable
from processor.sources.registry import preset_of
from processor.sources.suggest.block import block_of
from processor.sources.suggest.fields import suggest
from processor.store.journal import newest, story_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.snapshot import EVENTS_LOOKED_AT
from processor.web.console.source_page import source_named, source_page, waiting
from processor.web.console.visit import Visit

SAMPLE_CHARACTERS_MAX: Final = 200_000


def sources(desk: Desk, visit: Visit) -> Reply:  # noqa: ARG001  as every page
    """All of them. Raises StoreError."""
    rules = desk.book.current()
    last: dict[str, object] = {}
    for row in newest(desk.client, limit=EVENTS_LOOKED_AT):
        last.setdefault(row.source, row)
    rows = [
        {"source": source, "sender": SENDERS[source.preset], "proof": proof_told(source), "last": last.get(source.name)}
        for source in rules.sources.values()
    ]
    return Page("sources.html", {"rows": rows})


def source(desk: Desk, visit: Visit) -> Reply:
    """One of them, or with `?part=live` what of it is exchanged while somebody waits. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    if visit.query.get("part") == "live":
        return waiting(desk, of)
    return source_page(desk, visit, of, {})


def suggest_mapping(desk: Desk, visit: Visit) -> Reply:
    """What a pasted body, or a stored event of this source, suggests for `fields`. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    sample, event = visit.form.get("sample", ""), visit.form.get("event", "").strip()
    if of.preset not in senders_with("fields"):
        text = Text("у этого отправителя поля известны", "this sender's fields are known")
        return source_page(desk, visit, of, {"problem": text}, 422)
    if len(sample) > SAMPLE_CHARACTERS_MAX:
        text = Text(f"не больше {SAMPLE_CHARACTERS_MAX} символов", f"at most {SAMPLE_CHARACTERS_MAX} characters")
        return source_page(desk, visit, of, {"problem": text}, 422)
    preset = preset_of(of)
    try:
        delivery = _delivery(desk, of, sample, event)
        (told, *_) = preset.normalise(delivery, of)
    except (Unreadable, NotFound) as error:
        return source_page(desk, visit, of, {"problem": error.text, "sample": sample, "event": event}, 422)
    empty = {one.field for one in preset.unfilled(delivery, of)}
    found = suggest(told.raw, region=of.region, mapped=of.fields.keys() - empty)
    block = block_of(found, visit.look.language, mapped=bool(of.fields), typed=bool(of.event_field))
    shown = {"suggested": found, "block": "\n".join(block), "sample": sample, "event": event}
    return source_page(desk, visit, of, shown)


def _delivery(desk: Desk, of: Source, sample: str, event: str) -> Delivery:
    if event and not sample.strip():
        kept = story_of(desk.client, event).delivery
        if kept is None or kept.source != of.name:
            raise NotFound(Text(f"у этого источника нет события {event}", f"this source has no event {event}"))
        return kept
    body = sample.encode()
    headers = {
        "content-type": "application/json" if sample.lstrip()[:1] in "{[" else "application/x-www-form-urlencoded"
    }
    return Delivery(
        id="sample",
        source=of.name,
        preset=of.preset,
        received_ms=desk.clock.now_ms(),
        headers=headers,
        query="",
        body=body,
    )
