"""The fewest calls that any scheduler could have made for the same results at the same moments.

The rival. Whenever one of our calls changed an element of a contact in Watbot, the rival must have made that change,
too, by the moment our call began; it may make its own calls at any earlier moment, but a call can carry only what had
been wished when it began. Which calls a change needs follows from the API alone:
- a variable: one call each. A status: one call for each of ours that carried a newer wish than the one before;
- fields, UTM where Watbot keeps it, missing tags where lists add: one createOrUpdateContact carries them all;
- a contact whose id nobody knows: a createOrUpdateContact before anything else;
- a tag to be removed where lists add: one call each.

Why it is a lower bound. A variable that had one value when we had set it and another when we set it next was written
in between, by a call that can do nothing else; so was a status. Each other change gives an interval (left, right]:
right is when our call began, left the later of our last change of that element (until then it had to stand as we had
it) and of the first wish for that value. Within it the rival must make a createOrUpdateContact, or a call that can do
less. The fewest moments of which every interval of a contact has one are what the greedy choice of right ends finds,
exactly.

Where lists of tags are not known to add, none may go, lest a tag of the bot be dropped: each added tag takes a call of
its own.

What the bounds do not judge is whether our moments were well chosen; the clairvoyant bound does: the calls of
somebody who knows the whole day and visits each contact once, after its last event.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.delivery_record import DayRecord, calls_by_contact, wishes_by_contact
from processor.sandbox.contact import UtmReading
from tests.harness.simulated_watbot import WatbotCall
from tests.harness.simulated_world import Wished

# A call may begin within the millisecond in which its wish came.
SAME_MS = 0.5
TagsKnown = Literal["add", "attach"]
"""What is relied on: lists add; no list goes, lest a tag of the bot be dropped."""

UPSERT, STATUS = "createOrUpdateContact", "setYsellStatus"

Interval = tuple[float, float]
"""(left, right]: something must begin after left and at the latest at right."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Something that an upsert can carry, and when it had to be sent (Unix ms)."""

    element: str
    needed: Interval


def fewest_calls(record: DayRecord, tags: TagsKnown) -> int:
    """The bound for a day, with what was known when each of our calls began; `tags`: what is known of lists."""
    calls, wishes = calls_by_contact(record), wishes_by_contact(record)
    return sum(_fewest(own, wishes[contact], contact in record.synced, tags) for contact, own in calls.items())


def _fewest(calls: Sequence[WatbotCall], wishes: Sequence[Wished], synced: bool, tags: TagsKnown) -> int:
    alone = _statuses(calls, wishes)
    alone += sum(_alone(call, element, value, tags) for call in calls for element, value in call.changes)
    by_upsert = {call.began_ms for call in calls if call.method == UPSERT}
    changes = [one for one in _carried(calls, wishes) if tags != "attach" or one.needed[1] in by_upsert]
    if not synced:
        changes += _id_needed(calls, wishes)
    return alone + stabs(change.needed for change in changes)


def _alone(call: WatbotCall, element: str, value: Any, tags: TagsKnown) -> bool:
    """Whether a change takes a call that can do nothing else."""
    if element.startswith("tag:"):
        return call.method != UPSERT if tags == "attach" else not value
    return element.startswith("variable:")


def _statuses(calls: Sequence[WatbotCall], wishes: Sequence[Wished]) -> int:
    """How many of the statuses sent had a wish that was newer than all that had come before the last one."""
    came = [wish for wish in wishes if wish.element.partition(":")[0] == "status"]
    sent = [call.began_ms for call in calls if call.method == STATUS and call.changes]
    needed, since, newest = 0, -math.inf, ""
    for until in sent:
        stamps = [wish.stamp for wish in came if since < wish.at_ms <= until]
        needed += max(stamps, default="") > newest
        newest = max([newest, *stamps])
        since = until
    return needed


def _carried(calls: Sequence[WatbotCall], wishes: Sequence[Wished]) -> list[_Change]:
    """Every change of a field, a mark or a tag that was added."""
    first: dict[tuple[str, Any], float] = {}
    for wish in wishes:
        for part in _parts(wish):
            first.setdefault(part, wish.at_ms - SAME_MS)
    last: dict[str, float] = {}
    found = []
    for call in calls:
        for element, value in call.changes:
            if element.startswith(("field:", "utm:")) or (element.startswith("tag:") and value):
                left = max(last.get(element, -math.inf), first.get((element, value), -math.inf))
                found.append(_Change(element, (left, call.began_ms)))
            last[element] = call.began_ms
    return found


def _parts(wish: Wished) -> Iterable[tuple[str, Any]]:
    if wish.element.startswith("utm:"):
        return [(f"utm:{part}", text) for part, text in wish.value.items()]
    return [(wish.element, wish.value)]


def _id_needed(calls: Sequence[WatbotCall], wishes: Sequence[Wished]) -> list[_Change]:
    by_id = [call.began_ms for call in calls if call.method != UPSERT and call.changes]
    return [_Change("id", (wishes[0].at_ms - SAME_MS, by_id[0]))] if by_id else []


def stabs(intervals: Iterable[Interval]) -> int:
    """The fewest moments of which each interval (left, right] has one."""
    count, latest = 0, -math.inf
    for left, right in sorted(intervals, key=lambda interval: interval[1]):
        if left >= latest:
            count, latest = count + 1, right
    return count


def clairvoyant_calls(record: DayRecord, tags: TagsKnown, utm: UtmReading) -> int:
    """One visit to each contact after its last event, by somebody who knew the whole day."""
    return sum(
        _one_visit(record.before.get(contact, {}), wishes, contact in record.synced, tags, utm)
        for contact, wishes in wishes_by_contact(record).items()
    )


def _one_visit(
    before: Mapping[str, Any], wishes: Sequence[Wished], synced: bool, tags: TagsKnown, utm: UtmReading
) -> int:
    newest: dict[str, Any] = {}
    for wish in sorted(wishes, key=lambda one: one.stamp):
        if wish.element != "utm:first":
            newest.update(_parts(wish))
    differing = [e for e, value in newest.items() if before.get(e, False if e.startswith("tag:") else None) != value]
    if utm == "ignore":
        differing = [e.replace("utm:", "variable:utm_") if e.startswith("utm:") else e for e in differing]
    fields = not synced or any(element.startswith(("field:", "utm:")) for element in differing)
    added = sum(element.startswith("tag:") and bool(newest[element]) for element in differing)
    removed = sum(element.startswith("tag:") and not newest[element] for element in differing)
    alone = removed + sum(element.startswith("variable:") for element in differing) + ("status" in newest)
    if tags == "add":
        return alone + (fields or added > 0)
    return alone + fields + added
