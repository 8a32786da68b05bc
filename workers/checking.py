"""`python -m workers.checking`: the program behind `watbot-hooks doctor`, where Watbot itself is asked.

It prints what it found (processor/domain/checkup.py) as JSON. Every call takes its turn in the account's budget.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from processor.clock import Clock, SystemClock
from processor.domain.call import Call
from processor.domain.checkup import Finding
from processor.domain.contact import ContactId
from processor.errors import WatbotHooksError
from processor.log import start_log
from processor.settings import Settings, load_settings
from processor.store.account import belongs_to, learn
from processor.store.connection import Store, connect
from processor.store.durability import store_ms
from processor.store.pace import Outcome, Pace, resting
from processor.text import Text
from workers.answered import outcome_of
from workers.listed import listed
from workers.probe import LEFT_OUT, LISTED, Probed, probe
from workers.verdict import Retry, Stop, Wait, verdict
from workers.watbot.check import COUNT_MAX
from workers.watbot.client import WatbotClient
from workers.watbot.contact import Contact
from workers.watbot.errors import WatbotError

ATTEMPTS_MAX = 6
# A longer rest is told, and not waited out.
REST_MS_MAX = 5_000
UNNAMED = "Клиент"

T = TypeVar("T")

_UNKNOWN: Mapping[str, Text] = {
    "another_contact": Text("Watbot ответил о другом контакте", "Watbot answered about another contact"),
    "tags_not_shown": Text("Watbot не показывает тегов контакта", "Watbot does not show the contact's tags"),
    "tag_not_attached": Text("тег не прикрепился", "a tag could not be attached"),
    "list_ignored": Text("Watbot не взял список тегов", "Watbot took no notice of the list of tags"),
}
_FOUND: Mapping[str, Text] = {
    "add": Text("список добавляет теги; теги контакта те же", "lists of tags add; the contact's tags are as they were"),
    "replace": Text(
        "список заменяет теги; теги контакта те же", "lists of tags replace; the contact's tags are as they were"
    ),
}


@dataclass(frozen=True, slots=True)
class Patient:
    """Makes calls in turn with the workers, and again where that helps."""

    watbot: WatbotClient
    pace: Pace
    clock: Clock

    def ask(self, call: Callable[[], T], attempts: int = ATTEMPTS_MAX) -> T:
        """What `call` gives. Raises WatbotError, StoreError."""
        failures = 0
        while True:
            departure = self.pace.take()
            assert departure is not None  # noqa: S101  nobody stops it, and it waits as long as it takes
            try:
                answer = call()
            except WatbotError as error:
                failures += 1
                judged = verdict(error, failures, random.random())  # noqa: S311  spreads retries, guards nothing
                outcome: Outcome = outcome_of(error)
                if isinstance(judged, Wait | Stop):
                    outcome = "throttled" if isinstance(judged, Wait) else "stopped"
                rest_ms = judged.delay_ms if isinstance(judged, Wait | Stop) else 0
                sent_ms = self.watbot.sent_ms()
                self.pace.landed(departure, outcome, sent_ms=sent_ms, rest_ms=rest_ms, reason=judged.reason)
                if failures >= attempts or not isinstance(judged, Wait | Retry):
                    raise
                self.clock.sleep_ms(judged.delay_ms)
                continue
            self.pace.landed(departure, "ok", sent_ms=self.watbot.sent_ms())
            return answer

    def make(self, call: Call) -> Contact | None:
        """One call of ours. Raises WatbotError, StoreError."""
        return self.ask(lambda: self.watbot.call(call))


def check_watbot(patient: Patient, client: Store, bot: int) -> Finding:
    """Whether Watbot answers and takes the token. Raises StoreError."""
    rest = resting(client)
    if rest and rest[0] - store_ms(client) > REST_MS_MAX:
        todo = Text(
            "проверьте WATBOT_API_TOKEN и тариф, затем перезапустите обработчик",
            "check WATBOT_API_TOKEN and the plan, then restart the worker",
        )
        said = Text(f"вызовы отложены: {rest[1]}", f"no call for now: {rest[1]}")
        return Finding("watbot", "wrong", said, todo if rest[1] == "token_refused" else None)
    try:
        page = patient.ask(lambda: patient.watbot.contact_page(bot_id=bot, count=1, page=1), attempts=1)
    except WatbotError as error:
        todo = Text(
            "проверьте WATBOT_BASE_URL, WATBOT_API_TOKEN и bot в правилах",
            "check WATBOT_BASE_URL, WATBOT_API_TOKEN and the rules' bot",
        )
        return Finding("watbot", "wrong", error.text, todo)
    shown = "" if page.total is None else f": {page.total}"
    return Finding(
        "watbot",
        "ok",
        Text(
            f"Watbot отвечает, токен принят; контактов бота {bot}{shown}",
            f"Watbot answers and takes the token; contacts of bot {bot}{shown}",
        ),
    )


def find(patient: Patient, bot: int, who: str) -> tuple[ContactId, Contact] | None:
    """The contact of that key, or of that number in Watbot, from Watbot's list. Raises WatbotError, StoreError."""
    number, before = 1, tuple[int, ...]()
    while True:
        page = patient.ask(lambda asked=number: patient.watbot.contact_page(bot_id=bot, count=COUNT_MAX, page=asked))  # type: ignore[misc]
        for key, contact in listed(page, bot).contacts.items():
            if who in (key, str(contact.id)):
                return ContactId.from_key(key), contact
        ids = tuple(contact.id for contact in page.contacts)
        if not page.more or ids == before:
            return None
        number, before = number + 1, ids
        if sys.stderr.isatty():
            sys.stderr.write(f"getContacts: {number} / {page.last_page or '?'}\n")


