"""A delivery's turn: see that nothing is left out, normalise, match, wish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from processor.clock import Clock
from processor.domain.lane import REPLAY, score
from processor.domain.mapping import Unfilled
from processor.domain.plan import Plan, plan
from processor.domain.remembered import Reading, nothing_before
from processor.domain.rule import Ruleset
from processor.domain.source import Source
from processor.domain.terms import terms_of
from processor.domain.wish import EVENTS_MAX, Wish
from processor.errors import StoreError, Unreadable
from processor.log import logger
from processor.rules.book import RulesBook
from processor.sources.registry import preset_of
from processor.store.connection import Store
from processor.store.deliveries import Applied, Memory, Taken, take, tell, wish
from workers.history import Histories
from workers.thin import missing, set_aside

BATCH = 16
TRIES_MAX = 4
# Two events of one contact may be applied at the same moment: whoever comes second reads its history anew.
READ_ANEW_MAX = 50

_log = logger("apply")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery comes to: its state, story, the wishes of each contact, and the terms by which it is found."""

    state: str
    story: Mapping[str, Any]
    fields: Mapping[str, str]
    contacts: Sequence[tuple[str, Sequence[Wish]]] = ()
    settle_ms: Mapping[str, int] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    terms: Sequence[str] = ()


@dataclass(slots=True)
class Applier:
    """Takes deliveries in their order and merges what the rules make of them."""

    client: Store
    book: RulesBook
    clock: Clock
    ring_reconcile: Callable[[], None]
    stopping: Callable[[], bool]
    lease_ms: int
    journal_days: int

    def step(self) -> bool:
        """One batch; False when nothing waits or we are to stop. Raises StoreError."""
        if self.stopping():
            return False
        batch = take(self.client, most=BATCH, lease_ms=self.lease_ms)
        for taken in batch:
            try:
                self._apply(taken)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001  one delivery must not hold up the others
                # The delivery stays leased: it comes back, and after TRIES_MAX it is set aside with its reason.
                _log.exception("applying failed", delivery=taken.delivery.id)
                told = {"what": "crashed", "at": self.clock.now_ms(), "error": type(error).__name__}
                tell(self.client, taken.delivery.id, told)
        return bool(batch)

    def _apply(self, taken: Taken) -> None:
        rules = self.book.current()
        if taken.delivery.source not in rules.sources and taken.tries < TRIES_MAX:
            # The receiver may have read a newer file a moment before us: it comes back when its lease ends.
            return
        if not taken.asked and self._waits(taken, rules):
            return
        applied = written(
            self.client,
            taken.delivery.id,
            lambda past: decide(taken, rules, self.clock.now_ms(), past),
            rules,
            journal_days=self.journal_days,
        )
        if applied.ring:
            self.ring_reconcile()
        _log.debug("applied", delivery=taken.delivery.id, state=applied.state, outdated=len(applied.outdated))

    def _waits(self, taken: Taken, rules: Ruleset) -> bool:
        """Whether its sender's API must tell the rest first; it waits apart, so that nobody stands behind it."""
        source = rules.sources.get(taken.delivery.source)
        if source is None or source.api is None or taken.tries > TRIES_MAX:
            return False
        wanted = missing(taken.delivery, source)
        return bool(wanted) and set_aside(self.client, taken.delivery, wanted, self.clock.now_ms())


def written(
    client: Store, id_: str, decided: Callable[[Reading], Outcome], rules: Ruleset, *, journal_days: int
) -> Applied:
    """Write down what `decided` comes to, which is asked again while the histories it asked for change meanwhile.

    Still changed after READ_ANEW_MAX attempts: nothing is written, and the lease brings it back. Raises StoreError.
    """
    applied = Applied("changed", ring=False)
    for _ in range(READ_ANEW_MAX):
        histories = Histories(client)
        outcome = decided(histories)
        applied = wish(
            client,
            id_,
            state=outcome.state,
            story=outcome.story,
            fields=outcome.fields,
            contacts=[(key, min(score(w.lane, w.since_ms) for w in ws), ws) for key, ws in outcome.contacts],
            settle_ms=outcome.settle_ms,
            rules=(rules.version, rules.text),
            terms=outcome.terms,
            memory=replace(outcome.memory, read=histories.read),
            journal_days=journal_days,
        )
        if applied.state != "changed":
            break
    return applied


