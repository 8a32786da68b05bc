"""A seeded run: a shop sends, several workers work, everything fails; in the end Watbot must show what was promised."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from processor.clock import SystemClock
from processor.domain.delivery import Inbound
from processor.domain.sync import FAILURES_WAITED_FOR
from processor.intake import Admitted, admit
from processor.rules.book import RulesBook
from processor.settings import Settings
from processor.sources.registry import preset_of
from processor.store.keys import DAY_MS, KEYS, name_of
from processor.store.script import source_of
from tests.harness.faults.law import Law
from tests.harness.faults.machine import Machine
from tests.harness.faults.others import Others
from tests.harness.faults.schedule import Schedule, Task
from tests.harness.faults.server import Change, Server
from tests.harness.faults.shop import Sent, day, rules
from tests.harness.faults.watbot import LATE_MS, TIMEOUT_MS, Called, Watbot
from tests.harness.faults.weather import Weather
from tests.harness.faults.worker import Bell, Worker
from tests.harness.simulated import MIDNIGHT_MS
from tests.harness.simulated_watbot import elements_of, key_of

DELIVERIES, LASTS_MS = 40, 90_000.0
TICK_MS = 250.0
BELL_MS, AGAIN_MS, RESTART_MS = (1.0, 100.0), (1_000.0, 20_000.0), (500.0, 5_000.0)
DOUBLED, REPEATED = 0.06, 0.08
# How many runs have a first sync.
SYNCED = 0.4
# After the last fault: a rest for a refused token (5 min), the longest retry (10 min), and the work itself.
DRAIN_MS_MAX, SETTLED_MS = 20 * 60_000.0, 2 * 60_000.0
# Most of a trace is this: nobody wants to read it.
DULL = (": answer", ": sweep", ": GET", ": HGETALL", ": sleep")
# What the rules file says of lists of tags, what the account is known to do, and what Watbot does.
READINGS = (
    ("auto", "unknown", "add"),
    ("auto", "unknown", "replace"),
    ("auto", "add", "add"),
    ("auto", "replace", "replace"),
    ("add", "unknown", "add"),
    ("replace", "unknown", "replace"),
    ("attach", "add", "add"),
)
# Where somebody may wait; the other sorted sets hold what is over.
LINES = [key.name for short, key in KEYS.items() if key.kind == "zset" and short not in {"journal", "slots", "workers"}]
FINISHED = {b"done", b"ignored", b"unreadable"}


@dataclass(slots=True)
class Ended:
    """What a run came to. `digest` stands for every step; `trace` leaves the dull ones out."""

    seed: int
    wrongs: list[str]
    totals: Counter[str]
    digest: str
    trace: list[str]


class World:
    """One run over an emptied store."""

    def __init__(self, settings: Settings, folder: Path, seed: int, changes: dict[str, Change] | None = None) -> None:
        self.seed = seed
        self.weather = Weather(seed)
        self.schedule = Schedule()
        self.server = Server(settings, self.schedule, self.weather)
        self.server.changes, self.server.ran = changes or {}, self._ran
        self._tags_as, known, tags = self.weather.random.choice(READINGS)
        utm = self.weather.random.choice(("store", "ignore"))
        self.watbot = Watbot(self.weather, tags, utm, done=self._done)  # type: ignore[arg-type]
        self._first_sync = self.weather.random.random() < SYNCED
        if known != "unknown":
            self.server.plain(("HSET", name_of("account"), "tags", known), {})
        struck = self.weather.struck
        self.law = Law(lambda: self.watbot.listings_failed < FAILURES_WAITED_FOR and not struck["store_clock"])
        self.totals: Counter[str] = Counter()
        self.acknowledged: set[str] = set()
        self.workers: list[Worker] = []
        self.stored: dict[str, Sent] = {}
        self._coming: dict[str, Sent] = {}
        self._holders: dict[str, Task | None] = {}
        """Who claimed each contact last: nobody else may write."""
        self._open = self._born = 0
        self._digest, self._trace = hashlib.blake2b(digest_size=8), list[str]()
        (folder / "rules.yaml").write_text(rules(self._tags_as), "utf-8")
        self._book = RulesBook(folder / "rules.yaml", {}, demo=True, clock=SystemClock())
        self._source = self._book.load().sources["shop"]

    def run(self) -> Ended:
        """The storm, then the calm until all is done."""
        state = random.getstate()
        # What spreads retries draws from the common source.
        random.seed(self.seed)
        try:
            self._storm()
            wrongs = [*self._calm(), *self.law.wrongs, *self._end()]
        finally:
            random.setstate(state)
            self.schedule.end()
            for worker in self.workers:
                worker.close()
            self.server.close()
        if self.schedule.error:
            wrongs.append(f"{type(self.schedule.error).__name__}: {self.schedule.error}")
        self.totals.update(self.weather.struck)
        self.totals.update(self.law.excuses)
        return Ended(self.seed, wrongs, self.totals, self._digest.hexdigest(), self._trace)

    def tell(self, text: str) -> None:
        """A line of the trace."""
        line = f"{self.schedule.now_ms:10.1f} {text}"
        self._digest.update(line.encode())
        if not line.endswith(DULL):
            self._trace.append(line)

    def _storm(self) -> None:
        chance = self.weather.random
        self.tell(f"seed {self.seed}: tags_as {self._tags_as}, Watbot reads {self.watbot.tags}, {self.watbot.utm}")
        for sent in day(chance, deliveries=DELIVERIES, lasts_ms=LASTS_MS):
            self._expect(sent, sent.at_ms)
            if chance.random() < REPEATED:
                self._expect(sent, sent.at_ms + self.weather.between(*AGAIN_MS))
        others = Others(self.watbot, self.law, self.weather, self.schedule, self.totals, self.tell)
        if self._first_sync:
            others.fill()
        others.expect(LASTS_MS)
        for _ in range(chance.randint(2, 4)):
            self._start()
        while self.schedule.now_ms < LASTS_MS:
            self._tick()

    def _calm(self) -> Iterator[str]:
        self.weather.calm = True
        self.tell("calm")
        back_ms = -sum(by_ms for _, by_ms in self.server.jumps if by_ms < 0)
        until_ms = self.schedule.now_ms + DRAIN_MS_MAX
        began_ms = self.schedule.now_ms
        while not self._quiet():
            self._tick()
            self.weather.settled = self.schedule.now_ms > began_ms + SETTLED_MS
            if self.schedule.now_ms > until_ms + back_ms or self.schedule.error:
                yield f"not drained {self.schedule.now_ms - began_ms:.0f} ms after the last fault: {self._waiting()}"
                return
        self.totals["drained within its bound by the clock that went back"] += self.schedule.now_ms > until_ms
        late_ms = self.schedule.now_ms + TIMEOUT_MS + LATE_MS[1]
        while self.schedule.now_ms < late_ms and not self.schedule.error:
            self._tick()
        if not self._quiet():
            yield f"not quiet: {self._waiting()}"

    def _tick(self) -> None:
        self.schedule.wait(TICK_MS)
        for worker in list(self.workers):
            if worker.machine.terminated:
                worker.answer("apply")
                worker.answer("reconcile")
                worker.answer("later")
            if worker.machine.over():
                self.workers.remove(worker)
                worker.close()
                self.schedule.at(self.schedule.now_ms + self.weather.between(*RESTART_MS), self._start)

    def _start(self) -> None:
        self._born += 1
        machine = Machine(f"w{self._born}", self.schedule, self.weather, self.tell)
        self.workers.append(Worker(machine, self.server, self.watbot, self._book, self._ring, self._first_sync))

    def _ring(self, bell: Bell) -> None:
        times = {"bell_lost": 0, "bell_twice": 2}.get(self.weather.strike("bell_lost", "bell_twice"), 1)
        for _ in range(times):
            self.schedule.at(self.schedule.now_ms + self.weather.between(*BELL_MS), partial(self._rung, bell))

    def _rung(self, bell: Bell) -> None:
        there = [worker for worker in self.workers if worker.machine.alive and not worker.machine.terminated]
        if there:
            self.weather.random.choice(there).answer(bell)

    def _expect(self, sent: Sent, at_ms: float) -> None:
        self._open += 1
        self.schedule.at(at_ms, partial(self._send, sent))

    def _send(self, sent: Sent) -> None:
        """A webhook comes in; the sender repeats what was not acknowledged."""
        self._open -= 1
        fate = self.weather.strike("receiver_killed_before", "receiver_killed_after")
        if fate != "receiver_killed_before" and not self.server.down:
            copies = 2 if self.weather.random.random() < DOUBLED else 1
            bell, *ids = self._intake([self._delivery(sent) for _ in range(copies)])
            if fate != "receiver_killed_after":
                self.totals["acknowledged"] += copies
                self.acknowledged.update(id_.decode() for id_ in ids)
                if bell:
                    self._ring("apply")
                return
        self._expect(sent, self.schedule.now_ms + self.weather.between(*AGAIN_MS))

    def _delivery(self, sent: Sent) -> tuple[str, ...]:
        headers = {"content-type": "application/json", "x-delivery-id": sent.id}
        received_ms = int(MIDNIGHT_MS + self.schedule.now_ms)
        admitted = admit(Inbound("POST", headers, "", sent.body), self._source, preset_of(self._source), received_ms)
        assert isinstance(admitted, Admitted)
        id_ = f"e{len(self._coming):05}"
        self._coming[id_] = sent
        head = json.dumps({"source": "shop", "received_ms": received_ms, "bytes": len(sent.body)})
        return admitted.key, id_, head, msgspec.msgpack.encode(msgspec.structs.replace(admitted.delivery, id=id_))  # type: ignore[return-value]

    def _intake(self, deliveries: list[tuple[str, ...]]) -> Any:
        args = (8 * DAY_MS, *(part for delivery in deliveries for part in delivery))
        return self.server.eval(source_of("intake")[0], args)

    def _done(self, call: Called) -> None:
        self.tell(f"Watbot does {call.method} for {call.contact}: {call.changes}{' late' if call.late else ''}")
        self.law.done(call, self.schedule.now_ms)

    def _ran(self, name: str, args: tuple[Any, ...], answer: Any) -> None:
        if name == "intake":
            for id_, known in zip(args[2::4], answer[1:], strict=True):
                if known.decode() == id_ and id_ not in self.stored:
                    self.stored[id_] = self._coming[id_]
                    self.law.stored(id_, self.server.now_ms())
                    self.tell(f"stored {id_}: {self._coming[id_].body.decode()}")
        elif name == "wish" and answer[0] not in (b"again", b"changed"):
            events, timer = self.stored[args[0]].events, json.loads(args[1]).get("timer")
            if timer:
                self.law.acted(args[0], events, timer["index"], self.server.now_ms(), self.schedule.now_ms)
                self.totals["delayed rules that acted"] += 1
            else:
                self.law.applied(args[0], events, self.schedule.now_ms)
        elif name in {"record", "claim"}:
            # Whoever claims anew has done with its last call, whatever became of it.
            last = [call for w in self.workers if (call := w.line.last.pop(self.server.sender, None))]
            if name == "claim" and answer:
                self._holders[answer[0].decode()] = self.server.sender
            elif name == "record" and (answer[0] if isinstance(answer, list) else answer):
                if self._holders[args[0]] is not self.server.sender:
                    self.law.wrongs.append(f"{self.schedule.now_ms:.0f} {args[0]}: whoever lost it wrote of it")
                for call in last:
                    self.law.recorded(call)

    def _quiet(self) -> bool:
        return not self._open and not self.server.plain(("EXISTS", *LINES), {})

    def _waiting(self) -> str:
        return ", ".join(f"{line} {self.server.plain(('ZRANGE', line, 0, -1), {})}" for line in LINES)

    def _end(self) -> Iterator[str]:
        yield from self.law.end({key_of(one): elements_of(one) for one in self.watbot.book.all()})
        yield from (f"{id_} was acknowledged and is not stored" for id_ in self.acknowledged - self.stored.keys())
        for id_ in self.stored:
            state = self.server.plain(("HGET", name_of("event", id_), "state"), {})
            if state not in FINISHED:
                yield f"{id_} is {state!r}"
        if self.server.plain(("EXISTS", name_of("holder")), {}):
            yield f"somebody still holds: {self.server.plain(('HGETALL', name_of('holder')), {})}"
        if self._first_sync:
            sync = self.server.plain(("HGET", name_of("sync", "1"), "state"), {})
            self.totals[f"first syncs {sync.decode()}"] += 1
            if sync == b"running":
                yield "the first sync never ended"
        self.totals.update({"deliveries": len(self.stored), "calls": len(self.watbot.arrivals)})
        yield from self._too_fast()

    def _too_fast(self) -> Iterator[str]:
        """Three arrivals within a second, unless one was held up on its way or the store's clock was set."""
        arrivals = sorted(self.watbot.arrivals, key=lambda call: call.arrived_ms)
        for first, second, third in zip(arrivals, arrivals[1:], arrivals[2:], strict=False):
            if third.arrived_ms - first.arrived_ms >= 1_000.0:
                continue
            jumped = any(-1_000 < first.arrived_ms - at_ms < 4_000.0 for at_ms, _ in self.server.jumps)
            if jumped or any(call.stalled or call.late for call in (first, second, third)):
                self.totals["too fast after being held up or a jump"] += 1
            else:
                yield f"three calls within {third.arrived_ms - first.arrived_ms:.1f} ms at {first.arrived_ms:.0f}"
