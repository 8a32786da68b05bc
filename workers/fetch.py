"""A thin delivery's turn: ask its sender's API for what it leaves out, and bring it back into its place.

Whatever the API does, the delivery is applied in the end: with its documents, or thin with the reason in its story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from processor.clock import Clock
from processor.domain.delivery import Want
from processor.domain.source import Api
from processor.errors import StoreError
from processor.log import logger
from processor.rules.book import RulesBook
from processor.sources.signature import digest_of
from processor.store.connection import Store
from processor.store.thin import Held, Outcome, claim_thin, settle, visit, visited
from workers.senders.answer import Failed, Told
from workers.senders.exchange import CLIENTS, Senders
from workers.thin import missing

# One claim asks for so long; what is left is asked for at the next.
CLAIM_MS: Final = 15_000
SLOT_WAIT_MS_MAX: Final = 2_000
LEASE_MARGIN_MS: Final = 5_000
TRIES_MAX: Final = 12
# What an API that fails is spared, doubled by each failure in a row.
REST_MS, REST_MS_MAX = 1_000, 60_000
RETRY_AFTER_MS_MAX: Final = 300_000
# So long after the first failure an event is still better late than thin.
GIVE_UP_AFTER_MS: Final = 600_000

_log = logger("fetch")


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a claimed delivery: the step to take, what to write into the story, documents told so far."""

    outcome: Outcome
    delay_ms: int = 0
    story: Mapping[str, Any] | None = None
    documents: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Fetcher:
    """Takes thin deliveries as they fall due; each of its threads asks one sender at a time."""

    client: Store
    book: RulesBook
    clock: Clock
    senders: Senders
    ring_apply: Callable[[], None]
    ring_another: Callable[[], None]
    stopping: Callable[[], bool]
    timeout_ms: int
    give_up_after_ms: int = GIVE_UP_AFTER_MS

    def step(self) -> bool:
        """One delivery; False when none is due or we are to stop. Raises StoreError."""
        if self.stopping():
            return False
        lease_ms = CLAIM_MS + SLOT_WAIT_MS_MAX + self.timeout_ms + LEASE_MARGIN_MS
        held = claim_thin(self.client, lease_ms=lease_ms)
        if held is None:
            return False
        self.ring_another()
        try:
            after = self._fetch(held)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  one delivery must not hold up the others
            # Its message may hold an address with a key in it: only the class is told.
            _log.error("fetching failed", delivery=held.delivery.id, error=type(error).__name__)
            after = self._after_failure(held, "crashed", None, REST_MS, {})
        rings = settle(
            self.client,
            held,
            after.outcome,
            delay_ms=after.delay_ms,
            story=after.story,
            documents=after.documents,
        )
        if rings:
            self.ring_apply()
        return True

    def _fetch(self, held: Held) -> Next:
        source = self.book.current().sources.get(held.delivery.source)
        if source is None or source.api is None or source.preset not in CLIENTS:
            return self._given_up("no_api", None)
        if held.tries >= TRIES_MAX:
            return self._given_up("tried_enough", None)
        account = account_of(source.preset, source.api)
        began_ms, documents = self.clock.monotonic_ms(), dict[str, Any]()
        delivery = held.delivery
        while wanted := missing(delivery, source):
            if self.stopping() or self.clock.monotonic_ms() - began_ms > CLAIM_MS:
                return Next("waits", documents=documents)
            gap_ms = int(1000 / CLIENTS[source.preset].calls_per_s)
            turn = visit(
                self.client,
                account,
                gap_ms=gap_ms,
                wait_ms_max=SLOT_WAIT_MS_MAX,
                trial_ms=self.timeout_ms,
            )
            if not turn.granted:
                return self._not_now(held, turn.wait_ms, turn.failures, documents)
            self.clock.sleep_ms(turn.wait_ms)
            told = self.senders.get(source.preset, wanted[0], source.api)
            if isinstance(told, Failed):
                return self._failed(held, account, told, turn.failures, documents)
            visited(self.client, account, gap_ms=gap_ms)
            documents |= _of_wanted(wanted[0], told)
            delivery = msgspec.structs.replace(delivery, fetched={**held.delivery.fetched, **documents})
        return Next("told", story=self._told(delivery.fetched), documents=documents)

    def _not_now(self, held: Held, wait_ms: int, failures: int, documents: Mapping[str, Any]) -> Next:
        """Others are before it, or the sender rests: then not for ever."""
        if failures and self._too_long(held):
            return self._given_up("resting", None, documents)
        return Next("rests" if failures else "waits", delay_ms=wait_ms, documents=documents)

    def _failed(self, held: Held, account: str, failed: Failed, failures: int, documents: Mapping[str, Any]) -> Next:
        said = {
            "delivery": held.delivery.id,
            "source": held.delivery.source,
            "reason": failed.reason,
            "status": failed.status,
        }
        if not failed.later:
            visited(self.client, account, gap_ms=0)
            _log.error("the sender's API refuses: the event stays thin", **said)
            return self._given_up(failed.reason, failed.status, documents)
        _log.warning("the sender's API told nothing", **said)
        rest_ms = max(rest_after(failures), min(failed.retry_after_ms or 0, RETRY_AFTER_MS_MAX))
        visited(self.client, account, gap_ms=0, rest_ms=rest_ms)
        return self._after_failure(held, failed.reason, failed.status, rest_ms, documents)

    def _after_failure(
        self, held: Held, reason: str, status: int | None, rest_ms: int, documents: Mapping[str, Any]
    ) -> Next:
        if held.tries + 1 >= TRIES_MAX or self._too_long(held):
            return self._given_up(reason, status, documents)
        story = {"what": "fetch_failed", "at": self.clock.now_ms(), "reason": reason, "again_ms": rest_ms}
        return Next("again", rest_ms, story | ({"status": status} if status else {}), documents)

    def _too_long(self, held: Held) -> bool:
        return held.trouble_ms is not None and self.clock.now_ms() - held.trouble_ms >= self.give_up_after_ms

    def _given_up(self, reason: str, status: int | None, documents: Mapping[str, Any] | None = None) -> Next:
        story = {"what": "not_fetched", "at": self.clock.now_ms(), "reason": reason}
        return Next("given_up", story=story | ({"status": status} if status else {}), documents=documents or {})

    def _told(self, documents: Mapping[str, Any]) -> Mapping[str, Any]:
        found = [key for key, told in documents.items() if told is not None]
        absent = [key for key, told in documents.items() if told is None]
        return {"what": "fetched", "at": self.clock.now_ms(), "documents": found, "absent": absent}


def rest_after(failures: int) -> int:
    """How long (ms) an API rests after one more failure in a row."""
    return int(min(REST_MS_MAX, REST_MS * 2.0 ** min(failures, 16)))


def account_of(preset: str, api: Api) -> str:
    """A name for an account of a sender that tells nothing of its address and token."""
    return digest_of(*(part.encode("utf-8", "surrogatepass") for part in (preset, api.url or "", api.token or "")))


def _of_wanted(want: Want, told: Told) -> dict[str, Any]:
    """What was told; what was asked for and not told is absent, so that nobody asks for ever."""
    return {want.key: None} | dict(told.documents)
