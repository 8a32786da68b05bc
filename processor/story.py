"""One event's whole story, with the rules' reasons worked out again from the journal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from processor.domain.delivery import Delivery
from processor.domain.earlier import Earlier, Past, entry_of
from processor.domain.event import Event
from processor.domain.explain import RuleStory, explain
from processor.domain.remembered import Numbered, Reading, nothing_before
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, Unreadable
from processor.rules.compile import compile_rules
from processor.settings import environment
from processor.sources.registry import preset_of
from processor.store.journal import Story

_DEFAULTED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):-")
# It stands for a secret and for an address alike.
_UNKNOWN = "https://unknown.invalid/"


class AnySecret(Mapping[str, str]):
    """An environment in which every name of a rules text is set: explaining rules needs no secret of theirs.

    What is set in truth, or has a default in the text, keeps its value, so that it is masked wherever it stands.
    """

    def __init__(self, rules_text: str) -> None:
        self._known = environment(os.environ)
        self._defaulted = frozenset(_DEFAULTED.findall(rules_text))

    def __getitem__(self, name: str) -> str:
        return self._known.get(name) or ("" if name in self._defaulted else _UNKNOWN)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, name: object) -> bool:
        return True


def rules_without_secrets(text: str, file: str) -> Ruleset:
    """Rules to be asked, not to be served: secrets that are not set here are no fault. Raises FaultsFound."""
    return compile_rules(text, file, AnySecret(text), demo=True)


@dataclass(frozen=True, slots=True)
class Explained:
    """An event of a delivery, what each rule said of it, its stamp, and its contact's history if rules ask for it."""

    event: Event
    rules: tuple[RuleStory, ...]
    stamp: str = ""
    earlier: tuple[Earlier, ...] = ()


def explained(story: Story, past: Reading = nothing_before) -> tuple[Explained, ...]:
    """Why each rule did or did not match, under the rules that decided then; () when they or the delivery are gone.

    `past` tells the histories that rules ask for.
    """
    if story.delivery is None or story.rules_text is None:
        return ()
    try:
        rules = rules_without_secrets(story.rules_text, "rules.yaml")
    except FaultsFound:  # written by a version whose language was another
        return ()
    return explain_delivery(story.delivery, rules, past, story.numbered)


def explain_delivery(
    delivery: Delivery, rules: Ruleset, past: Reading = nothing_before, numbered: Numbered | None = None
) -> tuple[Explained, ...]:
    """The delivery's events under `rules`; () for an unknown source or an unreadable body.

    `past` tells the histories that rules ask for; without `numbered` everything in them came before.
    """
    source = rules.sources.get(delivery.source)
    if source is None:
        return ()
    try:
        events = preset_of(source).normalise(delivery, source)
    except Unreadable:
        return ()
    stamps = numbered or Numbered(delivery.id, 0, delivery.received_ms)
    entries = stamps.entries(rules, events)
    found = []
    for index, event in enumerate(events):
        stamp, earlier = stamps.stamp(event, index), stamps.asked(rules, event, entries, past)
        own = entry_of(event, stamp=stamp, event_id=stamps.id)
        found.append(Explained(event, explain(rules, event, Past(own, earlier)), stamp, tuple(earlier)))
    return tuple(found)
