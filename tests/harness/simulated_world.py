"""A worker's day in simulated time: real store, scripts, intake, rules, applier and reconciler, one thread."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from processor.clock import SystemClock
from processor.domain.delivery import Inbound
from processor.domain.known import Known
from processor.intake import Admitted, admit
from processor.rate import parse_rate
from processor.rules.book import RulesBook
from processor.sandbox.contact import TagsReading, Upsert, UtmReading
from processor.settings import Settings
from processor.sources.registry import preset_of
from processor.store.keys import DAY_MS, KEYS, name_of
from processor.store.pace import Pace
from processor.store.script import run
from processor.store.sweep import sweep
from tests.harness.simulated import SimulatedClock, SimulatedStore
from tests.harness.simulated_day import Arrival, Customer
from tests.harness.simulated_watbot import RATE, SimulatedWatbot
from workers.apply import Applier
from workers.reconcile import Reconciler
from workers.watbot.client import WatbotClient

SWEEP_EVERY_MS = 500
# The client's deadline goes by the real time: it must not strike while a busy machine simulates.
TIMEOUT_S = 3_600.0
DEDUPE_DAYS, JOURNAL_DAYS, CONTACT_DAYS, LEASE_MS = 8, 30, 400, 15_000
# Where somebody may wait; the other sorted sets hold what is over.
LINES = [
    key.name
    for short, key in KEYS.items()
    if key.kind == "zset" and short not in {"dead", "journal", "slots", "workers"}
]
# Whoever is in the midst of a step has a lease, and the others in line need no sweep.
MIDWAY = [name for name in LINES if not name.endswith((name_of("ready"), name_of("lease")))]


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish as it entered the store: `at_ms` when, `stamp` how it compares with others of its element."""

    at_ms: int
    event: str
    contact: str
    element: str
    value: Any
    stamp: str


class World:
    """Deliveries come by the timetable, the worker works, Watbot answers; `wishes` and `watbot.calls` tell of it."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        rules: str,
        seed: int = 0,
        tags: TagsReading = "add",
        utm: UtmReading = "store",
        rate: str = RATE,
    ) -> None:
        self.clock = SimulatedClock()
        self.client = SimulatedStore(settings, self.clock)
        self.client.ran = self._ran
        self.watbot = SimulatedWatbot(self.clock, seed, tags, utm)
        self.wishes: list[Wished] = []
        self.events: dict[str, int] = {}
        """Every event that was applied -> when it came (Unix ms)."""
        (folder / "rules.yaml").write_text(rules, "utf-8")
        self.book = RulesBook(folder / "rules.yaml", {}, demo=True, clock=SystemClock())
        self.source = self.book.load().sources["shop"]
        self._preset = preset_of(self.source)
        self._deliveries = 0
        self._sweeping = self._working = False
        # A sweep also looks through the journal for what has expired: here nothing does, and it would cost most.
        self.client.changes["sweep"] = lambda text: text.replace("K.journal, 0, 499", "K.journal, 0, 0")
        self._put_together(rate)

    def _put_together(self, rate: str) -> None:
        """The worker's parts, as workers/process.py joins them."""
        token = "simulated-token"
        self._watbot_client = WatbotClient(
            "http://watbot.test/api/v1", token, timeout_s=TIMEOUT_S, transport=self.watbot, clock=self.clock
        )
        self.applier = Applier(
            client=self.client,
            book=self.book,
            clock=self.clock,
            ring_reconcile=_nothing,
            stopping=_no,
            lease_ms=LEASE_MS,
            journal_days=JOURNAL_DAYS,
        )
        self.reconciler = Reconciler(
            client=self.client,
            watbot=self._watbot_client,
            book=self.book,
            pace=Pace(self.client, parse_rate(rate), self.clock),
            clock=self.clock,
            ring_another=_nothing,
            stopping=_no,
            lease_ms=LEASE_MS,
            timeout_ms=0,
            journal_days=JOURNAL_DAYS,
            contact_days=CONTACT_DAYS,
        )

    def close(self) -> None:
        """Close what is open."""
        self._watbot_client.close()
        self.client.close()

    def expect(self, arrivals: Iterable[Arrival]) -> None:
        """Enter webhooks into the timetable."""
        for arrival in arrivals:
            self.clock.at(arrival.at_ms, lambda arrival=arrival: self.deliver(arrival.id, arrival.body))  # type: ignore[misc]

    def deliver(self, sent_id: str, body: bytes) -> str:
        """A webhook comes in and is applied; the id by which it is known: an earlier one for a repetition."""
        headers = {"content-type": "application/json", "x-delivery-id": sent_id}
        admitted = admit(Inbound("POST", headers, "", body), self.source, self._preset, self.clock.now_ms())
        assert isinstance(admitted, Admitted)
        self._deliveries += 1
        delivery = msgspec.structs.replace(admitted.delivery, id=f"e{self._deliveries:08}")
        raw = msgspec.msgpack.encode(delivery)
        head = json.dumps({"source": delivery.source, "received_ms": delivery.received_ms, "bytes": len(body)})
        _, known = run(self.client, "intake", DEDUPE_DAYS * DAY_MS, admitted.key, delivery.id, head, raw)
        self._sweep_soon()
        self.applier.step()
        return str(known.decode())

    def add(self, customers: Iterable[Customer], *, first_sync: bool) -> None:
        """People who are in Watbot before the day; a first sync has told us all but their tags and variables."""
        for customer in customers:
            if not customer.known:
                continue
            phone, tags = customer.phone.removeprefix("+"), customer.tags
            asked = Upsert(bot_id=1, messenger="whatsapp", name=customer.shown, phone=phone, tags=tags)
            added = self.watbot.add(asked)
            if first_sync:
                fields = {"name": customer.shown, "phone": customer.phone}
                known = Known(watbot_id=added.id, fields=fields, seen_ms=self.clock.now_ms())
                key = name_of("contact", f"1:whatsapp:{customer.phone}")
                self.client.hset(key, "known", msgspec.json.encode(known))

    def run(self) -> None:
        """Until nothing is left to come and nobody waits."""
        while True:
            while self._step():
                pass
            if not self.clock.skip():
                return

    def _step(self) -> bool:
        self._working = True
        try:
            return self.reconciler.step()
        finally:
            self._working = False

    def _sweep_soon(self) -> None:
        """The sweeper comes by on its beat, but only while somebody waits: else it finds nothing to do."""
        if not self._sweeping:
            self._sweeping = True
            beat = self.clock.now_ms() // SWEEP_EVERY_MS + 1
            self.clock.at(beat * SWEEP_EVERY_MS, self._sweep)

    def _sweep(self) -> None:
        self._sweeping = False
        if not self._working or self.client.exists(*MIDWAY):
            swept = sweep(self.client, worker="simulated")
            if swept.ring_apply:
                self.applier.step()
        if self.client.exists(*LINES):
            self._sweep_soon()

    def _ran(self, name: str, args: tuple[Any, ...]) -> None:
        """Every wish that an applied delivery brought (the arguments of store/scripts/wish.lua)."""
        if name != "wish":
            return
        event, plan = str(args[0]), json.loads(args[1])
        now_ms = self.clock.now_ms()
        self.events[event] = now_ms
        for contact in plan["contacts"]:
            for element, stamp, body in contact["wishes"]:
                self.wishes.append(
                    Wished(now_ms, event, contact["key"], element, json.loads(body[body.index("{") :])["value"], stamp)
                )


def _nothing() -> None:
    """Bells are not needed where one thread looks at everything."""


def _no() -> bool:
    return False
