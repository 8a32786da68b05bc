"""The line without its machinery: wishes merged, compared, called, learnt, for one contact; everything that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from processor.domain.contact import ContactId
from processor.domain.diff import Difference, PlannedCall, difference
from processor.domain.known import Account, Known, unsure
from processor.domain.policy import Policy
from processor.domain.wish import Wish, is_status, wins
from processor.store.contacts import ContactState, Record
from tests.harness.pure_watbot import PureWatbot
from workers.answered import after_error, after_success
from workers.watbot.errors import WatbotError, WatbotUnavailable

ANNA = ContactId(1, "whatsapp", "+79000000001")
START_MS = 1_800_000_000_000
ANSWER_MS = 100

Crash = Literal["none", "before", "after", "silence"]
"""The worker dies not at all, before the call, after its effect; or lives, and gets no answer after the effect."""


@dataclass(slots=True)
class PureLine:
    """`checks` are asked about every call before it is made."""

    watbot: PureWatbot
    policy: Policy = field(default_factory=Policy)
    account: Account = field(default_factory=Account)
    known: Known = field(default_factory=Known)
    wanted: dict[str, Wish] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    died: bool = False
    now_ms: int = START_MS
    calls: list[PlannedCall] = field(default_factory=list)
    checks: list[Callable[[PureLine, PlannedCall], None]] = field(default_factory=list)

    def deliver(self, wishes: Iterable[Wish]) -> None:
        """What store/scripts/wish.lua does: merge, but not what is older than what was delivered."""
        for wish in wishes:
            stamp = self.delivered.get(_delivered_as(wish.element))
            outdated = stamp is not None and not wins(wish, msgspec.structs.replace(wish, stamp=stamp))
            held = self.wanted.get(wish.element)
            if not outdated and (held is None or wins(wish, held)):
                self.wanted[wish.element] = wish

    def look(self) -> Difference:
        """What is left to do."""
        return difference(
            ANNA, self.wanted, self.known, self.account, self.policy, now_ms=self.now_ms, delivered=self.delivered
        )

    def step(self, crash: Crash = "none") -> bool:
        """One call, or what needs none is settled; False when nothing is wanted."""
        if not self.wanted:
            return False
        if self.died:
            self.known = unsure(self.known)
        found = self.look()
        if not found.calls:
            assert set(found.settled) == set(self.wanted), "every open wish leads to a call"
            self._write(Record(settled={element: self.wanted[element].stamp for element in found.settled}))
            return True
        self.died = crash in {"before", "after"}
        if crash != "before":
            self._call(found.calls[0], crash)
        self.now_ms += ANSWER_MS
        return True

    def work(self, calls_max: int = 100) -> None:
        """Until nothing is wanted; it must come to an end."""
        for _ in range(calls_max):
            if not self.step():
                return
        raise AssertionError(f"no end after {calls_max} steps: {self.calls[-4:]}")

    def _call(self, planned: PlannedCall, crash: Crash) -> None:
        for check in self.checks:
            check(self, planned)
        self.calls.append(planned)
        state = ContactState(contact=ANNA, wanted=dict(self.wanted), known=self.known, delivered=dict(self.delivered))
        try:
            echo = self.watbot.make(planned.call, self.now_ms)
        except WatbotError as error:
            if crash == "none":
                answered = after_error(state, planned, error, now_ms=self.now_ms, took_ms=1, jitter=1.0)
                self._write(answered.entry)
            return
        if crash == "silence":
            silence = WatbotUnavailable("timeout")
            self._write(after_error(state, planned, silence, now_ms=self.now_ms, took_ms=1, jitter=1.0).entry)
        if crash != "none":
            return
        answered = after_success(state, planned, echo, self.account, now_ms=self.now_ms, took_ms=1)
        self.account = msgspec.structs.replace(self.account, **answered.facts)
        self._write(answered.entry)

    def _write(self, entry: Record) -> None:
        """What store/scripts/record.lua does."""
        for element, stamp in entry.settled.items():
            self._take_off(element, stamp)
            name = _delivered_as(element)
            older = self.delivered.get(name)
            if older is None or (stamp < older if element == "utm:first" else stamp > older):
                self.delivered[name] = stamp
        for wish, why in entry.refused:
            self._take_off(wish.element, wish.stamp)
            self.refused[wish.element] = why
        if entry.known is not None:
            self.known = entry.known

    def _take_off(self, element: str, stamp: str) -> None:
        if element in self.wanted and self.wanted[element].stamp == stamp:
            del self.wanted[element]


def _delivered_as(element: str) -> str:
    return "status" if is_status(element) else element
