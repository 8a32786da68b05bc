"""Which rules came nearest, where none matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from processor.domain.explain import Check, RuleStory

MISSES_MAX: Final = 3

_OF_THE_EVENT_ITSELF: Final = ("event", "source")


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and the conditions that it lacked, a group with all that stands in it; none where it is only disabled."""

    rule: str
    line: int
    lacking: tuple[Check, ...]


def nearest_misses(stories: Sequence[RuleStory]) -> tuple[Miss, ...]:
    """The rules with the fewest conditions not held, at most MISSES_MAX; none where a rule matched.

    Rules for another type or source come last, for they were not meant; of equals, who had more hold goes first.
    """
    if any(story.outcome == "matched" for story in stories):
        return ()
    ranked = sorted((_rank(story), place) for place, story in enumerate(stories) if not _idle(story))
    best = [stories[place] for rank, place in ranked if rank[:2] == ranked[0][0][:2]]
    return tuple(
        Miss(rule=story.rule, line=story.line, lacking=tuple(_lacking(story.checks))) for story in best[:MISSES_MAX]
    )


def _idle(story: RuleStory) -> bool:
    """A disabled rule is worth naming only where nothing but this kept it from matching."""
    return story.outcome == "disabled" and not all(check.held for check in story.checks if check.depth == 0)


def _rank(story: RuleStory) -> tuple[bool, int, int]:
    """Meant for another event; how many conditions were missing; how many held, negated."""
    top = [check for check in story.checks if check.depth == 0]
    foreign = any(check.path in _OF_THE_EVENT_ITSELF and not check.held for check in top)
    return foreign, _missing("all", story.checks), -sum(check.held for check in top)


def _missing(kind: str, checks: Sequence[Check]) -> int:
    """How many conditions would have to change for the group to hold."""
    if kind == "not":
        return 1
    counts = [0 if head.held else _missing(head.path, below) if below else 1 for head, below in members(checks)]
    return min(counts, default=1) if kind == "any" else sum(counts)


def _lacking(checks: Sequence[Check]) -> Iterator[Check]:
    for head, below in members(checks):
        if not head.held:
            yield head
            yield from below


def members(checks: Sequence[Check]) -> Iterator[tuple[Check, Sequence[Check]]]:
    """Each condition of one level with the checks below it."""
    starts = [place for place, check in enumerate(checks) if check.depth == checks[0].depth]
    for start, end in zip(starts, [*starts[1:], len(checks)], strict=True):
        yield checks[start], checks[start + 1 : end]
