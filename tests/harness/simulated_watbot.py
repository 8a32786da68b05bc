"""Watbot in simulated time: the sandbox's own methods behind an httpx transport, and what each call changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from processor.sandbox.answers import Answer, invalid, too_many
from processor.sandbox.contact import Contact, TagsReading, Upsert, UtmReading
from processor.sandbox.contacts import ContactBook
from processor.sandbox.limiter import SlidingWindows, parse_rate
from processor.sandbox.methods import Context, Method, methods
from processor.sandbox.params import read_params
from processor.sandbox.validate import check
from tests.harness.simulated import SimulatedClock

# One way and back, ms. The way there varies little: a limiter that counts arrivals is met by spacing departures.
THERE_MS = (35.0, 50.0)
BACK_MS = (45.0, 110.0)
RATE = "2/s,120/m"
FIELDS = ("name", "email", "address")

Change = tuple[str, Any]
"""An element and its new value: `field:NAME`, `tag:NAME` (True, False), `utm:PART`, `variable:NAME`, `status`."""


@dataclass(frozen=True, slots=True)
class WatbotCall:
    """One call: when it began, arrived and was answered (Unix ms), whom it was about, what it changed there.

    `contact` is our key, such as `1:whatsapp:+79000000001`. A status counts as changed each time.
    """

    began_ms: int
    arrived_ms: int
    answered_ms: int
    method: str
    contact: str
    body: Mapping[str, Any]
    status: int
    changes: tuple[Change, ...]


@dataclass(slots=True)
class SimulatedWatbot(httpx.BaseTransport):
    """Answers as the sandbox does, after a while; contacts of whatsapp only.

    `throttled` counts calls beyond the limit: there must be none.
    """

    clock: SimulatedClock
    seed: int
    tags: TagsReading = "add"
    utm: UtmReading = "store"
    calls: list[WatbotCall] = field(default_factory=list)
    throttled: int = 0
    _book: ContactBook = field(init=False)
    _limiter: SlidingWindows = field(init=False)
    _random: random.Random = field(init=False)
    _methods: dict[str, Method] = field(init=False)
    _ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._book = ContactBook(self.tags, self.utm)
        self._limiter = SlidingWindows(parse_rate(RATE))
        self._random = random.Random(self.seed)
        self._methods = methods(self.utm)

    def add(self, contact: Upsert) -> Contact:
        """Somebody who is there before the day begins."""
        added = self._book.upsert(contact, self.clock.now_ms() // 1000)
        self._ids[key_of(added)] = added.id
        return added

    def contacts(self) -> dict[str, dict[str, Any]]:
        """Everybody as Watbot knows them: our key -> element -> value."""
        return {key_of(contact): elements_of(contact) for contact in self._book.all()}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call: on its way, done, on its way back."""
        began_ms = self.clock.now_ms()
        self.clock.sleep_ms(self._random.uniform(*THERE_MS))
        arrived_ms = self.clock.now_ms()
        method = request.url.path.rpartition("/")[2]
        body = read_params(b"", request.headers.get("content-type", ""), request.content)
        before = self._before(body)
        answer = self._answer(method, body)
        after = self._book.one(answer.contact_id) if answer.contact_id and answer.status < 300 else before
        key = key_of(after) if after else ""
        if after:
            self._ids[key] = after.id
        self.clock.sleep_ms(self._random.uniform(*BACK_MS))
        answered_ms, changes = self.clock.now_ms(), tuple(changes_of(method, before, after))
        self.calls.append(
            WatbotCall(began_ms, arrived_ms, answered_ms, method, key, body, answer.status, changes),
        )
        return response(answer)

    def _before(self, body: Mapping[str, Any]) -> Contact | None:
        watbot_id = body.get("contact_id") or self._ids.get(f"1:whatsapp:{body.get('phone')}")
        return self._book.one(watbot_id) if watbot_id and self._book.has(watbot_id) else None

    def _answer(self, name: str, body: Mapping[str, Any]) -> Answer:
        admission = self._limiter.admit(self.clock.monotonic_ms())
        if not admission.allowed:
            self.throttled += 1
            return too_many(admission.retry_after_s)
        method = self._methods[name]
        checked = check(method.fields, body, self._book.has)
        if checked.errors:
            return invalid(checked.errors)
        return method.act(Context(self._book, self.clock.now_ms() // 1000, "http://watbot.test"), checked.values)


def key_of(contact: Contact) -> str:
    """Our key of a whatsapp contact."""
    return f"{contact.bot_id}:{contact.messenger}:+{contact.phone}"


def elements_of(contact: Contact | None) -> dict[str, Any]:
    """A contact as elements; nothing for nobody."""
    if contact is None:
        return {}
    fields = {f"field:{name}": value for name in FIELDS if (value := getattr(contact, name)) is not None}
    tags = {f"tag:{tag}": True for tag in contact.tags}
    utm = {f"utm:{part.removeprefix('utm_')}": value for part, value in contact.utm.items()}
    variables = {f"variable:{variable.name}": variable.value for variable in contact.variables}
    return fields | tags | utm | variables | ({"status": contact.status} if contact.status else {})


def changes_of(method: str, before: Contact | None, after: Contact | None) -> Iterator[Change]:
    """What a call of `method` changed; a status counts as changed each time."""
    if method == "setYsellStatus" and after:
        yield "status", after.status
        return
    old, new = elements_of(before), elements_of(after)
    yield from ((element, value) for element, value in new.items() if old.get(element) != value)
    yield from ((element, False if element.startswith("tag:") else None) for element in old.keys() - new.keys())


def response(answer: Answer) -> httpx.Response:
    """The answer as it comes over the wire."""
    if answer.payload is None:
        return httpx.Response(answer.status, headers=answer.headers)
    content = msgspec.json.encode(answer.payload)
    return httpx.Response(
        answer.status, headers={"content-type": "application/json", **answer.headers}, content=content
    )
