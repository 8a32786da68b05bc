"""Who sends: addresses, proofs, the last delivery, refusals with their cause, and a mapping from a sample."""

from __future__ import annotations

from typing import Final

from processor.domain.delivery import Delivery
from processor.domain.hook import pasted_address, proof_told
from processor.domain.proof_advice import proof_advice
from processor.domain.sender import SENDERS, senders_with
from processor.domain.source import Source
from processor.errors import NotFound, Unreadable
from processor.sources.registry import preset_of
from processor.sources.suggest.block import block_of
from processor.sources.suggest.fields import suggest
from processor.store.journal import newest, story_of
from processor.store.refused import refused
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.snapshot import EVENTS_LOOKED_AT
from processor.web.console.visit import Visit

REFUSALS_SHOWN: Final = 20
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
    """One of them. Raises NotFound, StoreError."""
    return _page(desk, _named(desk, visit), {})


def suggest_mapping(desk: Desk, visit: Visit) -> Reply:
    """What a pasted body, or a stored event of this source, suggests for `fields`. Raises NotFound, StoreError."""
    of = _named(desk, visit)
    sample, event = visit.form.get("sample", ""), visit.form.get("event", "").strip()
    if of.preset not in senders_with("fields"):
        text = Text("у этого отправителя поля известны", "this sender's fields are known")
        return _page(desk, of, {"problem": text}, 422)
    if len(sample) > SAMPLE_CHARACTERS_MAX:
        text = Text(f"не больше {SAMPLE_CHARACTERS_MAX} символов", f"at most {SAMPLE_CHARACTERS_MAX} characters")
        return _page(desk, of, {"problem": text}, 422)
    preset = preset_of(of)
    try:
        delivery = _delivery(desk, of, sample, event)
        (told, *_) = preset.normalise(delivery, of)
    except (Unreadable, NotFound) as error:
        return _page(desk, of, {"problem": error.text, "sample": sample, "event": event}, 422)
    empty = {one.field for one in preset.unfilled(delivery, of)}
    found = suggest(told.raw, region=of.region, mapped=of.fields.keys() - empty)
    block = block_of(found, visit.look.language, mapped=bool(of.fields), typed=bool(of.event_field))
    return _page(desk, of, {"suggested": found, "block": "\n".join(block), "sample": sample, "event": event})


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


def _named(desk: Desk, visit: Visit) -> Source:
    name = visit.named["name"]
    found = desk.book.current().sources.get(name)
    if found is None:
        raise NotFound(Text(f"нет источника {name}", f"no source {name}"))
    return found


def _page(desk: Desk, of: Source, more: dict[str, object], status: int = 200) -> Page:
    settings = desk.settings
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    last = [row for row in newest(desk.client, limit=EVENTS_LOOKED_AT) if row.source == of.name][:REFUSALS_SHOWN]
    refusals = refused(desk.client, [of.name], limit=REFUSALS_SHOWN, journal_days=settings.journal_days)
    values = {
        "source": of,
        "sender": SENDERS[of.preset],
        "proof": proof_told(of),
        "address": pasted_address(base, of, SENDERS[of.preset]),
        "reachable": bool(settings.public_url),
        "events": last,
        "refusals": [(one, proof_advice(one.code)) for one in refusals],
        "maps": of.preset in senders_with("fields"),
    }
    return Page("source.html", values | more, status)
