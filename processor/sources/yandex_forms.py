"""Yandex Forms: the integration "HTTP request", JSON-RPC or a request with a body of the owner's own making.

Read are: the variable "all answers as JSON" (`{answer: {data: {slug: {value, question: {label, slug}}}}}`), as the body
itself or as a parameter of JSON-RPC, nested or as a JSON text; a form whose fields `field_1`... each hold one such
answer as a JSON text; and plain fields under names that the owner chose. Every delivery is form.submitted.
Not known: when Yandex repeats, and whether a repetition keeps X-Delivery-Id, so that takes no part in the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.answers import Answered, answers_in, form_event
from processor.sources.body import as_mapping, opened, read_body, read_body_once
from processor.sources.form import nest, read_pairs
from processor.sources.keep import encodable, scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed
from processor.sources.part import part_of

FORM_HEADER: Final = "x-form-id"
ANSWER_HEADER: Final = "x-form-answer-id"
DELIVERY_HEADER: Final = "x-delivery-id"
RPC_ID_BYTES_MAX: Final = 200
LEVELS_MAX: Final = 3
NULL: Final = b"null"
# Yandex's names of questions say what was asked: answer_phone_123, answer_non_profile_email_7.
KINDS: Final[Mapping[str, str]] = {"phone": "phone", "email": "email"}
TECHNICAL: Final = frozenset({"jsonrpc", "method", "id", "params", "form_id", "form_name", "answer_id", "created"})


class _Call(msgspec.Struct):
    """A call of JSON-RPC, and what identifies it to the caller, as written."""

    jsonrpc: str
    id: msgspec.Raw = msgspec.Raw(NULL)


_CALL = msgspec.json.Decoder(_Call)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class YandexForms(Keyed):
    """Yandex Forms; the token is a header that the form's owner added."""

    name = "yandex_forms"
    methods = ("POST", "PUT", "GET")
    reads_headers = ("content-type", FORM_HEADER, ANSWER_HEADER, DELIVERY_HEADER)
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """Form, answer, and a digest of what was said about it.

        One answer may be told twice in different words, by two integrations of a form. What differs between two tries
        of the same counts for nothing: the number of a JSON-RPC call, the borders of a multipart form.
        """
        ids = tuple(inbound.headers.get(name, "").strip() for name in (FORM_HEADER, ANSWER_HEADER))
        query = self.kept_query(inbound, source)
        digested = (*map(octets_of, (*ids, query)), *_said(inbound))
        return write_key(*ids, digested=digested)

    def answer(self, status: str, inbound: Inbound) -> Answer | None:  # noqa: ARG002
        """A call of JSON-RPC is answered as one, with its own id; any other request as usual."""
        call = _call(inbound.body)
        if call is None:
            return None
        id_ = bytes(call.id)
        told = id_ if len(id_) <= RPC_ID_BYTES_MAX and not id_.startswith((b"{", b"[")) else NULL
        return Answer(200, b'{"jsonrpc":"2.0","result":"ok","id":' + told + b"}")

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        body = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({**nest(read_pairs(encodable(delivery.query))), **_opened(body)}, source.keys)
        headers = scrub(dict(delivery.headers), source.keys)
        answers = _answers(tree)
        about = {**tree, **part_of(tree, "answer"), **part_of(tree, "params")}
        event = form_event(
            delivery,
            source,
            answers,
            fallback=_by_kind(answers),
            form={
                "id": headers.get(FORM_HEADER) or about.get("form_id"),
                "name": about.get("form_name"),
            },
            raw=tree,
        )
        return (event,)


def _call(body: bytes) -> _Call | None:
    if b"jsonrpc" not in body:
        return None
    try:
        return _CALL.decode(body)
    except (ValueError, RecursionError):
        return None


def _said(inbound: Inbound) -> tuple[bytes, ...]:
    """What a delivery says, as bytes, without what is new with every try."""
    if _call(inbound.body) is not None:
        try:
            fields = _FIELDS.decode(inbound.body)
        except ValueError:
            return (b"body", inbound.body)
        return tuple(part for name, raw in fields.items() if name != "id" for part in (octets_of(name), bytes(raw)))
    content_type = inbound.headers.get("content-type", "")
    # Files are no fields, so where there is one the whole body decides.
    if content_type[:64].lower().lstrip().startswith("multipart/") and b"filename" not in inbound.body:
        try:
            return tuple(octets_of(text) for pair in read_body_once(inbound.body, content_type).pairs for text in pair)
        except Unreadable:
            pass
    return (b"body", inbound.body)


def _opened(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with their JSON texts read, those of a JSON-RPC call's parameters too."""
    fields = {name: opened(value) for name, value in body.items()}
    params = fields.get("params")
    if isinstance(params, list):
        params = {str(at): value for at, value in enumerate(params)}
    if isinstance(params, dict):
        fields["params"] = {name: opened(value) for name, value in params.items()}
    return fields


def _levels(tree: Mapping[str, Any], depth: int = LEVELS_MAX) -> Iterator[Mapping[str, Any]]:
    """Where the answers may stand: here, or within one of the fields."""
    yield tree
    if depth:
        for value in tree.values():
            if isinstance(value, dict):
                yield from _levels(value, depth - 1)


def _answers(tree: Mapping[str, Any]) -> list[Answered]:
    """The variable "all answers" wherever it stands, else the fields as the owner named them."""
    for level in _levels(tree):
        data = level.get("data")
        if isinstance(data, dict) and any(isinstance(one, dict) and "value" in one for one in data.values()):
            return answers_in(data)
    plain = part_of(tree, "params") or tree
    return answers_in({name: value for name, value in plain.items() if name not in TECHNICAL})


def _by_kind(answers: list[Answered]) -> dict[str, Any]:
    """The phone and the e-mail by Yandex's own names of the questions, whatever the owner's texts say."""
    return {
        field: next((answer.value for answer in answers if word in answer.code.lower() and answer.value), None)
        for word, field in KINDS.items()
    }