def check_tags(patient: Patient, client: Store, bot: int, who: str) -> Finding:
    """Find out what a list of tags does, and let every worker know it. Raises StoreError."""
    try:
        found = find(patient, bot, who)
        if found is None:
            todo = Text("назовите контакт, который в Watbot уже есть", "name a contact that is in Watbot already")
            return Finding(
                "probe", "wrong", Text(f"у бота {bot} нет такого контакта", f"bot {bot} has no such contact"), todo
            )
        contact, shown = found
        probed = probe(patient.make, contact, shown.id, shown.name or UNNAMED)
    except WatbotError as error:
        todo = Text(
            f"повторите; теги «{LEFT_OUT}» и «{LISTED}» будут сняты",
            f"try again; the tags {LEFT_OUT!r} and {LISTED!r} are taken off then",
        )
        return Finding("probe", "wrong", error.text, todo)
    if probed.reading != "unknown":
        learn(client, tags=probed.reading)
    return of_probe(probed)


def of_probe(probed: Probed) -> Finding:
    """What a person is told."""
    if probed.missing:
        tags = ", ".join(probed.missing)
        return Finding(
            "probe",
            "wrong",
            Text(f"не удалось вернуть теги: {tags}", f"could not be given back: {tags}"),
            Text("прикрепите их сами", "attach them yourself"),
        )
    if probed.reading == "unknown":
        return Finding("probe", "note", _UNKNOWN[probed.reason])
    return Finding("probe", "ok", _FOUND[probed.reading])


def _findings(settings: Settings, told: argparse.Namespace) -> list[Finding]:
    token = settings.watbot_api_token
    if not token:
        return [
            Finding(
                "watbot",
                "wrong",
                Text("не задан WATBOT_API_TOKEN", "WATBOT_API_TOKEN is not set"),
                Text(
                    "задайте его или запустите `watbot-hooks up` с песочницей",
                    "set it, or start `watbot-hooks up` with its sandbox",
                ),
            )
        ]
    client, clock = connect(settings), SystemClock()
    with WatbotClient(settings.watbot_base_url, token, timeout_s=settings.watbot_timeout_ms / 1000) as watbot:
        patient = Patient(watbot, Pace(client, settings.watbot_rate, clock), clock)
        first = check_watbot(patient, client, told.bot)
        if first.state == "wrong" or not told.probe:
            return [first]
        belongs_to(client, settings.watbot_base_url)
        return [first, check_tags(patient, client, told.bot, told.probe)]


def main() -> int:
    """Print what was found; 1 with the reason when nothing could be looked at."""
    parser = argparse.ArgumentParser(prog="watbot-hooks doctor")
    parser.add_argument("--bot", type=int, required=True)
    parser.add_argument("--probe", help="a contact's key, or its number in Watbot")
    told = parser.parse_args()
    try:
        settings = load_settings(os.environ)
        start_log(form=settings.log_format, level="warning", secrets=settings.secrets(), process="doctor")
        found = _findings(settings, told)
    except WatbotHooksError as error:
        print(error, file=sys.stderr)  # noqa: T201  a program's last word
        return 1
    sys.stdout.write(msgspec.json.encode(found).decode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
