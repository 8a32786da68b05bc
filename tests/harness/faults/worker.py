"""A worker process of a simulation, joined as workers/process.py joins the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from processor.errors import StoreError
from processor.rate import parse_rate
from processor.rules.book import RulesBook
from processor.store.pace import Pace, wake
from processor.store.sweep import sweep
from tests.harness.faults.machine import Machine
from tests.harness.faults.schedule import Task
from tests.harness.faults.server import Client, Server
from tests.harness.faults.watbot import TIMEOUT_MS, Line, Watbot
from tests.harness.simulated_watbot import RATE
from workers.apply import Applier
from workers.later import Delayed
from workers.reconcile import Reconciler
from workers.watbot.client import WatbotClient

LEASE_MS, APPLY_LEASE_MS = 15_000, 5_000
# Long after the last fault there is only to wait for what is due: the sweeps need not be so many.
SWEEP_EVERY_MS, SWEEP_SELDOM_MS = 500, 5_000
JOURNAL_DAYS, CONTACT_DAYS = 30, 400
# The client's deadline goes by the real time: here the simulated Watbot times out itself.
CLIENT_TIMEOUT_S = 3_600.0

Bell = Literal["apply", "reconcile", "later"]
Ring = Callable[[Bell], None]


@dataclass(slots=True)
class Door:
    """A loop that works when its bell rings."""

    task: Task | None = None
    rung: bool = False
    idle: bool = False


@dataclass(slots=True)
class Worker:
    """One process: a thread that applies, one that reconciles, one for delayed rules, one that sweeps."""

    machine: Machine
    server: Server
    watbot: Watbot
    book: RulesBook
    ring: Ring
    first_sync: bool = False
    client: Client = field(init=False)
    line: Line = field(init=False)
    _pace: Pace = field(init=False)
    _doors: dict[Bell, Door] = field(default_factory=lambda: {"apply": Door(), "reconcile": Door(), "later": Door()})
    _watbot_client: WatbotClient = field(init=False)

    def __post_init__(self) -> None:
        self.client, self.line = Client(self.server, self.machine), Line(self.watbot, self.machine)
        self._watbot_client = WatbotClient(
            "http://watbot.test/api/v1",
            "simulated-token",
            timeout_s=CLIENT_TIMEOUT_S,
            transport=self.line,
            clock=self.machine,
        )
        self._pace = Pace(self.client, parse_rate(RATE), self.machine, trial_ms=LEASE_MS)
        applier, reconciler = self._applier(), self._reconciler()
        self._doors["apply"].task = self.machine.start("apply", lambda: self._serve("apply", applier.step))
        self._doors["reconcile"].task = self.machine.start(
            "reconcile", lambda: self._serve("reconcile", reconciler.step)
        )
        self._doors["later"].task = self.machine.start("later", lambda: self._serve("later", self._delayed().step))
        self.machine.start("sweep", lambda: self._sweep(reconciler.first_syncs.begin))

    def _applier(self) -> Applier:
        return Applier(
            client=self.client,
            book=self.book,
            clock=self.machine,
            ring_reconcile=lambda: self.ring("reconcile"),
            stopping=self.machine.stopping,
            lease_ms=APPLY_LEASE_MS,
            journal_days=JOURNAL_DAYS,
        )

    def _delayed(self) -> Delayed:
        return Delayed(
            client=self.client,
            book=self.book,
            clock=self.machine,
            ring_reconcile=lambda: self.ring("reconcile"),
            stopping=self.machine.stopping,
            journal_days=JOURNAL_DAYS,
        )

    def _reconciler(self) -> Reconciler:
        return Reconciler(
            client=self.client,
            watbot=self._watbot_client,
            book=self.book,
            pace=self._pace,
            clock=self.machine,
            ring_another=lambda: self.ring("reconcile"),
            stopping=self.machine.stopping,
            lease_ms=LEASE_MS,
            timeout_ms=int(TIMEOUT_MS),
            journal_days=JOURNAL_DAYS,
            contact_days=CONTACT_DAYS,
            first_sync=self.first_sync,
        )

    def answer(self, bell: Bell) -> None:
        """Somebody rings here."""
        door = self._doors[bell]
        door.rung = True
        if door.idle and door.task:
            self.machine.schedule.wake(door.task)

    def close(self) -> None:
        """Close what is open."""
        self._watbot_client.close()

    def _serve(self, bell: Bell, step: Callable[[], bool]) -> None:
        """Work until nobody is in line, as workers/actors.py does, then wait for the bell."""
        door = self._doors[bell]
        while not self.machine.terminated:
            while not door.rung and not self.machine.terminated:
                door.idle = True
                self.machine.schedule.park()
                door.idle = False
            door.rung = False
            try:
                while step():
                    pass
            except StoreError:
                self.machine.tell("the store does not answer")
            if bell == "apply":
                self.answer("reconcile")

    def _sweep(self, begin_syncs: Callable[[], None]) -> None:
        try:
            wake(self.client, "token_refused")
            self._pace.begin()
        except StoreError:
            self.machine.tell("the store does not answer yet")
        while not self.machine.terminated:
            self.machine.schedule.wait(SWEEP_SELDOM_MS if self.machine.weather.settled else SWEEP_EVERY_MS)
            try:
                begin_syncs()
                found = sweep(self.client, worker=self.machine.name)
            except StoreError:
                continue
            if found.ring_apply:
                self.ring("apply")
            if found.ring_reconcile:
                self.ring("reconcile")
            if found.ring_later:
                self.answer("later")
