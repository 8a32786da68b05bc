"""How many calls it takes until nothing differs, if every one of them is answered well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from processor.domain.call import Call, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.diff import difference
from processor.domain.known import Account, Known
from processor.domain.policy import Policy
from processor.domain.wish import Wanted, Wish

# A contact that needs more is counted as needing this many.
CALLS_MAX = 500
Delivered = Mapping[str, str]
NOTHING: Delivered = MappingProxyType({})
# What a contact that Watbot does not know yet is taken to be called there.
_SOME_ID = 1


def calls_needed(
    contact: ContactId,
    wanted: Wanted,
    known: Known,
    account: Account,
    policy: Policy,
    *,
    now_ms: int,
    delivered: Delivered = NOTHING,
) -> int:
    """The calls that make Watbot agree with `wanted`, by the same difference that will decide on them."""
    left, calls = dict(wanted), 0
    while calls < CALLS_MAX:
        look = difference(contact, left, known, account, policy, now_ms=now_ms, delivered=delivered)
        left = {element: wish for element, wish in left.items() if element not in look.settled}
        if not look.calls:
            break
        if "restored" in look.calls[0].reasons:  # what a forgotten contact gets back, all of it at once
            calls, known = calls + len(look.calls), msgspec.structs.replace(known, lost={})
            continue
        planned, calls = look.calls[0], calls + 1
        known = _after(known, planned.call, now_ms)
        left = {element: wish for element, wish in left.items() if element not in planned.elements}
    return calls


def calls_more(
    contact: ContactId,
    waiting: Wanted,
    again: Iterable[Wish],
    known: Known,
    account: Account,
    policy: Policy,
    *,
    now_ms: int,
    delivered: Delivered = NOTHING,
) -> int:
    """The calls that wishing `again` adds to those that `waiting` takes anyway."""
    together = dict(waiting) | {wish.element: wish for wish in again}
    whole = calls_needed(contact, together, known, account, policy, now_ms=now_ms, delivered=delivered)
    anyway = calls_needed(contact, waiting, known, account, policy, now_ms=now_ms, delivered=delivered)
    return max(0, whole - anyway)


def _after(known: Known, call: Call, now_ms: int) -> Known:
    """What would be known after an answer that shows just what was sent."""
    match call:
        case Upsert():
            return msgspec.structs.replace(
                known,
                watbot_id=known.watbot_id or _SOME_ID,
                tags=known.tags or () if call.tags is None else call.tags,
                utm=dict(call.utm) if call.utm else known.utm,
                seen_ms=now_ms,
                in_doubt=False,
            )
        case SetVariable():
            return msgspec.structs.replace(
                known,
                variables=known.variables | {call.name: call.value},
                variables_ms=known.variables_ms | {call.name: now_ms},
            )
        case _:
            return known
