"""One worker process, put together: loops, sweeper, client of Watbot."""

from __future__ import annotations

import math
import os
import signal
import socket
import threading
from collections.abc import Callable

import dramatiq

from processor.clock import Clock, SystemClock
from processor.domain.checkup import of_tags
from processor.errors import StartFailed, StoreError, StoreFull
from processor.log import logger
from processor.queue import APPLY, POLL_MS, RECONCILE, check_broker, make_broker, ring
from processor.rules.book import RulesBook
from processor.rules.open import open_book
from processor.settings import Settings
from processor.store.account import account, belongs_to
from processor.store.connection import connect, connect_queue
from processor.store.pace import Pace, wake
from processor.text import Text
from workers.actors import Line, answer, declare
from workers.apply import Applier
from workers.fetch import Fetcher
from workers.later import Delayed
from workers.listener import Listener
from workers.loops import Loops
from workers.reconcile import Reconciler
from workers.senders.exchange import Senders
from workers.sweeper import Sweeper
from workers.watbot.client import WatbotClient

# Of the worker's threads one applies, the others call Watbot; two stay free for doorbells.
THREADS_BESIDE = 3
MINUTE_MS = 60_000
# A batch is applied within milliseconds; what a dead worker held comes back after this.
APPLY_LEASE_MS = 5_000
# The bell of thin deliveries, and how many are fetched at a time: a sender that hangs must not hold up the others.
FETCH = "fetch"
FETCHES_AT_ONCE = 4
# The bell of delayed rules.
LATER = "later"

_log = logger("worker")


