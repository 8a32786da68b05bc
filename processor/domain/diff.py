"""Wanted against known -> the fewest safe calls, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.known import Account, Known
from processor.domain.look import Look
from processor.domain.policy import Policy
from processor.domain.wish import Wanted, Wish, is_status

# Where what was seen is too old again and again when the next slot comes, or the tags are not shown at all, each tag is
# sent without a look: that always comes to an end.
LEARNS_MAX = 3

Reason = Literal[
    "new_contact",
    "fields_differ",
    "tags_differ",
    "utm_differs",
    "learn_tags",
    "learn_utm",
    "learn_id",
    "status",
    "utm_variable",
    "variable_differs",
    "variable_unwanted",
    "tag_unwanted",
    "tag_missing",
    "restored",
]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call, why it is made, which wanted elements it carries (empty: it only learns), and its lane (lane.py)."""

    call: Call
    reasons: tuple[Reason, ...]
    elements: tuple[str, ...]
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """`settled` are elements that need no call, each with the reason; `calls` stand in the order to make them.

    `wait_ms` above zero: no call yet, for a first sync may tell more; look again then.
    """

    calls: tuple[PlannedCall, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)
    wait_ms: int = 0


def difference(
    contact: ContactId,
    wanted: Wanted,
    known: Known,
    account: Account,
    policy: Policy,
    *,
    now_ms: int,
    delivered: Mapping[str, str] | None = None,
) -> Difference:
    """The calls that make Watbot agree, given what is known now; after each answer ask again with what it showed.

    `delivered` holds the stamps of what was settled before, by element; `now_ms` is Unix ms.
    """
    look = Look(contact, wanted, known, account, policy, now_ms, delivered or {})
    settled = look.settled()
    elements = [element for element in wanted if element not in settled]
    restoring = _restoring(look) if wanted else ()
    if restoring:
        return Difference(calls=restoring, settled=settled)
    if not elements:
        return Difference(settled=settled)
    return Difference(calls=_calls(look, elements), settled=settled)


def _restoring(look: Look) -> tuple[PlannedCall, ...]:
    """The calls that give a forgotten contact back what nobody wishes anew; they go first, for wishes keep it in line.

    What is wished anew replaces what was lost, and the newest UTM and status are one thing each.
    """
    if look.known.watbot_id is None:
        return ()
    names = {"status" if is_status(e) else e for e in look.wanted}
    if "utm:last" in look.wanted:
        names |= {"utm:first", *(f"variable:utm_{part}" for part in look.wanted["utm:last"].value)}
    elif "utm:last" in look.delivered:
        names.discard("utm:first")  # an older wish, which the lost one had replaced
    lane = min(wish.lane for wish in look.wanted.values())
    wishes = {
        element: Wish(element=element, value=value, stamp="", event="", rule="", lane=lane)
        for element, value in look.known.lost.items()
        if element not in names
    }
    lost = replace(look, wanted=wishes, delivered={})
    settled = lost.settled()
    calls = _calls(lost, [element for element in wishes if element not in settled])
    return tuple(replace(one, reasons=("restored", *one.reasons), elements=()) for one in calls)


def _calls(look: Look, elements: list[str]) -> tuple[PlannedCall, ...]:
    if not elements:
        return ()
    calls: list[PlannedCall] = []
    upsert = _upsert(look, elements)
    if upsert:
        calls.append(upsert)
    if look.known.watbot_id is not None:
        calls.extend(_without_upsert(look, elements, upsert))
    return tuple(sorted(calls, key=lambda one: one.lane))


def _upsert(look: Look, elements: list[str]) -> PlannedCall | None:
    """createOrUpdateContact, when anything needs it; a status or a variable alone with a known id does not."""
    new = look.known.watbot_id is None
    fields = [e for e in elements if e.startswith("field:")]
    utm = [e for e in elements if e.startswith("utm:")] if look.utm_place() == "field" else []
    learn_utm = "utm:first" in utm and not look.may_set_first_utm()
    if learn_utm:
        utm.remove("utm:first")
    listed = _missing(look, elements) if look.lists_add() and not _attached(look, elements) else []
    looked_for = _looked_for(look, elements, upsert_anyway=bool(fields or utm or learn_utm or listed))
    reasons: list[Reason] = []
    if new:
        reasons.append("new_contact" if fields or listed or utm else "learn_id")
    elif fields:
        reasons.append("fields_differ")
    if utm:
        reasons.append("utm_differs")
    if learn_utm:
        reasons.append("learn_utm")
    if listed:
        reasons.append("tags_differ")
    elif looked_for and not reasons:
        reasons.append("learn_tags")
    if not reasons:
        return None
    carried = (*fields, *utm, *listed)
    waiting = {*carried, *looked_for, *(["utm:first"] if learn_utm else ())} if not new else set(elements)
    tags = tuple(e.removeprefix("tag:") for e in listed) if listed else None
    call = _upsert_call(look, fields, tags, utm)
    return PlannedCall(call, tuple(reasons), carried, _lane_of(look, waiting))


