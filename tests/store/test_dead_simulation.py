"""Dead letters in the midst of everything: parking, reviving, editing, dropping and ageing keep every promise too."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
import redis

from processor.domain.edit import Edit
from processor.domain.lane import REPLAY, RETRY
from processor.domain.wish import Wish, wins
from processor.store.contacts import Failure, Record, state_of
from processor.store.dead import DeadLetter, Search, dead_letters, drop_old
from processor.store.keys import name_of
from processor.store.revive import drop, revive
from processor.store.script import run
from tests.store.test_simulation import CONTACTS, Model, World

STEPS = 400
SEEDS = int(os.environ.get("SIMULATION_SEEDS", "20"))


def _bare(one: Wish) -> Wish:
    """The wish without its place in line, which is no part of what is wanted."""
    return msgspec.structs.replace(one, lane=0, since_ms=0)


@dataclass
class DeadModel(Model):
    """Also what was refused last, and how many refusals each event counts."""

    dead: dict[str, dict[str, Wish]] = field(default_factory=lambda: {c: {} for c in CONTACTS})
    refusals: Counter[str] = field(default_factory=Counter)

    def apply(self, event: str) -> None:
        """A wish that is taken outdoes an older dead letter."""
        before = {contact: dict(held) for contact, held in self.wanted.items()}
        fresh = not self.applied[event]
        super().apply(event)
        for contact in self.plans[event] if fresh else ():
            for element, one in self.wanted[contact].items():
                if one != before[contact].get(element):
                    self.outdo(contact, one)

    def settle(self, contact: str, one: Wish, *, refused: bool) -> None:
        """A refusal becomes a dead letter, unless a newer one stands there."""
        one = _bare(one)
        taken = self.wanted[contact].get(one.element) == one
        super().settle(contact, one, refused=refused)
        if not refused:
            self.outdo(contact, one)
        elif taken:
            self.refusals[one.event] += 1
            self.outdo(contact, one)
            self.dead[contact].setdefault(one.element, one)

    def outdo(self, contact: str, one: Wish) -> None:
        """The dead letter of the element goes, unless it is newer."""
        dead = self.dead[contact].get(one.element)
        if dead and not wins(dead, one):
            del self.dead[contact][one.element]

    def revive(self, contact: str, element: str, value: Any) -> None:
        """It is wanted again, with `value`, unless something newer is there."""
        one = self.dead[contact].pop(element)
        held = [self.wanted[contact].get(element), self.delivered[contact].get(element)]
        if all(wins(one, other) for other in held if other):
            self.wanted[contact][element] = msgspec.structs.replace(one, value=value)
            self.refusals[one.event] -= 1

    def give_up(self, contact: str) -> None:
        """All that waits in a parked contact counts as refused."""
        for one in self.wanted[contact].values():
            self.refusals[one.event] += 1
            self.refused.add((contact, one.element))
        self.wanted[contact].clear()


class DeadWorld(World):
    """The same world, in which contacts are parked early and a person comes by."""

    model: DeadModel

    def __init__(self, client: redis.Redis, seed: int) -> None:
        super().__init__(client, seed)
        self.model = DeadModel()
        self.limits |= {"park_after_ms": 0, "park_failures_min": 1}
        self.steps |= {self.claim: 9, self.record: 12, self.expire: 4, self.sweep: 5}
        self.steps |= {self.get_through: 3, self.revive: 2, self.edit: 2, self.drop: 2, self.age: 1}

    def entry(self, fates: dict[Wish, str]) -> Record:
        """Half of them fail, and say what they were about."""
        if self.random.random() < 0.5:
            return super().entry(fates)
        fates |= dict.fromkeys(fates, "open")
        entry = replace(super().entry(fates), then="retry")
        about = tuple(one.element for one in fates)[:2]
        return replace(entry, failure=Failure("nonsense_html", about, {"ru": "нет", "en": "no"}))

    def get_through(self) -> None:
        """Somebody's call is answered well."""
        self.client.hset(name_of("account"), "last_ok_ms", 10**14 if self.random.random() < 0.8 else 0)

    def some_letters(self) -> list[DeadLetter]:
        """Some dead letters of one contact, refused elements and the parking alike."""
        everything = dead_letters(self.client, Search())
        if not everything:
            return []
        found = dead_letters(self.client, Search(contact=self.random.choice(everything).contact))
        return self.random.sample(found, self.random.randint(1, len(found)))

    def revive(self) -> None:
        """A person retries some; at times the command is run twice."""
        letters = self.some_letters()
        for _ in range(self.random.randint(1, 2)) if letters else ():
            revive(self.client, letters, lane=self.random.choice([RETRY, REPLAY]), by="anna", journal_days=30)
        for letter in letters:
            self.counts["unparked" if letter.parked else "revived"] += 1
            if not letter.parked:
                self.model.revive(letter.contact, letter.element, letter.wishes[0].value)

    def edit(self) -> None:
        """A person mends one value, of a refused element or of what a parked contact failed by."""
        letter = next(iter(self.some_letters()), None)
        if letter is None:
            return
        element = letter.element or self.random.choice([one.element for one in letter.wishes])
        new = Edit(element, element, f"mended {self.random.random()}")
        revive(self.client, [letter], lane=RETRY, by="anna", journal_days=30, edit=new)
        self.counts["edited"] += 1
        if not letter.parked:
            self.model.revive(letter.contact, element, new.value)
        else:
            held = self.model.wanted[letter.contact]
            held[element] = msgspec.structs.replace(held[element], value=new.value)

    def drop(self) -> None:
        """A person gives some up; of a parked contact at times only one element."""
        letters = self.some_letters()
        if not letters:
            return
        contact, parked = letters[0].contact, [letter for letter in letters if letter.parked]
        only = self.random.choice(parked[0].wishes).element if parked and self.random.random() < 0.5 else None
        if only in [letter.element for letter in letters]:
            only = None
        drop(self.client, letters, by="anna", journal_days=30, contact_days=400, waiting=[only] if only else [])
        self.counts["dropped"] += 1
        self.forget(letters, only if only and only not in self.model.dead[contact] else None, whole=only is None)

    def forget(self, letters: list[DeadLetter], only: str | None, *, whole: bool) -> None:
        """The same in the model."""
        for letter in letters:
            if not letter.parked:
                self.model.dead[letter.contact].pop(letter.element, None)
            elif whole:
                self.model.give_up(letter.contact)
            elif only:
                one = self.model.wanted[letter.contact].pop(only)
                self.model.refusals[one.event] += 1
                self.model.refused.add((letter.contact, only))

    def age(self) -> None:
        """Some letters are older than the journal."""
        old = self.some_letters()
        for letter in old:
            self.client.zadd(name_of("dead"), {f"{letter.contact} {letter.element}": 1}, xx=True)
        assert drop_old(self.client, most=100, journal_days=30, contact_days=400) == len(old)
        self.forget(old, None, whole=True)
        self.counts["aged"] += len(old)

    def drain(self) -> None:
        """A person lets everybody go on; then nobody is parked any more."""
        self.client.hset(name_of("account"), "last_ok_ms", 0)
        for letter in dead_letters(self.client, Search()):
            if letter.parked:
                revive(self.client, [letter], lane=RETRY, by="anna", journal_days=30)
        super().drain()

    def check_contacts(self, lines: list[list[bytes]], holders: list[bytes]) -> None:
        """Whoever is wished something stands in exactly one line or is parked; every dead letter is in the index."""
        assert sorted(holders) == sorted(lines[1]), "holders are those with a lease"
        indexed = {member.decode() for member in self.client.zrange(name_of("dead"), 0, -1)}  # type: ignore[union-attr]
        expected = set()
        for contact in CONTACTS:
            parked = bool(self.client.hexists(name_of("contact", contact), "parked"))
            waits = [contact.encode() in line for line in lines].count(True) + parked
            state = state_of(self.client, contact)
            wanted = {element: _bare(one) for element, one in state.wanted.items()}
            assert waits <= 1
            assert waits == 1 or not wanted, f"{contact} is left behind"
            assert wanted or not parked, f"{contact} is parked with nothing"
            assert wanted == self.model.wanted[contact]
            assert {e: _bare(one) for e, one in state.refused.items()} == self.model.dead[contact]
            assert state.delivered == {e: one.stamp for e, one in self.model.delivered[contact].items()}
            assert self.client.pttl(name_of("contact", contact)) == -1 or not wanted
            expected |= {f"{contact} {element}" for element in state.refused} | ({f"{contact} "} if parked else set())
        assert indexed == expected

    def check_event(self, event: str, open_: int, counted: list[bytes | None], *ages: int) -> None:
        """An event counts its refusals, and has finished as refused only by them."""
        super().check_event(event, open_, counted, *ages)
        refusals: Any = self.client.hget(name_of("event", event), "refused")
        assert int(refusals or 0) == self.model.refusals[event]
        if counted[0] in (b"done", b"refused"):
            assert (counted[0] == b"refused") == (self.model.refusals[event] > 0)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_dead_letters_keep_every_promise_in_any_order_of_steps(store: redis.Redis, seed: int) -> None:
    world = DeadWorld(store, seed)
    for _ in range(STEPS):
        world.step()
    world.drain()
    for contact in CONTACTS:
        for element, newest in world.model.wished[contact].items():
            if (contact, element) not in world.model.refused:
                assert world.model.delivered[contact][element].stamp == newest.stamp, "the law's winner was delivered"


def test_the_simulation_really_parks_revives_edits_and_drops(store: redis.Redis) -> None:
    counts: Counter[str] = Counter()
    for seed in range(3):
        store.flushall()
        world = DeadWorld(store, seed)
        for _ in range(STEPS):
            world.step()
        counts += world.counts
    for what in ("unparked", "revived", "edited", "dropped", "aged"):
        assert counts[what] > 0, counts


def test_a_script_asked_about_nobody_does_nothing(store: redis.Redis) -> None:
    asked = b'{"elements":["status"],"parked":true,"lane":1,"by":"anna","keep_ms":1}'
    assert run(store, "revive", CONTACTS[0], asked) == [0, 0]
    assert run(store, "drop", CONTACTS[0], asked, 1, 1) == 0
    assert store.keys("*") == []
