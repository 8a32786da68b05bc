"""Google Forms: it has no webhooks, so a script of the form's owner posts; ours is in docs/sources/google_forms.md.

What our script posts: `{event, id, submitted_at, email, form: {id, name}, answers: [{question, answer}]}` as JSON,
signed by Standard Webhooks. Scripts that people wrote before are read too: `namedValues`, {question: [answer]}, as a
sheet's trigger has them (at the top or within `e`), or just a mapping of questions; JSON that is labelled as a form,
which is what Apps Script does unless it is told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import utm_from_query
from processor.sources.answers import Answered, answers_in, form_event
from processor.sources.body import as_mapping, opened, read_body
from processor.sources.compose import first_text
from processor.sources.generic import Generic
from processor.sources.keep import scrub
from processor.sources.part import part_of
from processor.sources.scalar import moment_of

LISTS: Final = ("answers", "namedValues", "itemResponses", "responses", "fields")
ENVELOPES: Final = ("e", "response", "data", "payload")
# What a script adds by itself: no answers of a visitor.
TECHNICAL: Final = frozenset(
    (
        *("event", "type", "id", "responseid", "response_id", "row", "rownumber", "rowstart", "range", "source"),
        *("form", "formid", "form_id", "formtitle", "form_title", "submitted_at", "timestamp", "triggeruid"),
        *("authmode", "values", "token", "secret", "e", "response", "data", "payload", "url", "email"),
    )
)
EMAIL_NAMES: Final = ("email", "respondentEmail", "respondent_email")
TIME_NAMES: Final = ("submitted_at", "timestamp", "occurred_at")


class GoogleForms(Generic):
    """A script in Google's Apps Script, proved and told apart as any sender is: by its `webhook-id` or its body.

    The script's `webhook-id` is made of the response's id; a body without one holds that id or the row's number, so
    its digest tells two responses apart.
    """

    name = "google_forms"
    methods = ("POST", "PUT")
    reads_headers = ("content-type",)

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({name: opened(value) for name, value in tree.items()}, source.keys)
        levels = list(_levels(tree))
        form = next((part for level in levels if (part := part_of(level, "form"))), {})
        page = _first(levels, "url")
        event = form_event(
            delivery,
            source,
            _answers(levels),
            event=_first(levels[:1], "event", *(("type",) if isinstance(tree.get("data"), dict) else ()))
            or "form.submitted",
            fallback={"email": _first(levels, *EMAIL_NAMES)},
            form={
                "id": form.get("id") or _first(levels, "formId", "form_id"),
                "name": form.get("name") or form.get("title") or _first(levels, "formTitle", "form_title", "form"),
            },
            page={"url": page},
            later_utm=(utm_from_query(page) if page else None,),
            occurred_at=moment_of(_first(levels, *TIME_NAMES), source.timezone),
            raw=tree,
        )
        return (event,)


def _levels(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where a script may have put its fields: at the top, or within one thing."""
    yield tree
    yield from (tree[name] for name in ENVELOPES if isinstance(tree.get(name), dict))


def _first(levels: list[Mapping[str, Any]], *names: str) -> str | None:
    return first_text(*(level.get(name) for level in levels for name in names))


def _answers(levels: list[Mapping[str, Any]]) -> list[Answered]:
    """The answers of the first list there is, else whatever a script did not add by itself."""
    for level in levels:
        found = next((level[name] for name in LISTS if isinstance(level.get(name), dict | list)), None)
        if found:
            return answers_in(found)
    return answers_in(
        {name: value for level in levels for name, value in level.items() if name.lower() not in TECHNICAL}
    )