def _lane_of(look: Look, elements: Iterable[str]) -> int:
    """The best lane among what a call carries, and what waits for the call."""
    return min(look.wanted[element].lane for element in elements)


def _missing(look: Look, elements: list[str]) -> list[str]:
    return [e for e in elements if e.startswith("tag:") and look.wanted[e].value]


def _unwanted(look: Look, elements: list[str]) -> list[str]:
    return [e for e in elements if e.startswith("tag:") and not look.wanted[e].value]


def _attached(look: Look, elements: list[str]) -> list[str]:
    """Tags to attach one by one: all, unless lists add; there one tag that needs no other call."""
    tags = _missing(look, elements)
    if look.known.watbot_id is None:
        return []
    if not look.lists_add():
        return tags
    upsert_anyway = any(e.startswith("field:") for e in elements) or (
        look.utm_place() == "field" and any(e.startswith("utm:") for e in elements)
    )
    return tags if len(tags) == 1 and not upsert_anyway else []


def _looked_for(look: Look, elements: list[str], *, upsert_anyway: bool) -> list[str]:
    """Tags to attach or to take off that wait until the tags are shown: what is so already then needs no call.

    By itself a look is taken where it saves calls. What was seen long ago is the best guess of what is there; where
    nothing was seen, one of those to take off. Going on blindly is safe in any case: what is so already counts as done.
    """
    missing, unwanted = [] if look.lists_add() else _missing(look, elements), _unwanted(look, elements)
    tags, seen = [*missing, *unwanted], look.known.tags
    if look.tags_believed() is not None or look.known.learns >= LEARNS_MAX:
        return []
    if upsert_anyway or look.known.watbot_id is None:
        return tags
    left = len(missing) + 1
    if seen is not None:
        left = sum(e.removeprefix("tag:") not in seen for e in missing)
        left += sum(e.removeprefix("tag:") in seen for e in unwanted)
    return tags if "name" in look.known.fields and 1 + left < len(tags) else []


def _upsert_call(look: Look, fields: list[str], tags: tuple[str, ...] | None, utm: list[str]) -> Upsert:
    texts = {e.removeprefix("field:"): str(look.wanted[e].value) for e in fields}
    named = look.wanted.get("field:name")
    phone = look.contact.id if look.contact.messenger == "whatsapp" else texts.get("phone")
    return Upsert(
        contact=look.contact,
        # The name is required and replaces what is there: a placeholder must not beat a real name.
        name=(str(named.value) if named else None) or look.known.fields.get("name") or look.policy.unnamed,
        email=texts.get("email"),
        phone=phone,
        address=texts.get("address"),
        telegram_username=texts.get("telegram_username"),
        tags=tags,
        # Whole, though a part of it may be there: whether such an object replaces the one before is not documented.
        utm=dict(look.wanted["utm:last" if "utm:last" in utm else "utm:first"].value) if utm else None,
    )


def _without_upsert(look: Look, elements: list[str], upsert: PlannedCall | None) -> list[PlannedCall]:
    """What a known id suffices for."""
    watbot_id = look.known.watbot_id
    assert watbot_id is not None  # noqa: S101  the caller has looked
    calls: list[PlannedCall] = []

    def add(call: Call, reason: Reason, element: str, *, carries: bool = True, lane: int | None = None) -> None:
        own = look.wanted[element].lane
        calls.append(PlannedCall(call, (reason,), (element,) if carries else (), own if lane is None else lane))

    waiting = _looked_for(look, elements, upsert_anyway=True) if upsert else []
    for element in _attached(look, elements):
        if element not in waiting:
            add(AttachTag(watbot_id=watbot_id, name=element.removeprefix("tag:")), "tag_missing", element)
    for element in _unwanted(look, elements):
        if element not in waiting:
            add(DetachTag(watbot_id=watbot_id, name=element.removeprefix("tag:")), "tag_unwanted", element)
    if look.utm_place() == "variables":
        element = next((e for e in ("utm:last", "utm:first") if e in elements), "")
        parts = list(look.utm_open(look.wanted[element].value).items()) if element else []
        for number, (part, text) in enumerate(parts, 1):
            # Only the last part settles the wish: a stop in between leaves the rest wanted.
            call = SetVariable(watbot_id=watbot_id, name=f"utm_{part}", value=text)
            add(call, "utm_variable", element, carries=number == len(parts))
    # In the order in which they were wished: the newest must be the last to arrive, so none goes in a later lane.
    statuses = sorted(filter(is_status, elements), key=lambda e: (look.wanted[e].stamp, e))
    for number, element in enumerate(statuses):
        status = SetStatus(watbot_id=watbot_id, status=str(look.wanted[element].value))
        add(status, "status", element, lane=_lane_of(look, statuses[number:]))
    for element in (e for e in elements if e.startswith("variable:")):
        name, value = element.removeprefix("variable:"), look.wanted[element].value
        if value is None:
            add(DeleteVariable(watbot_id=watbot_id, name=name), "variable_unwanted", element)
        else:
            add(SetVariable(watbot_id=watbot_id, name=name, value=str(value)), "variable_differs", element)
    return calls
