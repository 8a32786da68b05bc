"""What the bot, people and Watbot itself do with contacts: before the run, and meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from processor.sandbox.contact import Contact
from tests.harness.faults.law import BOT_TAG, Law
from tests.harness.faults.schedule import Schedule
from tests.harness.faults.shop import PHONES
from tests.harness.faults.watbot import Watbot
from tests.harness.faults.weather import Weather
from tests.harness.simulated import MIDNIGHT_MS
from tests.harness.simulated_watbot import key_of

# Strangers whom a first sync shows: three pages.
CROWD = 1_200
BOT_ACTS = 8
# How often in a run Watbot forgets a contact, and gives one another number.
FORGETS = (0, 0, 1, 3)


@dataclass(frozen=True, slots=True)
class Others:
    """Everybody but us."""

    watbot: Watbot
    law: Law
    weather: Weather
    schedule: Schedule
    totals: Counter[str]
    tell: Callable[[str], None]

    def fill(self) -> None:
        """People who are in Watbot before us; two of them will be customers."""
        chance, made_s = self.weather.random, MIDNIGHT_MS // 1000 - 90_000
        utm = {"source": "прежний", "campaign": "прежняя"} if self.watbot.utm == "store" else {}
        marks = {f"utm_{part}": text for part, text in utm.items()}
        crowd = [f"7901{number:07}" for number in range(CROWD)]
        for index, phone in enumerate(chance.sample(PHONES, 2)):
            crowd.insert(chance.randrange(CROWD), phone.removeprefix("+"))
            own = utm if index else {}
            self.law.was_there(f"1:whatsapp:{phone}", f"Имя {phone[1:]}", (f"{BOT_TAG}прежний",), own)
        known = {key.rpartition("+")[2]: person for key, person in self.law.people.items()}
        self.watbot.add(
            Contact(
                id=number,
                bot_id=1,
                messenger="whatsapp",
                name=f"Имя {phone}",
                phone=phone,
                created_s=made_s + number,
                tags=tuple(known[phone].bot_tags) if phone in known else (),
                utm=marks if phone in known and known[phone].had_utm else {},
            )
            for number, phone in enumerate(crowd, 1)
        )

    def expect(self, lasts_ms: float) -> None:
        """Enter into the timetable what happens within that time."""
        for _ in range(self.weather.random.choice(FORGETS)):
            self.schedule.at(self.weather.between(0, lasts_ms), self._forget)
            self.schedule.at(self.weather.between(0, lasts_ms), self._renumber)
        for number in range(BOT_ACTS):
            self.schedule.at(self.weather.between(0, lasts_ms), partial(self._tag, f"{BOT_TAG}{number}"))

    def _forget(self) -> None:
        if people := self._customers():
            key = key_of(self.weather.random.choice(people))
            self.watbot.forget(key)
            self.law.forgotten(key, self.schedule.now_ms)
            self.totals["contacts that Watbot forgot"] += 1
            self.tell(f"Watbot forgets {key}")

    def _renumber(self) -> None:
        if people := self._customers():
            key = key_of(self.weather.random.choice(people))
            self.watbot.renumber(key)
            self.totals["contacts that got another number"] += 1
            self.tell(f"Watbot renumbers {key}")

    def _tag(self, tag: str) -> None:
        if people := self._customers():
            person = self.weather.random.choice(people)
            self.watbot.book.attach(person.id, tag)
            self.law.bot_set(key_of(person), tag)
            self.tell(f"the bot tags {key_of(person)}: {tag}")

    def _customers(self) -> list[Contact]:
        return [contact for contact in self.watbot.book.all() if f"+{contact.phone}" in PHONES]
