"""What an event changes: the wishes of every matched rule, gathered for each contact, and what is to come later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from processor.domain.contact import ContactId
from processor.domain.earlier import Earlier, Past, entry_of, with_past
from processor.domain.event import Event, Utm
from processor.domain.identity import Person, contact_of, person_of
from processor.domain.lane import CALM, URGENT
from processor.domain.match import match_view
from processor.domain.reach import view_of
from processor.domain.rule import Rule, Ruleset, UtmPolicy
from processor.domain.template import Template, page_of, render, shortened
from processor.domain.wish import Wish
from processor.text import Text

STATUS_CHARACTERS_MAX = 64
TAG_CHARACTERS_MAX = 255
VARIABLE_NAME_CHARACTERS_MAX = 255
VARIABLE_CHARACTERS_MAX = 4096

# What a bot reacts to goes before data that nobody waits for; a rule may say otherwise.
URGENT_KINDS = frozenset({"tag", "utm", "status"})

_FIELDS = ("name", "email", "phone", "address", "telegram_username")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An element that a matched rule could not wish, such as `tag` or `status`, and why."""

    rule: str
    element: str
    text: Text


class ContactPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The wishes for one contact, at most one for an element; `settle_ms`: how long to wait for further ones."""

    contact: ContactId
    wishes: tuple[Wish, ...]
    settle_ms: int = 0


class Later(msgspec.Struct, frozen=True):
    """A delayed rule that matched, and when (Unix ms) it is to act."""

    rule: str
    due_ms: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one event changes; `matched` holds the names of the rules, in the order of the file.

    Those among them that are delayed wish nothing yet: they stand in `later`.
    """

    matched: tuple[str, ...] = ()
    contacts: tuple[ContactPlan, ...] = ()
    problems: tuple[Problem, ...] = ()
    later: tuple[Later, ...] = ()


@dataclass(slots=True)
class _Draft:
    """The wishes of one contact while rules are gone through: element -> (value, rule), the later rule in force.

    `settles_ms`: what each rule asks for; the least patient one decides, for the others' wishes then cost nothing more.
    """

    elements: dict[str, tuple[Any, Rule]] = field(default_factory=dict)
    utm: UtmPolicy = "last"
    utm_rule: Rule | None = None
    last_rule: Rule | None = None
    settles_ms: list[int] = field(default_factory=list)


def plan(ruleset: Ruleset, event: Event, *, stamp: str, event_id: str, earlier: Sequence[Earlier] = ()) -> Plan:
    """The wishes of all rules that match `event`, stamped alike. Pure; what cannot be wished is told in `problems`.

    `earlier` is the history of the event's own contact; whatever in it is not older than the event is left out.
    """
    view = view_of(event)
    own = entry_of(event, stamp=stamp, event_id=event_id)
    matched = match_view(ruleset, with_past(view, Past(own, earlier)), event)
    now = [rule for rule in matched if rule.after_ms is None]
    later = [Later(rule.name, own.at_ms + rule.after_ms) for rule in matched if rule.after_ms is not None]
    made = wished(ruleset, event, now, view, Stamps(stamp, stamp, event_id))
    return msgspec.structs.replace(made, matched=tuple(rule.name for rule in matched), later=tuple(later))


class Stamps(NamedTuple):
    """How wishes are stamped: with what the event tells of itself as `own`, what its rules wish as `rules`."""

    own: str
    rules: str
    event_id: str


def wished(ruleset: Ruleset, event: Event, rules: Sequence[Rule], view: Mapping[str, Any], stamps: Stamps) -> Plan:
    """What `rules`, all of which act, wish for `event`, seen as `reach.view_of`."""
    page = page_of(view, ruleset.home_of(event.source)) if rules else {}
    drafts: dict[ContactId, _Draft] = {}
    problems: list[Problem] = []
    usual: Person | None = None
    for rule in rules:
        if rule.then.contact or usual is None:
            person = _person(ruleset, rule, event, page)
            usual = usual if rule.then.contact else person
        else:
            person = usual  # most rules leave the customer as the event has it
        problems.extend(Problem(rule=rule.name, element=element, text=text) for element, text in person.troubles)
        contact = contact_of(
            person, _bot(ruleset, rule.bot, event), ruleset.messengers, messenger_given="messenger" in rule.then.contact
        )
        if isinstance(contact, Text):
            problems.append(Problem(rule=rule.name, element="contact", text=contact))
            continue
        draft = drafts.setdefault(contact, _Draft())
        draft.settles_ms.append(ruleset.settle_ms if rule.settle_ms is None else rule.settle_ms)
        problems.extend(_draw(draft, rule, person, contact, page))
    return Plan(
        matched=tuple(rule.name for rule in rules),
        contacts=tuple(
            ContactPlan(
                contact=contact,
                wishes=tuple(_wishes(draft, event.utm, stamps)),
                settle_ms=min(draft.settles_ms),
            )
            for contact, draft in drafts.items()
        ),
        problems=tuple(problems),
    )


