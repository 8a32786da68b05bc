"""VK's Callback API: forms of a community (lead_forms_new) and its other events.

Event types: lead_forms_new is form.submitted; any other (message_new, group_join...) keeps VK's own word.
VK wants two answers: its confirmation string, bare, when the address is added, and `ok` for everything else.
A form of VK names no page and no UTM marks, only `ad_id` and `form_id` (in `raw`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.sources.answers import Answered, answers_in, form_event
from processor.sources.body import as_mapping, read_json
from processor.sources.compose import compose
from processor.sources.head import read_head
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import require_account
from processor.sources.preset import Preset
from processor.sources.scalar import line_of, moment_of
from processor.sources.token import is_known, require_known
from processor.text import Text

CONFIRMATION: Final = "confirmation"
FORM: Final = "lead_forms_new"
PLAIN: Final = "text/plain; charset=utf-8"
OK: Final = Answer(200, b"ok", PLAIN)
# What VK calls the answers of its own questions, where we call them otherwise.
ANSWER_NAMES: Final[Mapping[str, str]] = {"patronymic_name": "patronymic", "location": "city"}
USER_NAMES: Final = ("user_id", "from_id", "owner_id", "liker_id", "joined_id")
WHERE: Final = Text(
    "в теле запроса, поле secret («Секретный ключ» в настройках сервера Callback API)",
    'in the body, the field secret (the "secret key" in the settings of the Callback API server)',
)


class _Head(msgspec.Struct):
    """What the door needs of a body; the rest is skipped, not built."""

    type: str | None = None
    group_id: int | str | None = None
    event_id: str | None = None
    secret: str | int | None = None


_HEAD = msgspec.json.Decoder(_Head)


class VK(Preset):
    """VK's Callback API, proved by the secret in the body."""

    name = "vk"
    methods = ("POST",)
    queued_status = 200

    def handshake(self, inbound: Inbound, source: Source) -> Answer | None:
        """The confirmation string, for the right group; a secret that came along must be ours."""
        if b'"confirmation"' not in inbound.body:
            return None
        head = _head(inbound.body)
        if head.type != CONFIRMATION or not source.confirmation:
            return None
        if source.accounts and str(head.group_id) not in source.accounts:
            return None
        if head.secret is not None and source.secrets and not is_known((str(head.secret),), source.secrets):
            return None
        return Answer(200, source.confirmation.encode(), PLAIN)

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The secret stands in the body. Raises ProofRefused, also for a confirmation that `handshake` passed over."""
        head = _head(inbound.body)
        require_account(source, head.group_id)
        if head.type == CONFIRMATION and not source.confirmation:
            raise ProofRefused(
                "confirmation_not_configured",
                Text(
                    "ВКонтакте ждёт строку подтверждения: укажите её у источника (confirmation).",
                    "VK asks for the confirmation string: give it to the source (confirmation).",
                ),
            )
        require_known(() if head.secret is None else (str(head.secret),), source.secrets, WHERE)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """`event_id`, by which VK itself says that a repetition is known; without it the body decides."""
        head = _head(inbound.body)
        told = (head.type or "", "" if head.group_id is None else str(head.group_id), head.event_id or "")
        return write_key(*told, digested=tuple(map(octets_of, told)) if head.event_id else (inbound.body,))

    def answer(self, status: str, inbound: Inbound) -> Answer | None:  # noqa: ARG002
        """Anything but a bare `ok` is an error to VK."""
        return OK

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = as_mapping(read_json(delivery.body))
        tree = scrub({name: value for name, value in sent.items() if name != "secret"}, source.keys)
        about = tree.get("object")
        about = about if isinstance(about, dict) else {}
        type_ = line_of(tree.get("type")) or "unknown"
        if type_ == FORM:
            return (_form_event(delivery, source, tree, about),)
        user, date = _actor(about)
        customer = {"vk_id": user}
        event = compose(delivery, type_, region=source.region, customer=customer, occurred_at=moment_of(date), raw=tree)
        return (event,)


def _form_event(delivery: Delivery, source: Source, tree: Mapping[str, Any], about: Mapping[str, Any]) -> Event:
    answers = [
        Answered(answer.label, answer.value, ANSWER_NAMES.get(answer.code, answer.code))
        for answer in answers_in(about.get("answers"))
    ]
    return form_event(
        delivery,
        source,
        answers,
        customer={"vk_id": _person(about.get("user_id"))},
        form={"id": about.get("form_id"), "name": about.get("form_name")},
        raw=tree,
    )


def _actor(about: Mapping[str, Any]) -> tuple[str | None, Any]:
    """Who did it and when (Unix seconds): in the object, or in the message within it."""
    message = about.get("message")
    for place in (about, message if isinstance(message, dict) else {}):
        users = (_person(place.get(name)) for name in USER_NAMES)
        user = next((one for one in users if one), None)
        if user:
            return user, place.get("date")
    return None, about.get("date")


def _person(value: Any) -> str | None:
    """A person's id; a community's is negative, and 0 is nobody."""
    text = line_of(value)
    return text if text and text.isdecimal() and text != "0" else None


def _head(body: bytes) -> _Head:
    return read_head(_HEAD, body, _Head())
