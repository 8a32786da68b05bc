"""What becomes of a call, by how it ended: one table, total over every error. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetVariable, Upsert
from processor.domain.contact import Messenger
from processor.errors import StoreError
from workers.watbot.errors import (
    BadCall,
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotNothingThere,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)

RETRY_FIRST_MS = 1_000
RETRY_MAX_MS = 600_000
WAIT_MIN_MS = 500
WAIT_MAX_MS = 60_000
STOP_MS = 300_000


@dataclass(frozen=True, slots=True)
class Done:
    """The call did what was asked."""

    reason: str = "done"


@dataclass(frozen=True, slots=True)
class Wait:
    """The whole account makes no call for `delay_ms`; the call itself did nothing wrong."""

    delay_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Make this call again after `delay_ms`."""

    delay_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No call of this account will do until a person acts; look again after `delay_ms`."""

    reason: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """These data will never be accepted: set them aside. `fields` as the call names them (see `elements_of`)."""

    reason: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learn:
    """What we believed of the contact is stale: forget its id and learn it anew."""

    reason: str


Verdict = Done | Wait | Retry | Stop | Refuse | Learn


def verdict(error: Exception | None, attempts: int, jitter: float) -> Verdict:
    """What to do after a call that ended in `error` (None: well).

    `attempts` counts the failures in a row with this one, from 1; `jitter` is a random number from 0 to 1: a retry
    waits between half and the whole of 1 s, 2 s, 4 s … 10 min. Watbot's own Retry-After is never undercut.
    """
    if error is None:
        return Done()
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind](error, attempts, jitter)
    return _unexpected(error, attempts, jitter)


def growing_ms(attempts: int, jitter: float, *, most_ms: int = RETRY_MAX_MS) -> int:
    """The delay after so many failures, jittered; odd numbers are read as the nearest sensible ones."""
    doublings = min(max(attempts, 1), 32) - 1
    share = min(max(jitter, 0.0), 1.0) if math.isfinite(jitter) else 1.0
    return int(min(RETRY_FIRST_MS * 2**doublings, most_ms) * (0.5 + share / 2))


def _throttled(error: Exception, attempts: int, jitter: float) -> Verdict:
    asked_ms = error.retry_after_ms if isinstance(error, WatbotThrottled) else None
    if asked_ms is None:
        return Wait(growing_ms(attempts, jitter, most_ms=WAIT_MAX_MS), "throttled")
    return Wait(max(asked_ms, WAIT_MIN_MS), "throttled")


def _unavailable(error: Exception, attempts: int, jitter: float) -> Verdict:
    asked_ms = error.retry_after_ms if isinstance(error, WatbotUnavailable) else None
    kind = error.kind if isinstance(error, WatbotUnavailable) else "other"
    return Retry(max(growing_ms(attempts, jitter), asked_ms or 0), f"unavailable_{kind}")


def _nonsense(error: Exception, attempts: int, jitter: float) -> Verdict:
    kind = error.kind if isinstance(error, WatbotNonsense) else "shape"
    return Retry(growing_ms(attempts, jitter), f"nonsense_{kind}")


def _token_refused(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Stop("token_refused", STOP_MS)


def _refused(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Refuse("refused", tuple(error.fields) if isinstance(error, WatbotRefused) else ())


def _bad_call(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Refuse("bad_call", (error.field,) if isinstance(error, BadCall) else ())


def _contact_unknown(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Learn("contact_unknown")


def _nothing_there(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Done("nothing_there")


def _store(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Retry(growing_ms(attempts, jitter), "store")


def _unexpected(error: Exception, attempts: int, jitter: float) -> Verdict:  # noqa: ARG001 - a row of the table
    return Retry(growing_ms(attempts, jitter), "unexpected")


# The nearest class in the error's own line of descent decides; what is not here is a fault of our own.
TABLE: Mapping[type, Callable[[Exception, int, float], Verdict]] = {
    WatbotThrottled: _throttled,
    WatbotUnavailable: _unavailable,
    WatbotNonsense: _nonsense,
    WatbotTokenRefused: _token_refused,
    WatbotRefused: _refused,
    WatbotContactUnknown: _contact_unknown,
    WatbotNothingThere: _nothing_there,
    BadCall: _bad_call,
    WatbotError: _unexpected,
    StoreError: _store,
}

_ELEMENTS: Mapping[str, str] = {
    "name": "field:name",
    "email": "field:email",
    "phone": "field:phone",
    "address": "field:address",
    "telegram_username": "field:telegram_username",
    "tags": "tags",
    "utm": "utm",
    "status": "status",
    "contact_id": "identity",
    "bot_id": "identity",
    "messenger": "identity",
    "telegram_id": "identity",
    "viber_id": "identity",
    "vk_id": "identity",
    "vk_user_id": "identity",
}
WHOLE_CALL = "call"


def elements_of(fields: Iterable[str], about: Call | Messenger | None = None) -> tuple[str, ...]:
    """Our elements for the field names of a Refuse, each once, in order.

    `field:NAME`, `status`, `tags`, `utm`, `variable:NAME`; `identity`: who the contact is, so nothing of it can be
    delivered; `call`: no field of ours is named, so the whole call. Knowing what the call was `about` makes it exact:
    its messenger makes the phone of a whatsapp contact its identity; the call itself also gives `tag:NAME` for tags.2
    (all its tags for tags alone) and says what a `name` means in the other calls.
    """
    named = tuple(dict.fromkeys(element for field in fields for element in _elements(field.lower(), about)))
    return named or (WHOLE_CALL,)


def _elements(field: str, about: Call | Messenger | None) -> tuple[str, ...]:
    first, _, rest = field.partition(".")
    if isinstance(about, Upsert):
        if first == "tags" and about.tags:
            return _tags(about.tags, rest.partition(".")[0])
        return _elements(field, about.contact.messenger)
    if isinstance(about, (SetVariable, DeleteVariable)) and first in {"name", "value"}:
        return ("utm" if about.name.startswith("utm_") else f"variable:{about.name}",)
    if isinstance(about, (AttachTag, DetachTag)) and first == "name":
        return (f"tag:{about.name}",)
    if about == "whatsapp" and first == "phone":
        return ("identity",)
    return ("utm" if first.startswith("utm") else _ELEMENTS.get(first, WHOLE_CALL),)


def _tags(tags: tuple[str, ...], index: str) -> tuple[str, ...]:
    guilty = [tag for number, tag in enumerate(tags) if str(number) == index]
    return tuple(f"tag:{tag}" for tag in guilty or tags)