def own_contact(ruleset: Ruleset, event: Event) -> ContactId | None:
    """The contact whose history an event belongs to: its customer, whatever rules say; None when there is none."""
    source = ruleset.sources.get(event.source)
    person = person_of(event.customer, {}, {}, source.region if source else "RU")
    contact = contact_of(person, _bot(ruleset, None, event), ruleset.messengers, messenger_given=False)
    return contact if isinstance(contact, ContactId) else None


def _person(ruleset: Ruleset, rule: Rule, event: Event, page: Mapping[str, Any]) -> Person:
    source = ruleset.sources.get(event.source)
    return person_of(event.customer, rule.then.contact, page, source.region if source else "RU")


def _bot(ruleset: Ruleset, of_rule: int | None, event: Event) -> int:
    source = ruleset.sources.get(event.source)
    if of_rule is not None:
        return of_rule
    return source.bot if source and source.bot is not None else ruleset.bot


def _draw(draft: _Draft, rule: Rule, person: Person, contact: ContactId, page: Mapping[str, Any]) -> Iterator[Problem]:
    """Put into `draft` what `rule` wishes; yields what it cannot."""
    for name, value in person.values.items():
        if name not in _FIELDS or (name == "phone" and contact.messenger == "whatsapp"):
            continue
        # What an earlier rule gave on purpose is not undone by what the event says of itself.
        if name in person.given or f"field:{name}" not in draft.elements:
            draft.elements[f"field:{name}"] = (value, rule)
    yield from _tags(draft, rule, rule.then.tags, page, wanted=True)
    yield from _tags(draft, rule, rule.then.remove_tags, page, wanted=False)
    yield from _variables(draft, rule, page)
    if rule.then.status is not None:
        status, problem = _bounded(rule.then.status, page, STATUS_CHARACTERS_MAX)
        if problem:
            yield Problem(rule=rule.name, element="status", text=problem)
        else:
            # Each of a row is an element of its own; the stamp that orders them comes when it is wished.
            draft.elements[f"status:{rule.position:04d}" if rule.then.each_status else "status"] = (status, rule)
    if rule.then.utm is not None:
        draft.utm, draft.utm_rule = rule.then.utm, rule
    draft.last_rule = rule


def _variables(draft: _Draft, rule: Rule, page: Mapping[str, Any]) -> Iterator[Problem]:
    for name, template in rule.then.variables.items():
        value, problem = _bounded(template, page, VARIABLE_CHARACTERS_MAX)
        if problem:
            yield Problem(rule=rule.name, element="variable", text=problem)
        else:
            draft.elements[f"variable:{name}"] = (value, rule)
    for name in rule.then.remove_variables:
        draft.elements[f"variable:{name}"] = (None, rule)


def _tags(
    draft: _Draft, rule: Rule, templates: Sequence[Template], page: Mapping[str, Any], *, wanted: bool
) -> Iterator[Problem]:
    for template in templates:
        tag, problem = _bounded(template, page, TAG_CHARACTERS_MAX)
        if problem:
            yield Problem(rule=rule.name, element="tag", text=problem)
        else:
            draft.elements[f"tag:{tag}"] = (wanted, rule)


def _bounded(template: Template, page: Mapping[str, Any], length_max: int) -> tuple[str, Text | None]:
    rendered = render(template, page)
    if rendered.text is None:
        return "", rendered.problem
    if len(rendered.text) <= length_max:
        return rendered.text, None
    return "", Text(
        f"«{shortened(rendered.text, 40)}»: {len(rendered.text)} символов, а можно не больше {length_max}",
        f'"{shortened(rendered.text, 40)}" has {len(rendered.text)} characters, at most {length_max} are allowed',
    )


def _wishes(draft: _Draft, utm: Utm | None, stamps: Stamps) -> Iterator[Wish]:
    def wish(element: str, value: Any, rule: Rule) -> Wish:
        lane = _lane_of(element, rule)
        # What the event tells of the customer is as old as the event, however much later a rule acts.
        stamp = stamps.own if element.startswith(("field:", "utm:")) else stamps.rules
        if element.startswith("status:"):
            element = f"status:{stamp}:{element.removeprefix('status:')}"
        return Wish(element=element, value=value, stamp=stamp, event=stamps.event_id, rule=rule.name, lane=lane)

    for element, (value, rule) in draft.elements.items():
        yield wish(element, value, rule)
    marks = {name: value.strip() for name, value in msgspec.to_builtins(utm).items() if value.strip()} if utm else {}
    utm_rule = draft.utm_rule or draft.last_rule
    if marks and draft.utm != "off" and utm_rule:
        yield wish(f"utm:{draft.utm}", marks, utm_rule)


def _lane_of(element: str, rule: Rule) -> int:
    urgent = element.partition(":")[0] in URGENT_KINDS if rule.urgent is None else rule.urgent
    return URGENT if urgent else CALM
