"""Typeform: signed JSON of a filled form.

Event types: `form_response` is form.submitted; any other (`form_response_partial`, which some plans send for a form
that was begun) keeps its own word, so that no rule for a filled form matches it.
Answers hold no text of their questions; it is joined from the form's definition by the field's id.
Not known from Typeform itself: when it repeats. A form builder of the same make ends its deliveries for good after 404
and 410, which the receiver answers for a source that is not in the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import utm_from_mapping
from processor.sources.answers import Answered, form_event, label_of, plain_of
from processor.sources.body import as_mapping, read_json
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.part import part_of
from processor.sources.preset import Preset
from processor.sources.scalar import flag_of, line_of, moment_of
from processor.sources.signature import require_signature
from processor.sources.visitor import customer_of, known_answers

SIGNATURE_HEADER: Final = "typeform-signature"
SIGNATURE_PREFIX: Final = "sha256="
FILLED: Final = "form_response"
QUESTIONS_MAX: Final = 500
NESTED_MAX: Final = 5


class _Response(msgspec.Struct):
    token: str | None = None


class _Head(msgspec.Struct):
    """What a delivery key needs of a body; the rest is skipped, not built."""

    event_id: str | None = None
    event_type: str | None = None
    form_response: _Response | None = None


_HEAD = msgspec.json.Decoder(_Head)


class Typeform(Preset):
    """Typeform's webhooks, signed with the secret that the form's owner chose."""

    name = "typeform"
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """`sha256=` and the base64 (not hex) of the HMAC-SHA256 of the raw body. Raises ProofRefused."""
        given = inbound.headers.get(SIGNATURE_HEADER, "").strip()
        plain = given[len(SIGNATURE_PREFIX) :] if given[: len(SIGNATURE_PREFIX)].lower() == SIGNATURE_PREFIX else given
        require_signature(plain, source.secrets, inbound.body, header="Typeform-Signature")

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """`event_id`, which stays the same over the tries, with type and submission; without it the body decides."""
        head = read_head(_HEAD, inbound.body, _Head())
        type_ = head.event_type or ""
        token = (head.form_response.token if head.form_response else None) or ""
        if head.event_id:
            return write_key(type_, head.event_id, digested=tuple(map(octets_of, (type_, head.event_id, token))))
        return write_key(type_, token, digested=(inbound.body,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(as_mapping(read_json(delivery.body)), source.keys)
        response = part_of(tree, "form_response")
        type_ = line_of(tree.get("event_type")) or FILLED
        hidden = part_of(response, "hidden")
        answers = [answer for answer in _listed(response.get("answers")) if isinstance(answer, dict)]
        definition = part_of(response, "definition")
        event = form_event(
            delivery,
            source,
            _answers(answers, _titles(definition)),
            event="form.submitted" if type_ == FILLED else type_,
            customer=_customer(answers),
            fallback=customer_of(known_answers(hidden)),
            form={"id": response.get("form_id"), "name": definition.get("title")},
            payment=_payment(answers),
            utm=(utm_from_mapping(hidden),),
            occurred_at=moment_of(response.get("submitted_at")),
            raw=tree,
        )
        return (event,)


def _titles(definition: Mapping[str, Any]) -> dict[str, str]:
    """The text of each question by its field's id; a group's questions stand within it."""
    return {id_: title for id_, title in _questions(definition.get("fields"), NESTED_MAX) if title}


def _questions(fields: Any, depth: int) -> Iterator[tuple[str, str | None]]:
    for field in _listed(fields):
        if isinstance(field, dict):
            yield str(field.get("id")), label_of(field.get("title"))
            inner = part_of(field, "properties").get("fields") if depth else None
            if inner:
                yield from _questions(inner, depth - 1)


def _answers(answers: list[dict[str, Any]], titles: Mapping[str, str]) -> list[Answered]:
    found = []
    for at, answer in enumerate(answers, 1):
        field = part_of(answer, "field")
        code = line_of(field.get("ref")) or line_of(field.get("id")) or str(at)
        found.append(Answered(titles.get(str(field.get("id"))) or code, _value(answer), code))
    return found


def _value(answer: Mapping[str, Any]) -> Any:
    """What was answered, whatever its type: choice(s) by their labels and "other", a payment by its sum."""
    type_ = answer.get("type")
    value = answer.get(type_) if isinstance(type_, str) else None
    if not isinstance(value, dict):
        return plain_of(value)
    if type_ == "payment":
        return value.get("amount")
    chosen = value.get("labels") or [value.get("label")]
    told = plain_of([*chosen, value.get("other")] if isinstance(chosen, list) else value)
    return (told[0] if len(told) == 1 else told) if told else plain_of(value)


def _customer(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """The phone and the e-mail are known by the type of the answer, whatever the question says."""
    typed = {"phone": "phone_number", "email": "email"}
    return {
        ours: next((answer[theirs] for answer in answers if answer.get("type") == theirs and answer.get(theirs)), None)
        for ours, theirs in typed.items()
    }


def _payment(answers: list[dict[str, Any]]) -> dict[str, Any] | None:
    paid = next((answer["payment"] for answer in answers if isinstance(answer.get("payment"), dict)), None)
    if paid is None:
        return None
    succeeded = flag_of(paid.get("success"))
    status = None if succeeded is None else "succeeded" if succeeded else "failed"
    return {"amount": paid.get("amount"), "currency": paid.get("currency"), "status": status}


def _listed(value: Any) -> list[Any]:
    return value[:QUESTIONS_MAX] if isinstance(value, list) else []