class WorkerProcess:
    """Everything of one worker, put together; `start` and `stop` around Dramatiq's own threads."""

    def __init__(self, settings: Settings) -> None:
        _refuse_without_token(settings)
        check_broker()
        self.stopping = threading.Event()
        self._finish_within_s = max(settings.watbot_timeout_ms, settings.sender_timeout_ms) / 1000 + 5
        self.broker = make_broker(connect_queue(settings))
        self._client = connect(settings)
        clock = SystemClock()
        self._watbot_url, self._book = settings.watbot_base_url, open_book(settings, os.environ)
        book = self._book
        self.watbot = WatbotClient(
            settings.watbot_base_url, settings.watbot_api_token or "", timeout_s=settings.watbot_timeout_ms / 1000
        )
        self._line = Line(apply=Loops(1), reconcile=Loops(_calls_at_once(settings)))
        self._pace = Pace(self._client, settings.watbot_rate, clock, trial_ms=settings.lease_ms)
        self.senders = Senders(timeout_s=settings.sender_timeout_ms / 1000, clock=clock)
        self._fetches, self._later = Loops(FETCHES_AT_ONCE), Loops(1)
        applier, reconciler = self._applier(settings, book, clock), self._reconciler(settings, book, clock)
        fetcher, delayed = self._fetcher(settings, book, clock), self._delayed(settings, book, clock)
        answers: dict[str, Callable[[], None]] = {
            APPLY: lambda: answer(self._line.apply, applier.step),
            RECONCILE: lambda: answer(self._line.reconcile, reconciler.step),
            FETCH: lambda: answer(self._fetches, fetcher.step),
            LATER: lambda: answer(self._later, delayed.step),
        }
        self._listener = Listener(self._client, self.stopping, answers)
        declare(self.broker, self._line, apply_step=applier.step, reconcile_step=reconciler.step)
        self._sweeper = Sweeper(
            self._client,
            f"{socket.gethostname()}:{os.getpid()}",
            self.stopping,
            self._ring_apply,
            self._ring_reconcile,
            self._ring_fetch,
            self._ring_later,
            reconciler.first_syncs.begin,
            journal_fill_percent_max=settings.journal_fill_percent_max,
            journal_days=settings.journal_days,
            contact_days=settings.contact_days,
        )

    def _applier(self, settings: Settings, book: RulesBook, clock: Clock) -> Applier:
        return Applier(
            client=self._client,
            book=book,
            clock=clock,
            ring_reconcile=self._ring_reconcile,
            stopping=self.stopping.is_set,
            lease_ms=APPLY_LEASE_MS,
            journal_days=settings.journal_days,
        )

    def _reconciler(self, settings: Settings, book: RulesBook, clock: Clock) -> Reconciler:
        return Reconciler(
            client=self._client,
            watbot=self.watbot,
            book=book,
            pace=self._pace,
            clock=clock,
            ring_another=self._ring_another,
            stopping=self.stopping.is_set,
            lease_ms=settings.lease_ms,
            timeout_ms=settings.watbot_timeout_ms,
            journal_days=settings.journal_days,
            contact_days=settings.contact_days,
            first_sync=settings.first_sync == "on",
            fill_percent_max=settings.journal_fill_percent_max,
            park_after_ms=settings.park_after_minutes * MINUTE_MS,
        )

    def _fetcher(self, settings: Settings, book: RulesBook, clock: Clock) -> Fetcher:
        return Fetcher(
            client=self._client,
            book=book,
            clock=clock,
            senders=self.senders,
            ring_apply=self._ring_apply,
            ring_another=self._ring_fetch,
            stopping=self.stopping.is_set,
            timeout_ms=settings.sender_timeout_ms,
        )

    def _delayed(self, settings: Settings, book: RulesBook, clock: Clock) -> Delayed:
        return Delayed(
            client=self._client,
            book=book,
            clock=clock,
            ring_reconcile=self._ring_reconcile,
            stopping=self.stopping.is_set,
            journal_days=settings.journal_days,
        )

    def _ring_later(self) -> None:
        if not self._later.full and not self.stopping.is_set():
            self._listener.answer(LATER)

    def _ring_fetch(self) -> None:
        """A thread of its own, none of the queue's: a sender's API may hang, and whoever calls Watbot needs those."""
        if not self._fetches.full and not self.stopping.is_set():
            self._listener.answer(FETCH)

    def _ring_another(self) -> None:
        """Somebody else is in line, too: another thread of ours may take the next slot while this one calls."""
        if not self._line.reconcile.full and not self.stopping.is_set():
            self._listener.answer(RECONCILE)

    def _ring_reconcile(self) -> None:
        if not self._line.reconcile.full:
            self._ring(RECONCILE)

    def _ring_apply(self) -> None:
        self._ring(APPLY)

    def _ring(self, actor: str) -> None:
        try:
            ring(self.broker, actor)
        except StoreFull:
            # Dramatiq cannot queue in a full store, and only working makes room again: we answer the door ourselves.
            self._listener.answer(actor)
        except StoreError as error:
            _log.warning("doorbell not rung; the sweeper will", reason=str(error))

    def start(self) -> None:
        """Begin to sweep; the sweep is also the sign of life. A worker that starts may hold a better token."""
        try:
            wake(self._client, "token_refused")
            self._pace.begin()
            belongs_to(self._client, self._watbot_url)
            self._tell_tags()
        except StoreError as error:
            _log.warning("the store does not answer yet", reason=str(error))
        self._sweeper.start()
        self._listener.start()

    def _tell_tags(self) -> None:
        found = of_tags(self._book.current().tags_as, account(self._client))
        if found.state != "ok":
            _log.warning("tags", said=found.said.en, todo=found.todo.en if found.todo else "")

    def stop(self) -> None:
        """Finish what is being done; whatever waits stays in line for others."""
        self.stopping.set()
        self._sweeper.join()
        self._listener.finish(self._finish_within_s)
        self.watbot.close()
        self.senders.close()


def _calls_at_once(settings: Settings) -> int:
    """So many that the budget is in use even when every answer takes as long as it may."""
    a_second = min(limit.calls / limit.period_ms for limit in settings.watbot_rate) * 1000
    needed = math.ceil(a_second * settings.watbot_timeout_ms / 1000) + 1
    return max(1, min(needed, settings.worker_threads - THREADS_BESIDE))


def _refuse_without_token(settings: Settings) -> None:
    if not settings.watbot_api_token:
        raise StartFailed(
            Text(
                "не задан WATBOT_API_TOKEN. Отдельному обработчику он нужен; "
                "без него `watbot-hooks up` запускает песочницу.",
                "WATBOT_API_TOKEN is not set. A worker alone needs it; "
                "without it `watbot-hooks up` starts the sandbox.",
            )
        )


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT, finish the calls in flight. The exit code. Raises StartFailed, FaultsFound."""
    process = WorkerProcess(settings)
    worker = dramatiq.Worker(process.broker, worker_timeout=POLL_MS, worker_threads=settings.worker_threads)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    worker.start()
    process.start()
    _log.info("working", watbot=settings.watbot_base_url, threads=settings.worker_threads)
    done.wait()
    process.stopping.set()
    worker.stop(timeout=settings.watbot_timeout_ms + 10_000)
    process.stop()
    _log.info("stopped")
    return 0
