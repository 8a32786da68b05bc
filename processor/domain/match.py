"""Which rules an event matches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processor.domain.condition import Seen, fold
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
    return ruleset.index.matching(fold(event.event), fold(event.source), Seen(view))
