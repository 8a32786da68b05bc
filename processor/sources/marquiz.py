"""Marquiz: a finished quiz with its contacts and answers, JSON or a form, unsigned.

Every delivery is form.submitted: Marquiz names no type. `extra.utm.name` is the campaign.
Not known: how long Marquiz waits, and whether it repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import utm_from_mapping, utm_from_query
from processor.sources.answers import Answered, answers_in, form_event, plain_of
from processor.sources.body import as_mapping, opened, read_body
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.keyed import Keyed
from processor.sources.part import part_of
from processor.sources.scalar import line_of, zoned_moment_of
from processor.sources.visitor import customer_of, known_answers


class _Quiz(msgspec.Struct):
    id: str | int | None = None


class _Head(msgspec.Struct):
    """What a delivery key shows of a body; the rest is skipped, not built."""

    quiz: _Quiz | None = None
    created: str | int | None = None


_HEAD = msgspec.json.Decoder(_Head)


class Marquiz(Keyed):
    """Marquiz's webhooks; the token stands in the address."""

    name = "marquiz"
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The quiz (whose id is that of the quiz, not of the lead) and its time to be read; the body decides."""
        head = read_head(_HEAD, inbound.body, _Head())
        told = (head.quiz.id if head.quiz else None, head.created)
        return write_key(*("" if part is None else str(part) for part in told), digested=(inbound.body,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({name: opened(value) for name, value in sent.items()}, source.keys)
        contacts, quiz, extra = (part_of(tree, name) for name in ("contacts", "quiz", "extra"))
        href = line_of(extra.get("href"))
        event = form_event(
            delivery,
            source,
            [*answers_in(tree.get("answers")), *_notes(contacts)],
            customer=customer_of(known_answers(contacts)),
            fallback=customer_of(known_answers(tree)),
            form={"id": quiz.get("id"), "name": quiz.get("name")},
            page={"url": extra.get("href"), "referrer": extra.get("referrer")},
            utm=(_utm(part_of(extra, "utm")), utm_from_query(href) if href else None),
            occurred_at=zoned_moment_of(tree.get("created")),
            raw=tree,
        )
        return (event,)


def _notes(contacts: Mapping[str, Any]) -> list[Answered]:
    """What a visitor left beside a name, a phone and an e-mail, under Marquiz's own names (`text`...)."""
    own = ("name", "phone", "email")
    return [Answered(name, plain_of(value), name) for name, value in contacts.items() if name not in own]


def _utm(marks: Mapping[str, Any]) -> Utm | None:
    return utm_from_mapping({"campaign": marks.get("name"), **marks}, own_part=True)
