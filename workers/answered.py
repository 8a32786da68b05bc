"""What an answer of Watbot, good or bad, means for the contact: what to write down and what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from processor.domain.call import SetVariable, Upsert
from processor.domain.diff import LEARNS_MAX, PlannedCall
from processor.domain.known import Account, Known
from processor.domain.wish import Wish
from processor.store.contacts import ContactState, Failure, Record
from processor.store.pace import Outcome
from workers.learn import facts, in_doubt, learnt, utm_stuck
from workers.lost import forgotten, without_refused
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
# So many times in a row a contact is learnt anew; then it is not the id that is refused.
DOUBTS_MAX = 3


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
    known = _learnt(state, planned, echo, now_ms)
    found = facts(planned.call, echo, account, state.known, now_ms)
    carried = [state.wanted[element] for element in planned.elements]
    refused: list[tuple[Wish, str]] = []
    if isinstance(planned.call, Upsert) and echo is not None:
        if planned.call.utm and not utm_stuck(planned.call, echo):
            unstuck = [wish for wish in carried if wish.element.startswith("utm:")]
            carried = [wish for wish in carried if wish not in unstuck]
            if "utm" not in found:  # it was known to be ignored, and no other place for it is allowed
                refused.extend((wish, "utm_not_kept") for wish in unstuck)
        if known.lost:
            # The wishes keep the contact in line until what it lost is back; then they are seen to be so.
            carried = []
    told = _told(planned, now_ms, took_ms) | {"answer": "ok", "watbot_id": known.watbot_id}
    entry = Record(
        settled={wish.element: wish.stamp for wish in carried},
        refused=refused,
        known=known,
        stories=[(event, told) for event in _involved(state, planned)],
        called=True,
    )
    if not entry.settled and not refused and state.fruitless >= FRUITLESS_MAX:
        failure = Failure("fruitless", tuple(state.wanted))
        entry = replace(entry, then="retry", delay_ms=growing_ms(state.fruitless, 1.0), failure=failure)
    return Answered(entry, facts=found)


def _learnt(state: ContactState, planned: PlannedCall, echo: Contact | None, now_ms: int) -> Known:
    call, before = planned.call, state.known
    if isinstance(call, Upsert) and echo is not None and before.watbot_id not in {None, echo.id}:
        before = forgotten(before, state.delivered)  # another number: what was set under the old one is gone with it
    known = learnt(before, call, echo, now_ms)
    learns, utm_first = known.learns, known.utm_first
    stuck = not isinstance(call, Upsert) or (echo is not None and utm_stuck(call, echo))
    if "learn_tags" in planned.reasons:
        learns += 1
    elif known.tags is not None and _ends_tags(state, planned):
        learns = 0
    if isinstance(call, Upsert) and echo is not None and echo.tags is None:
        learns = LEARNS_MAX  # looking is in vain
    if stuck:
        utm_first = utm_first | _first_utm(state, planned)
    return msgspec.structs.replace(known, learns=learns, utm_first=utm_first)


def _ends_tags(state: ContactState, planned: PlannedCall) -> bool:
    """Whether the call carries the last tags that are wished."""
    tags = {element for element in state.wanted if element.startswith("tag:")}
    return bool(tags) and tags <= set(planned.elements)


def _first_utm(state: ContactState, planned: PlannedCall) -> dict[str, str]:
    """The marks that the call brings for a wish for the first UTM."""
    call = planned.call
    if "utm:first" not in state.wanted or "utm:last" in state.wanted or "restored" in planned.reasons:
        return {}
    if isinstance(call, Upsert):
        return dict(call.utm or {})
    if isinstance(call, SetVariable) and "utm_variable" in planned.reasons:
        return {call.name.removeprefix("utm_"): call.value}
    return {}


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
    failure = Failure(judged.reason, planned.elements or tuple(state.wanted), _text(error))
    stories: list[tuple[str, Mapping[str, Any]]] = [(event, told) for event in _involved(state, planned)]
    match judged:
        case Done():
            return _as_done(after_success(state, planned, None, Account(), now_ms=now_ms, took_ms=took_ms), judged)
        case Wait() | Stop():
            outcome: Outcome = "throttled" if isinstance(judged, Wait) else "stopped"
            return Answered(Record(stories=stories), outcome, judged.reason, judged.delay_ms)
        case Learn() if state.known.doubts < DOUBTS_MAX:
            delay_ms = 1000 * 2**state.known.doubts
            entry = Record(stories=stories, known=_doubted(state), then="retry", delay_ms=delay_ms, failure=failure)
            return Answered(entry, outcome_of(error), judged.reason)
        case Refuse() | Learn():
            fields = judged.fields if isinstance(judged, Refuse) else ()
            entry = replace(_refuse(state, planned, fields, judged.reason, stories), failure=failure)
            return Answered(entry, outcome_of(error), judged.reason)
        case Retry():
            known = in_doubt(state.known, planned.call)
            # Should it have had its effect, it is ours, and an older wish may still replace it.
            known = msgspec.structs.replace(known, utm_first=known.utm_first | _first_utm(state, planned))
            entry = Record(stories=stories, known=known, then="retry", delay_ms=judged.delay_ms, failure=failure)
            return Answered(entry, outcome_of(error), judged.reason)


def _as_done(answered: Answered, judged: Done) -> Answered:
    stories = [(event, {**told, "reason": judged.reason}) for event, told in answered.entry.stories]
    return replace(answered, entry=replace(answered.entry, stories=stories), reason=judged.reason)


def _doubted(state: ContactState) -> Known:
    known = forgotten(state.known, state.delivered)
    doubted_id = state.known.watbot_id or known.doubted_id
    return msgspec.structs.replace(known, doubted_id=doubted_id, doubts=state.known.doubts + 1)


def _refuse(
    state: ContactState,
    planned: PlannedCall,
    fields: Iterable[str],
    reason: str,
    stories: list[tuple[str, Mapping[str, Any]]],
) -> Record:
    if "restored" in planned.reasons:  # nobody wishes it now; what is refused is given up
        return Record(
            stories=stories, known=without_refused(state.known, planned.call, elements_of(fields, planned.call))
        )
    return Record(stories=stories, refused=[(wish, reason) for wish in _to_refuse(state, planned, fields)])


def outcome_of(error: Exception) -> Outcome:
    """What the error says of Watbot as a whole. Nonsense for one contact after another means that it is not itself."""
    if isinstance(error, (WatbotUnavailable, WatbotNonsense)):
        return "unavailable"
    return "answered" if isinstance(error, (WatbotRefused, WatbotContactUnknown)) else "unsent"


def _to_refuse(state: ContactState, planned: PlannedCall, fields: Iterable[str]) -> list[Wish]:
    """The wishes that the named fields are about; all of the call's when none fits, so that nothing loops."""
    utm = tuple(e for e in state.wanted if e.startswith("utm:")) if "utm_variable" in planned.reasons else ()
    carried = planned.elements or utm or tuple(state.wanted)
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
