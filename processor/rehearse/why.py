"""Why a sampled change comes about: what the other file's rule of the same name says of the event that decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from processor.domain.delivery import Kept
from processor.domain.earlier import Past, cancelled_by, entry_of
from processor.domain.explain import Check, explain
from processor.rehearse.reading import read
from processor.rehearse.result import Change, Rehearsed
from processor.rehearse.side import index_in, stamp_in

CHECKS_MAX = 3


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """What became of `rule` in the other file.

    `outcome`: matched (it does something else there), not matched, cancelled (a delayed rule), disabled, after stop, no
    rule (of this name), or no event (the other file has no such source, or cannot read the delivery so). `checks`: the
    conditions that failed.
    """

    rule: str
    outcome: str
    checks: tuple[Check, ...] = ()


def wanted_ids(changes: Iterable[Change]) -> set[str]:
    """The events that must be read again to tell why."""
    return {wish.event for change in changes for wish in (change.before, change.after) if wish is not None}


def why(change: Change, events: Mapping[str, Kept], found: Rehearsed) -> Why | None:
    """Why the two files differ; None when the event has left the journal meanwhile."""
    # Of a loss it is the draft that has to answer, of anything else the published rules.
    lost = change.after is None
    wish, history = (change.before, found.history_after) if lost else (change.after, found.history_before)
    other = history.rules
    assert wish is not None  # noqa: S101  a change has one side at least
    kept = events.get(wish.event)
    if kept is None:
        return None
    rule = next((rule for rule in other.rules if rule.name == wish.rule), None)
    if rule is None:
        return Why(rule=wish.rule, outcome="no rule")
    events_there = read(kept.delivery, other.sources.get(kept.delivery.source)).events
    if index_in(wish.stamp) >= len(events_there):
        return Why(rule=wish.rule, outcome="no event")
    event = events_there[index_in(wish.stamp)]
    stamp = stamp_in(kept, event, index_in(wish.stamp))
    own = entry_of(event, stamp=stamp, event_id=wish.event)
    stories = explain(other, event, Past(own, history.before(event, stamp)))
    story = next(story for story in stories if story.rule == wish.rule)
    if story.outcome == "matched" and rule.after_ms is not None and rule.unless is not None:
        due_ms = own.at_ms + rule.after_ms
        if cancelled_by(rule.unless, own, history.until(event, stamp, due_ms), due_ms):
            return Why(rule=wish.rule, outcome="cancelled")
    return Why(
        rule=wish.rule, outcome=story.outcome, checks=_failed(story.checks) if story.outcome != "matched" else ()
    )


def _failed(checks: Iterable[Check]) -> tuple[Check, ...]:
    failed = [check for check in checks if not check.held]
    tests = [check for check in failed if check.test]
    return tuple((tests or failed)[:CHECKS_MAX])


def sampled(found: Rehearsed) -> list[Change]:
    """Every change that stands in the result as an example."""
    return [change for total in found.totals for some in total.samples.values() for change in some]