def decide(taken: Taken, rules: Ruleset, now_ms: int, past: Reading = nothing_before) -> Outcome:
    """Normalise and match: what this delivery comes to under these rules. Pure, but for what `past` reads."""
    told: dict[str, Any] = {"what": "applied", "at": now_ms, "rules": rules.version}
    source = rules.sources.get(taken.delivery.source)
    if taken.tries > TRIES_MAX:
        return Outcome("failed", told | {"reason": "crashed_again_and_again"}, {"version": rules.version})
    if source is None:
        return Outcome("failed", told | {"reason": "source_not_in_rules"}, {"version": rules.version})
    try:
        preset = preset_of(source)
        events = preset.normalise(taken.delivery, source)[:EVENTS_MAX]
        unfilled = preset.unfilled(taken.delivery, source)
    except Unreadable as error:
        story = told | {"reason": "unreadable", "text": {"ru": error.say("ru"), "en": error.say("en")}}
        return Outcome("unreadable", story, {"version": rules.version})
    numbered = taken.numbered
    entries = numbered.entries(rules, events)
    plans = [
        plan(
            rules,
            event,
            stamp=numbered.stamp(event, index),
            event_id=numbered.id,
            earlier=numbered.asked(rules, event, entries, past),
        )
        for index, event in enumerate(events)
    ]
    lane = REPLAY if taken.replayed_ms else None
    contacts = joined(plans, taken.since_ms, lane)
    memory = Memory(
        entries=entries,
        later=[(index, one.due_ms, one.rule) for index, planned in enumerate(plans) for one in planned.later],
    )
    failed = any(p.problems and p.matched for p in plans)
    state = "planned" if contacts or memory.later else "failed" if failed else "ignored"
    owns = dict.fromkeys(key for key, _ in entries)
    fields = {
        "version": rules.version,
        "type": ", ".join(dict.fromkeys(event.event for event in events)),
        "events": msgspec.json.encode([msgspec.structs.replace(event, raw=None) for event in events]).decode(),
        "contacts": ", ".join([key for key, _ in contacts] or (list(owns) if memory.later else [])),
        "past": " ".join(owns),
    }
    story = told | told_of(plans, contacts, _problems(source, unfilled)) | _waits(plans, rules)
    terms = terms_of(events, fields["contacts"].split(", ") if fields["contacts"] else ())
    return Outcome(state, story, fields, contacts, settles(plans), memory, terms)


def joined(plans: Sequence[Plan], since_ms: int, lane: int | None = None) -> list[tuple[str, Sequence[Wish]]]:
    """Each contact once; where several events of a delivery wish the same element, the store takes the newest.

    `lane`: that of all wishes, whatever the rules say.
    """
    joined: dict[str, list[Wish]] = {}
    for planned in plans:
        for contact in planned.contacts:
            wishes = [
                msgspec.structs.replace(wish, since_ms=since_ms, lane=wish.lane if lane is None else lane)
                for wish in contact.wishes
            ]
            joined.setdefault(contact.contact.key, []).extend(wishes)
    return [(key, wishes) for key, wishes in joined.items() if wishes]


def settles(plans: Sequence[Plan]) -> dict[str, int]:
    """How long each contact waits for further wishes; of several events the least patient decides."""
    waits: dict[str, int] = {}
    for contact in (contact for planned in plans for contact in planned.contacts):
        key = contact.contact.key
        waits[key] = min(waits.get(key, contact.settle_ms), contact.settle_ms)
    return waits


def _waits(plans: Sequence[Plan], rules: Ruleset) -> dict[str, Any]:
    """What is to come later, and what would make it needless."""
    unless = (
        {rule.name: rule.unless.written for rule in rules.rules if rule.unless} if any(p.later for p in plans) else {}
    )
    waits = [
        {"rule": one.rule, "due_ms": one.due_ms, "unless": unless.get(one.rule, "")} for p in plans for one in p.later
    ]
    return {"later": waits} if waits else {}


def _problems(source: Source, unfilled: Sequence[Unfilled]) -> list[dict[str, Any]]:
    """What the source's own mapping left empty, told as the problems of rules are."""
    return [
        {"rule": source.mapping_name, "element": one.field, "text": {"ru": one.text.ru, "en": one.text.en}}
        for one in unfilled
    ]


def told_of(
    plans: Sequence[Plan], contacts: Sequence[tuple[str, Sequence[Wish]]], problems: list[dict[str, Any]]
) -> dict[str, Any]:
    """What rules wish and what they cannot, as a story has it; `problems` of others stand first."""
    return {
        "matched": [name for planned in plans for name in planned.matched],
        "changes": [
            {"contact": key, "element": w.element, "value": w.value, "rule": w.rule} for key, ws in contacts for w in ws
        ],
        "problems": problems
        + [
            {"rule": p.rule, "element": p.element, "text": {"ru": p.text.ru, "en": p.text.en}}
            for planned in plans
            for p in planned.problems
        ],
    }
