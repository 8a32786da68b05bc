"""Watbot in simulated time, at its worst: hanging, failing before and after the effect, throttling, talking nonsense.

A call that left arrives after THERE_MS and is answered BACK_MS later, without jitter, so that what arrives too close
left too close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from processor.sandbox.answers import Answer, invalid, too_many
from processor.sandbox.contact import Contact, TagsReading, UtmReading
from processor.sandbox.contacts import ContactBook
from processor.sandbox.limiter import SlidingWindows, parse_rate
from processor.sandbox.methods import Context, methods
from processor.sandbox.params import read_params
from processor.sandbox.validate import check
from tests.harness.faults.machine import Machine
from tests.harness.faults.schedule import Schedule, Task
from tests.harness.faults.weather import Weather
from tests.harness.simulated import MIDNIGHT_MS
from tests.harness.simulated_watbot import RATE, Change, changes_of, key_of, response

THERE_MS, BACK_MS, TIMEOUT_MS = 40.0, 60.0, 10_000.0
# A call that Watbot carries out only after its caller has given up.
LATE_MS = (100.0, 20_000.0)
# So long after it was held up a process may leave too close to another call.
STALL_MS = 1_000.0
STORM_MS = (5_000.0, 120_000.0)
# A call held up by less still arrives within the lease.
HELD_MS = 5_000.0
LISTING = "getContacts"
PAGE = b"<!DOCTYPE html><html><body>We will be back soon</body></html>"
FATES = (
    *("cut_before", "cut_after", "hang_before", "hang_after", "late", "error_before", "error_after"),
    *("throttled", "html_before", "html_after", "half", "error_storm", "throttle_storm", "token_storm"),
)
UNDONE = frozenset({"cut_before", "hang_before", "error_before", "html_before", "throttled"})


@dataclass(slots=True, eq=False)
class Called:
    """One call; times are the schedule's. `late`: it took effect when nobody could reckon with it any more, since its
    process stopped in the midst of sending or Watbot was slower than the timeout. `recorded`: its answer was written
    down."""

    task: Task
    method: str
    body: Mapping[str, Any]
    began_ms: float
    stalled: bool = False
    late: bool = False
    contact: str = ""
    arrived_ms: float = 0.0
    recorded: bool = False
    effect: bool = False
    answered: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Watbot:
    """`done` is told of each call that took effect, at that moment."""

    weather: Weather
    tags: TagsReading
    utm: UtmReading
    done: Callable[[Called], None] = lambda _call: None
    arrivals: list[Called] = field(default_factory=list)
    book: ContactBook = field(init=False)
    listings_failed: int = 0
    """How often a page of the contacts was asked for in vain."""
    _limiter: SlidingWindows = field(init=False)
    _storms: dict[str, float] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = ContactBook(self.tags, self.utm)
        self._limiter = SlidingWindows(parse_rate(RATE))

    def arrive(self, call: Called, fate: str, now_ms: float) -> httpx.Response:
        """What a call comes to that arrives now."""
        allowed, retry_after_s = self._come(call, now_ms)
        if fate.endswith("_storm"):
            self._storms[fate] = now_ms + self.weather.between(*STORM_MS)
        storm = "" if self.weather.calm else next((s for s, until in self._storms.items() if until > now_ms), "")
        if storm == "token_storm":
            return httpx.Response(401, json={"message": "Unauthenticated."})
        if storm == "throttle_storm" or fate == "throttled" or not allowed:
            with_header = not allowed or self.weather.random.random() < 0.5
            return (
                response(too_many(retry_after_s or 1 + self.weather.random.randrange(5)))
                if with_header
                else httpx.Response(429)
            )
        if storm == "error_storm" or fate.startswith("error_"):
            status = self.weather.random.choice((500, 502, 503, 504))
            if fate == "error_after":
                self.act(call, now_ms)
            wait = {"Retry-After": "3"} if status == 503 and self.weather.random.random() < 0.5 else {}
            return httpx.Response(status, headers=wait, content=PAGE)
        if fate in UNDONE:
            return httpx.Response(200, content=PAGE)
        return response(self.act(call, now_ms))

    def put_off(self, call: Called, now_ms: float, schedule: Schedule) -> None:
        """A call that arrives now and is carried out only after its caller has given up."""
        self._come(call, now_ms)
        call.late = True
        at_ms = now_ms + TIMEOUT_MS + self.weather.between(*LATE_MS)
        schedule.at(at_ms, lambda: self.act(call, at_ms))

    def add(self, contacts: Iterable[Contact]) -> None:
        """Everybody who is there before us."""
        everybody = {contact.id: contact for contact in contacts}
        self._ids = {key_of(contact): contact.id for contact in everybody.values()}
        self._become(everybody)

    def forget(self, key: str) -> None:
        """A contact of ours is deleted; its number is never given to anybody else."""
        last, gone = max(contact.id for contact in self.book.all()), self.book.one(self._ids.pop(key))
        newcomer = Contact(
            id=last + 1, bot_id=1, messenger="whatsapp", name="Новый", phone=f"7902{last:07}", created_s=gone.created_s
        )
        left = {contact.id: contact for contact in self.book.all() if contact.id != gone.id}
        self._become(left | {newcomer.id: newcomer})

    def renumber(self, key: str) -> None:
        """A contact of ours gets another number, and is the same in all else."""
        last, old = max(contact.id for contact in self.book.all()), self.book.one(self._ids[key])
        new = msgspec.structs.replace(old, id=last + 1)
        self._ids[key] = new.id
        self._become({contact.id: contact for contact in self.book.all() if contact.id != old.id} | {new.id: new})

    def _become(self, contacts: Mapping[int, Contact]) -> None:
        saved = msgspec.structs.replace(self.book.saved(), contacts=tuple(contacts.values()))
        self.book = ContactBook(self.tags, self.utm, saved)

    def _come(self, call: Called, now_ms: float) -> tuple[bool, int]:
        """Whether the limit allows it, else for how many seconds it does not."""
        self.arrivals.append(call)
        call.arrived_ms = now_ms
        admission = self._limiter.admit(now_ms)
        return admission.allowed, admission.retry_after_s

    def act(self, call: Called, now_ms: float) -> Answer:
        """Do what the call asks."""
        method = methods(self.utm)[call.method]
        checked = check(method.fields, call.body, self.book.has)
        if checked.errors:
            return invalid(checked.errors)
        before = self._before(call.body)
        answer = method.act(Context(self.book, int(MIDNIGHT_MS + now_ms) // 1000, "http://watbot.test"), checked.values)
        call.effect = True
        if call.method == LISTING:
            return answer
        after = self.book.one(answer.contact_id) if answer.contact_id and answer.status < 300 else before
        assert after is not None
        call.contact = key_of(after)
        self._ids[call.contact] = after.id
        call.changes = tuple(changes_of(call.method, before, after))
        self.done(call)
        return answer

    def _before(self, body: Mapping[str, Any]) -> Contact | None:
        watbot_id = body.get("contact_id") or self._ids.get(f"1:whatsapp:{body.get('phone')}")
        return self.book.one(watbot_id) if watbot_id and self.book.has(watbot_id) else None


@dataclass(slots=True)
class Line(httpx.BaseTransport):
    """One process's way to Watbot."""

    watbot: Watbot
    machine: Machine
    last: dict[Task | None, Called] = field(default_factory=dict)
    """The last call of each thread."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call, or the exception in which it ends."""
        machine, weather, schedule = self.machine, self.machine.weather, self.machine.schedule
        method = request.url.path.rpartition("/")[2]
        query = request.url.query if method == LISTING else b""
        body = read_params(query, request.headers.get("content-type", ""), request.content)
        call = Called(schedule.current, method, body, schedule.now_ms)
        if weather.strike("held"):
            # Stopped after its last look at the clock: nothing in the process could have noticed.
            machine.pause(weather.between(16_000.0, 40_000.0))
            schedule.wait(0)
        machine.seam(f"{method} {_shown(body)}")
        call.stalled = schedule.now_ms - machine.stalled_ms < STALL_MS
        call.late = schedule.now_ms - call.began_ms > HELD_MS
        fate = weather.strike(*FATES)
        if fate:
            machine.tell(f"*** {fate}")
        self.last[schedule.current] = call
        answer = self._send(call, fate)
        self.watbot.listings_failed += method == LISTING and not call.answered
        machine.seam(f"answered {answer.status_code}" if isinstance(answer, httpx.Response) else f"{answer!r}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _send(self, call: Called, fate: str) -> httpx.Response | Exception:
        schedule = self.machine.schedule
        if fate == "cut_before":
            schedule.wait(THERE_MS)
            return httpx.ConnectError("refused")
        came: list[httpx.Response] = []
        arrives_ms = schedule.now_ms + THERE_MS
        if fate == "late":
            schedule.at(arrives_ms, lambda: self.watbot.put_off(call, arrives_ms, schedule))
        elif fate != "hang_before":
            # Once on its way it arrives, whatever becomes of its sender.
            schedule.at(arrives_ms, lambda: came.append(self.watbot.arrive(call, fate, arrives_ms)))
        if fate in {"late", "hang_before", "hang_after"}:
            schedule.wait(TIMEOUT_MS)
            return httpx.ReadTimeout("no answer")
        schedule.wait(THERE_MS + BACK_MS)
        if fate == "cut_after":
            return httpx.ReadError("cut")
        if fate == "html_after":
            return httpx.Response(200, content=PAGE)
        if fate == "half" and came[0].content:
            return httpx.Response(200, headers=came[0].headers, content=came[0].content[: len(came[0].content) // 2])
        call.answered = call.effect and came[0].is_success
        return came[0]


def _shown(body: Mapping[str, Any]) -> str:
    return msgspec.json.encode(
        {name: value for name, value in body.items() if name not in ("bot_id", "api_token")}
    ).decode()
