"""What delayed rules would do to a delivery that is tried: when, unless what, and which changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from processor.domain.earlier import entry_of
from processor.domain.later import due
from processor.domain.plan import Plan
from processor.domain.rule import Ruleset
from processor.domain.wish import Wish
from processor.story import Explained
from processor.telling.later import span_text, tell_unless
from processor.telling.story import value_text
from processor.text import Language, Text


@dataclass(frozen=True, slots=True)
class Coming:
    """A delayed rule that matched: so long after the event, and what it changes of each contact if nothing comes."""

    rule: str
    after_ms: int
    due_ms: int
    unless: str
    wishes: tuple[tuple[str, Wish], ...]


def coming(one: Explained, planned: Plan, rules: Ruleset, event_id: str) -> list[Coming]:
    """What the delayed rules of a tried event would do, in the order of the file."""
    at_ms = entry_of(one.event, stamp=one.stamp, event_id=event_id).at_ms
    unless = {rule.name: rule.unless.written for rule in rules.rules if rule.unless}
    found = []
    for later in planned.later:
        before = [earlier for earlier in one.earlier if earlier.at_ms <= at_ms]
        _, made = due(
            rules, one.event, [later.rule], stamp=one.stamp, due_ms=later.due_ms, event_id=event_id, earlier=before
        )
        wishes = tuple((of.contact.key, wish) for of in made.contacts for wish in of.wishes)
        found.append(Coming(later.rule, later.due_ms - at_ms, later.due_ms, unless.get(later.rule, ""), wishes))
    return found


def plain_coming(one: Coming) -> dict[str, Any]:
    """The same as JSON's own types."""
    wishes = [{"contact": contact, "element": wish.element, "value": wish.value} for contact, wish in one.wishes]
    return {
        "rule": one.rule,
        "after_ms": one.after_ms,
        "due_ms": one.due_ms,
        "unless": one.unless,
        "wishes": wishes,
    }


def tell_coming(one: Coming, language: Language) -> Iterator[str]:
    """A delayed rule, line by line."""
    span = span_text(one.after_ms, language)
    said = Text(f"через {span}", f"after {span}").say(language)
    yield f"  {said}{tell_unless(one.unless, language)}  ← {one.rule}"
    for contact, wish in one.wishes:
        yield f"      {contact}  {wish.element} = {value_text(wish.value)}"
