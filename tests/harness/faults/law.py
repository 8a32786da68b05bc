"""What Watbot may show of a contact, and what it must show in the end: written from the promises, not from the code.

Promised, under either reading of `tags` and of `utm`:
- Of each field, tag, variable and of `utm: last` the newest wish stands in the end (by the sender's clock, never beyond
  our receipt, then by the journal), of `utm: first` the oldest unless a `last` was wished; an older wish is never shown
  after a newer one (a younger `first` never after an older).
- The newest status stands in the end. Every status of a row is sent, in order, unless a newer one had been sent before
  it came; after a newer one that was confirmed no older one is sent.
- Who was there before us keeps the UTM that we found, unless a `last` was wished, and the name, unless one was wished:
  a contact without a name waits for the first sync.
- A contact that Watbot forgot gets back what was delivered to it as soon as anything of it is written (what the bot and
  people had set is gone with it); one that only has another number is as it was.
- What is shown was wished; a placeholder never replaces a name; a tag that the bot set stays, however lists are read.

Not promised, because no caller can:
- A call that Watbot carries out after its caller's timeout, or that left when its process had been stopped between the
  last look at the clock and the sending (`late`), may show what is old by then. Only what it changed is excused, and
  only until another call shows that element.
- Nobody waits for a first sync whose pages fail again and again, nor for longer than ten minutes by the store's clock.
- A contact that Watbot forgot, and of which nothing more is to be written, is not missed.
- While it is in doubt whether a newer status was sent (no good answer was recorded), an older one of a row that comes
  in may be sent after it; the newer one is sent again then.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.harness.faults.shop import LATER_MS, UNNAMED, Event
from tests.harness.faults.watbot import HELD_MS, Called

# A wish that comes in after a call was chosen is not known to it; held up, that may leave so much later.
UNDER_WAY_MS = HELD_MS + 500.0
BOT_TAG = "бот "

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, order=True)
class Wished:
    """One wish for one element."""

    stamp: Stamp
    element: str = field(compare=False)
    value: Any = field(compare=False)
    applied_ms: float = field(compare=False)


@dataclass(slots=True)
class Person:
    """One contact: what was wished of each element, by stamp, and what has been shown."""

    wished: dict[str, list[Wished]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, tuple[Wished, Called]] = field(default_factory=dict)
    statuses: list[tuple[Wished, Called]] = field(default_factory=list)
    bot_tags: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    sent_late: set[str | None] = field(default_factory=set)
    had_name: str = ""
    had_utm: dict[str, str] = field(default_factory=dict)
    forgotten_ms: float | None = None
    """When Watbot forgot it last."""

    def wish(self, element: str, value: Any, stamp: Stamp, now_ms: float) -> None:
        """A wish is applied."""
        insort(self.wished[element], Wished(stamp, element, value, now_ms))


@dataclass(slots=True)
class Law:
    """Told of everything that happens; `wrongs` grows with whatever was promised otherwise."""

    synced: Callable[[], bool] = lambda: True
    """Whether everybody without a name waits for the first sync."""
    people: dict[str, Person] = field(default_factory=lambda: defaultdict(Person))
    wrongs: list[str] = field(default_factory=list)
    excuses: Counter[str] = field(default_factory=Counter)
    _stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    _later: set[tuple[str, int]] = field(default_factory=set)
    _clock_ms: int = 0

    def stored(self, id_: str, store_ms: int) -> None:
        """A new delivery stands in the journal; `store_ms` is the store's clock."""
        self._clock_ms = max(self._clock_ms, store_ms)
        self._stamps[id_] = self._clock_ms, len(self._stamps) + 1

    def applied(self, id_: str, events: tuple[Event, ...], now_ms: float) -> None:
        """A delivery's wishes are in."""
        _, number = self._stamps[id_]
        for index, event in enumerate(events):
            occurred_ms = self._occurred_ms(id_, event)
            for element, value in event.wishes().items():
                self.people[event.contact].wish(element, value, (occurred_ms, number, index), now_ms)
            if event.wishes_later():
                self._later.add((id_, index))

    def acted(self, id_: str, events: tuple[Event, ...], index: int, store_ms: int, now_ms: float) -> None:
        """The delayed rules of one event have acted; `store_ms` is the store's clock."""
        if (id_, index) not in self._later:
            self.wrongs.append(f"{now_ms:.0f} the delayed rules of {id_}, {index} act again, or without having waited")
        self._later.discard((id_, index))
        event, (_, number) = events[index], self._stamps[id_]
        due_ms = self._occurred_ms(id_, event) + LATER_MS
        if store_ms < due_ms:
            self.wrongs.append(f"{now_ms:.0f} the delayed rules of {id_}, {index} act {due_ms - store_ms} ms too early")
        for element, value in event.wishes_later().items():
            self.people[event.contact].wish(element, value, (due_ms, number, index), now_ms)

    def _occurred_ms(self, id_: str, event: Event) -> int:
        at_ms, _ = self._stamps[id_]
        return at_ms if event.occurred_ms is None else min(event.occurred_ms, at_ms)

    def bot_set(self, contact: str, tag: str) -> None:
        """The bot has set a tag of its own."""
        self.people[contact].bot_tags.add(tag)

    def was_there(self, contact: str, name: str, tags: Iterable[str], utm: dict[str, str]) -> None:
        """Somebody is there before us, under a real name."""
        person = self.people[contact]
        person.had_name, person.had_utm = name, utm
        person.bot_tags.update(tags)

    def forgotten(self, contact: str, now_ms: float) -> None:
        """Watbot has forgotten a contact, with all that stood there."""
        person = self.people[contact]
        person.shown.clear()
        person.bot_tags.clear()
        person.forgotten_ms = now_ms
        if person.had_utm:  # of that it may have been given back
            person.excused.update({f"utm:{part}" for part in person.had_utm})

    def done(self, call: Called, now_ms: float) -> None:
        """A call takes effect."""
        person = self.people[call.contact]
        for element, value in call.changes:
            name = element.replace("variable:utm_", "utm:")
            if call.late:
                self.excuses["changed by a late call"] += 1
                person.excused.add(name)
                person.sent_late.add(value if name == "status" else None)
                continue
            if not (person.forgotten_ms and name.removeprefix("utm:") in person.had_utm):
                person.excused.discard(name)
            wrong = self._changed(person, call, name, value)
            if wrong:
                self.wrongs.append(f"{now_ms:.0f} {call.contact} {element} {value!r}: {wrong}")

    def recorded(self, call: Called) -> None:
        """What became of a call was written down: only a good answer says that it took effect."""
        call.recorded = call.answered

    def _changed(self, person: Person, call: Called, element: str, value: Any) -> str:
        if element.startswith(f"tag:{BOT_TAG}"):
            return "not wished" if value else "a tag of the bot was dropped"
        if element == "status":
            return self._status(person, call, value)
        if element.startswith("utm:"):
            return self._utm(person, call, element, value)
        if element == "field:name" and value == UNNAMED:
            return self._unnamed(person)
        before = person.shown.get(element)
        found = [w for w in person.wished[element] if w.value == value and (not before or w >= before[0])]
        if not found:
            # A name that we had found is given back too.
            known = element == "field:name" and person.forgotten_ms and value == person.had_name and not before
            return "" if known else f"not wished, or older than {before[0] if before else 'nothing'}"
        person.shown[element] = found[0], call
        return ""

    def _unnamed(self, person: Person) -> str:
        if "field:name" in person.shown:
            return "a placeholder over a name"
        had_name = person.had_name and not person.forgotten_ms
        late = bool(had_name) and not self.synced()
        self.excuses["a placeholder over a name that the first sync was too late to tell"] += late
        return "a placeholder over a name that was there before us" if had_name and not late else ""

    def _status(self, person: Person, call: Called, value: Any) -> str:
        found = [w for name in ("status", "status:each") for w in person.wished[name] if w.value == value]
        if not found:
            return "not wished"
        newer = [(w, its) for w, its in person.statuses if w > found[0]]
        person.statuses.append((found[0], call))
        if any(its.recorded and not its.late for _, its in newer):
            return f"older than {newer[-1][0]}, which was confirmed"
        self.excuses["a status after a newer one in doubt"] += bool(newer)
        return ""

    def _utm(self, person: Person, call: Called, element: str, value: Any) -> str:
        part = element.removeprefix("utm:")
        found = next(
            (w for n in ("utm:last", "utm:first") for w in person.wished[n] if (w.value or {}).get(part) == value), None
        )
        if found is None:
            return "" if person.forgotten_ms and person.had_utm.get(part) == value else "not wished"
        before = person.shown.get(element)
        person.shown[element] = found, call
        if before is None or (found.element, before[0].element) == ("utm:last", "utm:first"):
            had = bool(person.had_utm) and not person.forgotten_ms
            over = before is None and had and found.element == "utm:first"
            return "a first mark over those that were there before us" if over else ""
        if found.element == "utm:last":
            return "" if found >= before[0] else f"older than {before[0]}"
        if before[0].element == "utm:last":
            return f"a first mark over {before[0]}"
        return "" if found <= before[0] else f"not the first: {before[0]}"

    def end(self, contacts: dict[str, dict[str, Any]]) -> Iterator[str]:
        """What is wrong when everything is done: `contacts` as Watbot shows them."""
        yield from (f"the delayed rules of {id_}, {index} never acted" for id_, index in sorted(self._later))
        for key, person in self.people.items():
            if key not in contacts and person.forgotten_ms:
                self.excuses["forgotten, and nothing more was to be written"] += 1
                statuses = (w for name in ("status", "status:each") for w in person.wished[name])
                late = [w for w in statuses if w.applied_ms > person.forgotten_ms]
                yield from (f"{key}: {w.value!r} was wished of a forgotten contact, and it is not there" for w in late)
                continue
            shown = contacts.get(key, {})
            shown = {name.replace("variable:utm_", "utm:"): value for name, value in shown.items()}
            for element, wished in person.wished.items():
                for name, right in _right(person, element, wished):
                    value = shown.get(name, False if name.startswith("tag:") else None)
                    if name not in person.excused and value not in right:
                        yield f"{key} {name} is {value!r}, must be {right!r}"
            gone = {f"tag:{tag}" for tag in person.bot_tags} - shown.keys()
            yield from (f"{key}: {tag} is gone" for tag in sorted(gone))
            yield from (f"{key}: {one.value!r} was never sent" for one in _unsent(person))


def _right(person: Person, element: str, wished: list[Wished]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The names under which Watbot shows an element, and the values that may stand there in the end."""
    if not wished:
        return
    if element.startswith("status"):
        newest = max(w for name in ("status", "status:each") for w in person.wished.get(name, ()))
        yield "status", (newest.value,)
    elif element == "utm:last":
        yield from ((f"utm:{part}", (text,)) for part, text in wished[-1].value.items())
    elif element == "utm:first":
        if not person.wished.get("utm:last"):
            first = person.had_utm or wished[0].value
            yield from ((f"utm:{part}", (text,)) for part, text in first.items())
    else:
        yield element, (wished[-1].value,)


def _unsent(person: Person) -> Iterator[Wished]:
    """Statuses of a row that were not sent though nothing newer had left when they came."""
    sent = {w.value for w, _ in person.statuses} | person.sent_late
    for one in person.wished.get("status:each", ()):
        newer = [c for w, c in person.statuses if w > one and c.began_ms <= one.applied_ms + UNDER_WAY_MS]
        if one.value not in sent and not newer:
            yield one
