"""How long each wish waited until Watbot had it, told from Watbot's side: no word of ours is believed.

A wish is satisfied when Watbot shows its value, or the value of a newer wish of the same element (it was superseded).
A status cannot be seen: it takes a call that began after the wish had come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.delivery_record import DayRecord, Wait, calls_by_contact, urgent, wishes_by_contact
from tests.harness.simulated_watbot import WatbotCall
from tests.harness.simulated_world import Wished

# UTM data may stand in the field or, where that does not keep it, in variables.
_UTM = ("utm:", "variable:utm_")


@dataclass(frozen=True, slots=True)
class Ages:
    """For each event the wait for the last of its wishes to be satisfied, by kind; `never`: wishes that never were."""

    urgent: Sequence[Wait]
    other: Sequence[Wait]
    never: Sequence[Wished]


def ages(record: DayRecord) -> Ages:
    """The ages of a day."""
    calls = calls_by_contact(record)
    last: dict[tuple[str, bool], Wait] = {}
    never: list[Wished] = []
    for contact, wishes in wishes_by_contact(record).items():
        told = _Told(dict(record.before.get(contact, {})))
        for wish, at_ms in told.replay(wishes, calls.get(contact, ())):
            if at_ms is None:
                never.append(wish)
            else:
                key = wish.event, urgent(wish.element)
                wait = Wait(wish.at_ms, at_ms - wish.at_ms)
                last[key] = max(last.get(key, wait), wait, key=lambda one: one.waited_ms)
    by_kind = {kind: [wait for (_, one), wait in last.items() if one is kind] for kind in (True, False)}
    return Ages(by_kind[True], by_kind[False], never)


@dataclass(slots=True)
class _Told:
    """A contact as Watbot shows it, and which values were ever wished, with their newest stamps."""

    shown: dict[str, Any]
    stamps: dict[str, list[tuple[Any, str]]] = field(default_factory=lambda: defaultdict(list))
    open: list[Wished] = field(default_factory=list)

    def replay(self, wishes: Sequence[Wished], calls: Sequence[WatbotCall]) -> Iterator[tuple[Wished, float | None]]:
        """Each wish with the time when it was satisfied."""
        steps: list[tuple[int, int, Wished | WatbotCall]] = [(wish.at_ms, 0, wish) for wish in wishes]
        steps += [(call.arrived_ms, 1, call) for call in calls]
        for at_ms, _, step in sorted(steps, key=lambda one: one[:2]):
            if isinstance(step, Wished):
                self.stamps[_family(step.element)].append((step.value, step.stamp))
                self.open.append(step)
                done = [step] if self._satisfied(step, None) else []
            else:
                self.shown.update(step.changes)
                done = [wish for wish in self.open if self._satisfied(wish, step)]
            for wish in done:
                self.open.remove(wish)
                yield wish, at_ms
        yield from ((wish, None) for wish in self.open)

    def _satisfied(self, wish: Wished, call: WatbotCall | None) -> bool:
        rivals = self.stamps[_family(wish.element)]
        if wish.element == "status":
            if call is None:  # it has just come: only a newer one that was sent before makes it needless
                return any(self._shows(wish, value) and stamp > wish.stamp for value, stamp in rivals)
            if call.method != "setYsellStatus" or call.began_ms < wish.at_ms:
                return False
        if wish.element == "utm:first" and any(element.startswith(_UTM) for element in self.shown):
            return True
        return any(stamp >= wish.stamp and self._shows(wish, value) for value, stamp in rivals)

    def _shows(self, wish: Wished, value: Any) -> bool:
        if wish.element.startswith("utm:"):
            return all(text in [self.shown.get(place + part) for place in _UTM] for part, text in value.items())
        return bool(self.shown.get(wish.element, _nothing(wish.element)) == value)


def _family(element: str) -> str:
    return "utm" if element.startswith("utm:") else element


def _nothing(element: str) -> Any:
    return False if element.startswith("tag:") else None


def disagreeing(record: DayRecord) -> list[str]:
    """What is wrong at the end of the day: elements without their newest wish, tags of before that are gone."""
    wrong: list[str] = []
    for contact, wishes in wishes_by_contact(record).items():
        before, after = record.before.get(contact, {}), record.after.get(contact, {})
        newest = {wish.element: wish for wish in sorted(wishes, key=lambda one: one.stamp)}
        wrong += [
            f"{contact} {element}"
            for element, wish in newest.items()
            if not element.startswith("utm:") and after.get(element, _nothing(element)) != wish.value
        ]
        gone = [e for e in before if e.startswith("tag:") and e not in after and e not in newest]
        wrong += [f"{contact} {element} is gone" for element in gone]
    return wrong
