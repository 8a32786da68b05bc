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

Where a list of tags replaces and nobody has said so, each added tag takes a call of its own, for no list goes (but the
one by which that was learnt). Where the rules file says that it replaces, a list may only be sent after another call of
the same visit has shown the tags, else a tag of the bot could be lost; a visit is calls for one contact with pauses
below VISIT_PAUSE_MS. There the rival visits whom we visit when we do, and even knows at the beginning of a visit what
is wished until its end. Intervals are then rows of visits, and each needs a visit with a createOrUpdateContact that is
no list, for a list comes after one. On top of that, a visit that adds tags which could not be added before takes one
call more, or two if it adds several and no interval passes through it. Removed tags and tags that could have been
added before are not counted.

What the bounds do not judge is whether our moments were well chosen; the clairvoyant bound does: the calls of
somebody who knows the whole day and visits each contact once, after its last event.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.delivery_record import DayRecord, calls_by_contact, wishes_by_contact
from processor.sandbox.contact import UtmReading
from tests.harness.simulated_watbot import WatbotCall
from tests.harness.simulated_world import Wished

VISIT_PAUSE_MS = 5_000
# A call may begin within the millisecond in which its wish came.
SAME_MS = 0.5
TagsKnown = Literal["add", "replace", "attach"]
"""What is relied on: lists add; they replace, but go after a look; no list goes, lest a tag of the bot be dropped."""

UPSERT, STATUS = "createOrUpdateContact", "setYsellStatus"

Interval = tuple[float, float]
"""(left, right]: something must begin after left and at the latest at right."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Something that an upsert can carry, and when it had to be sent (Unix ms)."""

    element: str
    needed: Interval

    @property
    def is_tag(self) -> bool:
        return self.element.startswith("tag:")


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
    if tags != "replace":
        return alone + stabs(change.needed for change in changes)
    return alone + _with_looks(_visits(calls), changes)


def _alone(call: WatbotCall, element: str, value: Any, tags: TagsKnown) -> bool:
    """Whether a change takes a call that can do nothing else."""
    if element.startswith("tag:"):
        return call.method != UPSERT if tags == "attach" else tags == "add" and not value
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


def _visits(calls: Sequence[WatbotCall]) -> list[float]:
    """When the last call of each visit began."""
    ends: list[float] = []
    for call in calls:
        if ends and call.began_ms - ends[-1] < VISIT_PAUSE_MS:
            ends[-1] = call.began_ms
        else:
            ends.append(call.began_ms)
    return ends


def _with_looks(ends: Sequence[float], changes: Sequence[_Change]) -> int:
    """Upserts and calls for tags, where each list of tags needs a look before it."""
    rows = [(bisect_right(ends, c.needed[0]), bisect_left(ends, c.needed[1]), c.is_tag) for c in changes]
    upserts = [(first - 1, last) for first, last, is_tag in rows if not is_tag]
    added = Counter(last for first, last, is_tag in rows if is_tag and first == last)
    passed = {visit for left, right in upserts for visit in range(left + 1, right + 1)}
    return stabs(upserts) + sum(min(count, 1 if visit in passed else 2) for visit, count in added.items())


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
    if tags == "attach":
        return alone + fields + added
    return alone + fields + min(added, 1 if fields else 2)
