"""Jotform: multipart, unsigned; the answers stand in the part `rawRequest`, which is a JSON text.

Its keys are `q7_phoneNumber`: the question's number and the name that Jotform made of its text. The part `pretty` shows
the questions' own texts, but so that a comma in an answer cannot be told from the next question, so it is not read.
Jotform tells no type and no time: every delivery is form.submitted.
Not known: how long Jotform waits, and whether it repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.alias import known_field
from processor.sources.answers import Answered, form_event, plain_of
from processor.sources.body import as_mapping, read_body, read_body_once, read_json
from processor.sources.compose import first_text
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed
from processor.sources.scalar import email_of, line_of

FORM_NAMES: Final = ("formID", "form_id", "formId")
SUBMISSION_NAMES: Final = ("submissionID", "submission_id", "submissionId")
NAME_PARTS: Final = ("prefix", "first", "middle", "last", "suffix")
ADDRESS_PARTS: Final = ("addr_line1", "addr_line2", "city", "state", "postal", "country")
PHONE_PARTS: Final = ("country", "area", "phone")

_QUESTION = re.compile(r"q[0-9]{1,6}_(.+)", re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9]{1,3}$)")
_UTM = re.compile(r"utm[ _-]?(source|medium|campaign|term|content)[ _-]?[0-9]{0,3}", re.IGNORECASE)


class Jotform(Keyed):
    """Jotform's webhooks; the token stands in the address."""

    name = "jotform"
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The submission's id and a digest of its answers, so that a submission changed later counts again.

        The border between the parts is another with each try, so the body as a whole decides nothing. The id, larger
        than 2^53, is a text.
        """
        try:
            parts = as_mapping(read_body_once(inbound.body, inbound.headers.get("content-type", "")).tree)
        except Unreadable:
            return write_key("unreadable", digested=(inbound.body,))
        form, submission = _first(parts, FORM_NAMES), _first(parts, SUBMISSION_NAMES)
        if submission is None:
            return write_key(form or "", "", digested=(inbound.body,))
        return write_key(
            form or "", submission, digested=(octets_of(submission), octets_of(repr(parts.get("rawRequest"))))
        )

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        parts = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        asked = parts.get("rawRequest")
        if isinstance(asked, str) and asked.strip():
            parts = {**parts, "rawRequest": as_mapping(read_json(asked))}
        tree = scrub(parts, source.keys)
        asked = tree.get("rawRequest")
        questions = list(_questions(asked if isinstance(asked, dict) else tree))
        event = form_event(
            delivery,
            source,
            [Answered(_label(name), _value(value), _words(name)) for name, value in questions],
            fallback=_shaped(questions),
            form={"id": _first(tree, FORM_NAMES), "name": tree.get("formTitle")},
            raw=tree,
        )
        return (event,)


def _questions(asked: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The answers by the questions' names; what else stands beside them is Jotform's own."""
    for key, value in asked.items():
        found = _QUESTION.fullmatch(key)
        if found:
            yield found[1], value


def _label(name: str) -> str:
    """What the question is called: "utm_source" for a hidden field, else the name as it is."""
    mark = _UTM.fullmatch(name)
    return f"utm_{mark[1].lower()}" if mark else name


def _words(name: str) -> str:
    """`yourName7` as people write it: "your Name 7"."""
    return _CAMEL.sub(" ", name)


def _value(value: Any) -> Any:
    """An answer of several parts as people write it."""
    if not isinstance(value, dict):
        return plain_of(value)
    if "year" in value and "month" in value and "day" in value:
        return _date(value)
    if any(name in value for name in ("first", "last")):
        return _joined(value, NAME_PARTS, " ")
    if "addr_line1" in value:
        return _joined(value, ADDRESS_PARTS, ", ")
    return _phone(value) or plain_of(value)


def _date(value: Mapping[str, Any]) -> str | None:
    """`2025-03-01`, with the time if it was asked for."""
    day = [line_of(value.get(name)) for name in ("year", "month", "day")]
    time = [line_of(value.get(name)) for name in ("hour", "min")]
    date = "-".join(part.zfill(2) for part in day if part)
    return f"{date} {':'.join(part.zfill(2) for part in time if part)}" if all(time) else date or None


def _joined(value: Mapping[str, Any], names: tuple[str, ...], between: str) -> str | None:
    parts = (line_of(value.get(name)) for name in names)
    return between.join(part for part in parts if part) or None


def _phone(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    whole = line_of(value.get("full"))
    return whole or (_joined(value, PHONE_PARTS, " ") if "phone" in value else None)


def _shaped(questions: list[tuple[str, Any]]) -> dict[str, Any]:
    """Who filled it in, told by the shape of the answers: a Russian question has a name such as `input5`."""
    values = [value for _, value in questions]
    names = [(label, v) for label, v in questions if isinstance(v, dict) and ("first" in v or "last" in v)]
    name = next((v for label, v in names if known_field(_words(label)) == "name"), names[0][1] if names else {})
    address = next((v for v in values if isinstance(v, dict) and "addr_line1" in v), {})
    emails = (value for value in values if isinstance(value, str) and email_of(value) == value.strip())
    return {
        "name": _joined(name, ("first", "middle", "last"), " "),
        "first_name": name.get("first"),
        "last_name": name.get("last"),
        "phone": next((phone for phone in map(_phone, values) if phone), None),
        "email": next(emails, None),
        "address": _joined(address, ADDRESS_PARTS, ", "),
        "city": address.get("city"),
    }


def _first(parts: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return first_text(*(parts.get(name) for name in names))
