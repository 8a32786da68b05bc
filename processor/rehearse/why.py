"""Why a sampled change comes about: what the other file's rule of the same name says of the event that decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from processor.domain.delivery import Kept
from processor.domain.explain import Check, explain
from processor.domain.rule import Ruleset
from processor.rehearse.reading import read
from processor.rehearse.result import Change, Rehearsed
from processor.rehearse.side import index_in

CHECKS_MAX = 3


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """What became of `rule` in the other file.

    `outcome`: matched (it does something else there), not matched, disabled, after stop, no rule (of this name), or no
    event (the other file has no such source, or cannot read the delivery so). `checks` are the conditions that failed.
    """

    rule: str
    outcome: str
    checks: tuple[Check, ...] = ()


def wanted_ids(changes: Iterable[Change]) -> set[str]:
    """The events that must be read again to tell why."""
    return {wish.event for change in changes for wish in (change.before, change.after) if wish is not None}


def why(change: Change, events: Mapping[str, Kept], published: Ruleset, draft: Ruleset) -> Why | None:
    """Why the two files differ; None when the event has left the journal meanwhile."""
    # Of a loss it is the draft that has to answer, of anything else the published rules.
    wish, other = (change.before, draft) if change.after is None else (change.after, published)
    assert wish is not None  # noqa: S101  a change has one side at least
    kept = events.get(wish.event)
    if kept is None:
        return None
    if all(rule.name != wish.rule for rule in other.rules):
        return Why(rule=wish.rule, outcome="no rule")
    events_there = read(kept.delivery, other.sources.get(kept.delivery.source)).events
    if index_in(wish.stamp) >= len(events_there):
        return Why(rule=wish.rule, outcome="no event")
    stories = explain(other, events_there[index_in(wish.stamp)])
    story = next(story for story in stories if story.rule == wish.rule)
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
