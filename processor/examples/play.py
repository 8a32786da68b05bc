"""An example played through: every step in its turn, the wishes of all merged as the line merges them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from processor.domain.contact import ContactId
from processor.domain.earlier import Earlier, Past, entry_of
from processor.domain.event import Event
from processor.domain.example import Example
from processor.domain.index import index_of
from processor.domain.later import due
from processor.domain.plan import ContactPlan, Problem, own_contact, plan
from processor.domain.rule import Rule, Ruleset
from processor.domain.wish import Wish, merge, stamp_of
from processor.examples.incoming import EVENTS_MAX, incoming


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of an example, and what its contact did before."""

    event: Event
    past: Past


@dataclass(frozen=True, slots=True)
class Waiting:
    """Delayed rules of one event that fall due together."""

    due_ms: int
    rules: tuple[str, ...]
    event: Event
    stamp: str
    event_id: str
    contact: ContactId | None


@dataclass(slots=True)
class Played:
    """What came of an example: rules in the order they acted, each contact's wishes merged, and what could not be.

    `cancelled` are delayed rules that something made needless; `history` is what each contact did.
    """

    ruleset: Ruleset
    events: list[Seen] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    wanted: dict[ContactId, dict[str, Wish]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    history: dict[ContactId | None, list[Earlier]] = field(default_factory=dict)


def play(ruleset: Ruleset, example: Example, folder: Path) -> Played:
    """What comes of it; `folder` is where its file stands. Raises FaultsFound for a body's file that cannot be read.

    One that stands beside a rule is played by that rule alone, as if it were enabled and no rule before it said `stop`.
    In the end time goes on until every delayed rule has had its turn.
    """
    played = Played(alone(ruleset, ruleset.rules[example.rule]) if example.rule is not None else ruleset)
    for number, step in enumerate(example.steps):
        came = incoming(step, ruleset, folder)
        played.problems.extend(came.problems)
        _let_pass(played, step.at_ms)
        for index, event in enumerate(came.events):
            earlier = example.earlier if not played.events else ()
            _act(played, event, f"step {number + 1}", number * EVENTS_MAX + index, earlier)
    _let_pass(played, None)
    return played


def alone(ruleset: Ruleset, rule: Rule) -> Ruleset:
    """The same file with this rule only."""
    only = (replace(rule, enabled=True),)
    return replace(ruleset, rules=only, index=index_of(only))


def _act(played: Played, event: Event, event_id: str, sequence: int, earlier: Iterable[Earlier]) -> None:
    stamp = stamp_of(_unix_ms(event.occurred_at), _unix_ms(event.received_at) or 0, sequence)
    contact = own_contact(played.ruleset, event)
    entries = played.history.setdefault(contact, [])
    entries.extend(earlier)
    own = entry_of(event, stamp=stamp, event_id=event_id)
    played.events.append(Seen(event, Past(own, tuple(entries))))
    planned = plan(played.ruleset, event, stamp=stamp, event_id=event_id, earlier=entries)
    if contact is not None:
        entries.append(own)
    delayed = {later.rule for later in planned.later}
    _take(played, (name for name in planned.matched if name not in delayed), planned.contacts, planned.problems)
    for due_ms in dict.fromkeys(later.due_ms for later in planned.later):
        names = tuple(later.rule for later in planned.later if later.due_ms == due_ms)
        played.waiting.append(Waiting(due_ms, names, event, stamp, event_id, contact))


def _let_pass(played: Played, until_ms: int | None) -> None:
    """What falls due before that moment has its turn; None: everything has. Nothing that acts delays anything anew."""
    ready: list[Waiting] = []
    waiting: list[Waiting] = []
    for one in played.waiting:
        (ready if until_ms is None or one.due_ms < until_ms else waiting).append(one)
    played.waiting = waiting
    for one in sorted(ready, key=lambda one: (one.due_ms, one.stamp)):
        verdicts, planned = due(
            played.ruleset,
            one.event,
            one.rules,
            stamp=one.stamp,
            due_ms=one.due_ms,
            event_id=one.event_id,
            earlier=played.history.get(one.contact, ()),
        )
        played.cancelled.extend(verdict.rule for verdict in verdicts if verdict.fate == "cancelled")
        _take(played, planned.matched, planned.contacts, planned.problems)


def _take(played: Played, rules: Iterable[str], contacts: Iterable[ContactPlan], problems: Iterable[Problem]) -> None:
    played.rules.extend(rules)
    played.problems.extend(problems)
    for one in contacts:
        wishes = {wish.element: wish for wish in one.wishes}
        played.wanted[one.contact] = merge(played.wanted.get(one.contact, {}), wishes)


def _unix_ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
