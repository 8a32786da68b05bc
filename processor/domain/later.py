"""What becomes of delayed rules when they are due: under the rules in force then, and what came meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from processor.domain.condition import met
from processor.domain.earlier import Earlier, Past, cancelled_by, entry_of, moved, with_past
from processor.domain.event import Event
from processor.domain.plan import Plan, Stamps, wished
from processor.domain.reach import view_of
from processor.domain.rule import Rule, Ruleset

Fate = Literal["acts", "cancelled", "gone", "disabled", "unmatched"]


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What becomes of one delayed rule; a cancelled one names the event (`by`) that made it needless."""

    rule: str
    fate: Fate
    by: str | None = None


def due(
    ruleset: Ruleset,
    event: Event,
    names: Sequence[str],
    *,
    stamp: str,
    due_ms: int,
    event_id: str,
    earlier: Sequence[Earlier] = (),
) -> tuple[tuple[Verdict, ...], Plan]:
    """The verdict on each delayed rule of `names`, which fall due together, and what those that act wish. Pure.

    `stamp` is the event's own. What the rules wish is stamped as if the event had happened at `due_ms`: newer than all
    that came before that moment, older than what came after, and the same however often and late this is asked.
    `earlier` is the whole history of the event's own contact, what came after the event included.
    """
    view = view_of(event)
    own = entry_of(event, stamp=stamp, event_id=event_id)
    seen = with_past(view, Past(own, earlier))
    known = {rule.name: rule for rule in ruleset.rules}
    verdicts: list[Verdict] = []
    acting: list[Rule] = []
    for name in names:
        rule = known.get(name)
        if rule is None:
            verdicts.append(Verdict(name, "gone"))
        elif not rule.enabled:
            verdicts.append(Verdict(name, "disabled"))
        elif not met(rule.when, seen):
            verdicts.append(Verdict(name, "unmatched"))
        elif rule.unless and (other := cancelled_by(rule.unless, own, earlier, due_ms)):
            verdicts.append(Verdict(name, "cancelled", other.id))
        else:
            verdicts.append(Verdict(name, "acts"))
            acting.append(rule)
    acting.sort(key=lambda rule: rule.position)
    return tuple(verdicts), wished(ruleset, event, acting, view, Stamps(stamp, moved(stamp, due_ms), event_id))
