"""Which rules an event matches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processor.domain.condition import fold, met
from processor.domain.earlier import Past, with_past
from processor.domain.event import Event
from processor.domain.reach import view_of
from processor.domain.rule import Rule, Ruleset


def match(ruleset: Ruleset, event: Event) -> tuple[Rule, ...]:
    """The enabled rules that hold for `event`, in the order of the file, up to the first that says `stop`.

    Nothing came before it.
    """
    return match_view(ruleset, with_past(view_of(event), Past()), event)


def match_view(ruleset: Ruleset, view: Mapping[str, Any], event: Event) -> tuple[Rule, ...]:
    """`match` for an event already seen as `reach.view_of`, with what came before it as `earlier.with_past`."""
    matched: list[Rule] = []
    source = fold(event.source)
    for rule in ruleset.index.candidates(fold(event.event)):
        if (rule.sources is None or source in rule.sources) and met(rule.when, view):
            matched.append(rule)
            if rule.stop:
                break
    return tuple(matched)
