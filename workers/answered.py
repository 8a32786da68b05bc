"""What an answer of Watbot, good or bad, means for the contact: what to write down and what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from processor.domain.call import Upsert
from processor.domain.diff import PlannedCall
from processor.domain.known import Account
from processor.domain.wish import Wish
from processor.store.contacts import ContactState, Record
from processor.store.pace import Outcome
from workers.learn import facts, learnt, utm_stuck
from workers.verdict import Done, Learn, Refuse, Retry, Stop, Wait, elements_of, growing_ms, verdict
from workers.watbot.contact import Contact
from workers.watbot.errors import (
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotUnavailable,
)

# More calls in a row that went well and settled nothing: something is wrong, and it must not spin.
FRUITLESS_MAX = 40


@dataclass(frozen=True, slots=True)
class Answered:
    """`entry` goes into the store, `outcome` to the pace; `rest_ms` above zero lets the whole account rest."""

    entry: Record
    outcome: Outcome = "ok"
    reason: str = ""
    rest_ms: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


def after_success(
    state: ContactState, planned: PlannedCall, echo: Contact | None, account: Account, *, now_ms: int, took_ms: int
) -> Answered:
    """What was carried is settled; UTM only where the echo shows it."""
    known = learnt(state.known, planned.call, echo, now_ms)
    if "learn_tags" in planned.reasons:
        known = msgspec.structs.replace(known, learns=known.learns + 1)
    elif "tags_differ" in planned.reasons:
        known = msgspec.structs.replace(known, learns=0)
    found = facts(planned.call, echo, account)
    carried = [state.wanted[element] for element in planned.elements]
    refused: list[tuple[Wish, str]] = []
    if isinstance(planned.call, Upsert) and echo is not None:
        if planned.call.utm and not utm_stuck(planned.call, echo):
            unstuck = [wish for wish in carried if wish.element.startswith("utm:")]
            carried = [wish for wish in carried if wish not in unstuck]
            if "utm" not in found:  # it was known to be ignored, and no other place for it is allowed
                refused.extend((wish, "utm_not_kept") for wish in unstuck)
        if "learn_tags" in planned.reasons and echo.tags is None:
            tags = [wish for element, wish in state.wanted.items() if element.startswith("tag:")]
            refused.extend((wish, "tags_not_shown") for wish in tags)
    told = _told(planned, now_ms, took_ms) | {"answer": "ok", "watbot_id": known.watbot_id}
    entry = Record(
        settled={wish.element: wish.stamp for wish in carried},
        refused=refused,
        known=known,
        stories=[(event, told) for event in _involved(state, planned)],
        called=True,
    )
    if not entry.settled and not refused and state.fruitless >= FRUITLESS_MAX:
        return Answered(replace(entry, then="retry", delay_ms=growing_ms(state.fruitless, 1.0)), facts=found)
    return Answered(entry, facts=found)


def after_error(
    state: ContactState,
    planned: PlannedCall,
    error: Exception,
    *,
    now_ms: int,
    took_ms: int,
    jitter: float,
    throttled: int = 0,
) -> Answered:
    """The verdict over `error`, as something to write down and something to do; `throttled`: 429s in a row before."""
    judged = verdict(error, max(state.failures, throttled) + 1, jitter)
    told = _told(planned, now_ms, took_ms) | {"answer": "error", "reason": judged.reason, "error": _text(error)}
    stories: list[tuple[str, Mapping[str, Any]]] = [(event, told) for event in _involved(state, planned)]
    match judged:
        case Done():
            return _as_done(after_success(state, planned, None, Account(), now_ms=now_ms, took_ms=took_ms), judged)
        case Wait() | Stop():
            outcome: Outcome = "throttled" if isinstance(judged, Wait) else "stopped"
            return Answered(Record(stories=stories), outcome, judged.reason, judged.delay_ms)
        case Refuse():
            refused = [(wish, judged.reason) for wish in _to_refuse(state, planned, judged.fields)]
            return Answered(Record(stories=stories, refused=refused), _outcome(error), judged.reason)
        case Learn():
            forgotten = msgspec.structs.replace(
                state.known, watbot_id=None, tags=None, variables={}, variables_ms={}, seen_ms=0
            )
            entry = Record(stories=stories, known=forgotten, then="retry", delay_ms=1000 * (1 + state.failures))
            return Answered(entry, _outcome(error), judged.reason)
        case Retry():
            entry = Record(stories=stories, then="retry", delay_ms=judged.delay_ms)
            return Answered(entry, _outcome(error), judged.reason)


def _as_done(answered: Answered, judged: Done) -> Answered:
    stories = [(event, {**told, "reason": judged.reason}) for event, told in answered.entry.stories]
    return replace(answered, entry=replace(answered.entry, stories=stories), reason=judged.reason)


def _outcome(error: Exception) -> Outcome:
    """What the error says of Watbot as a whole. Nonsense for one contact after another means that it is not itself."""
    if isinstance(error, (WatbotUnavailable, WatbotNonsense)):
        return "unavailable"
    return "answered" if isinstance(error, (WatbotRefused, WatbotContactUnknown)) else "unsent"


def _to_refuse(state: ContactState, planned: PlannedCall, fields: Iterable[str]) -> list[Wish]:
    """The wishes that the named fields are about; all of the call's when none fits, so that nothing loops."""
    carried = planned.elements or tuple(state.wanted)
    named = elements_of(fields, planned.call)
    if "identity" in named:
        return list(state.wanted.values())
    kinds = {"tags": "tag", "utm": "utm"}
    guilty = [e for e in carried if e in named or e.partition(":")[0] in {kinds.get(name, "") for name in named}]
    return [state.wanted[element] for element in guilty or carried]


def _involved(state: ContactState, planned: PlannedCall) -> Iterable[str]:
    """The events whose stories the call belongs to."""
    elements = planned.elements or tuple(state.wanted)
    return dict.fromkeys(state.wanted[element].event for element in elements)


def _told(planned: PlannedCall, now_ms: int, took_ms: int) -> dict[str, Any]:
    sent = msgspec.to_builtins(planned.call)
    sent.pop("contact", None)
    return {
        "what": "call",
        "at": now_ms,
        "call": type(planned.call).__name__,
        "reasons": planned.reasons,
        "elements": planned.elements,
        "sent": sent,
        "took_ms": took_ms,
    }


def _text(error: Exception) -> dict[str, str]:
    if isinstance(error, WatbotError):
        return {"ru": error.say("ru"), "en": error.say("en")}
    return {"ru": type(error).__name__, "en": type(error).__name__}
