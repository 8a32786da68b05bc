"""`/healthz`: this process lives. `/readyz`: the whole line can do its work."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from processor.domain.sync import Sync
from processor.errors import StoreError
from processor.rules.book import RulesBook
from processor.store.condition import condition
from processor.store.connection import Store
from processor.store.gauges import line
from processor.store.sync import syncs_of
from processor.web.answers import as_response, json_answer
from processor.web.guard import Guard
from processor.web.running import Running


async def healthz(_: Request) -> Response:
    """Always 200 while the process answers."""
    return as_response(json_answer(200, {"status": "ok"}))


@dataclass(frozen=True, slots=True)
class Readiness:
    """The endpoint `/readyz`: 200 when store, rules and workers are there, else 503; each named with its state."""

    client: Store
    book: RulesBook
    guard: Guard
    running: Running

    async def __call__(self, _: Request) -> Response:
        rules = self.book.current()
        checks: dict[str, object] = {
            "rules": self._rules(),
            "room": {"ok": self.guard.full is None, "running_out": self.guard.full},
        }
        ready = self.guard.full is None
        try:
            now = await run_in_threadpool(line, self.client)
            account = await run_in_threadpool(condition, self.client)
            checks["store"] = {"ok": True}
            checks["workers"] = {"ok": now.workers > 0, "alive": now.workers}
            checks["line"] = asdict(now)
            syncs = await run_in_threadpool(syncs_of, self.client, rules.bots)
            checks["first_sync"] = {str(sync.bot): _progress(sync) for sync in syncs}
            checks["watbot"] = asdict(account)
            ready = ready and now.workers > 0
        except StoreError as error:
            checks["store"] = {"ok": False, "reason": str(error)}
            ready = False
        body = {"status": "ready" if ready else "not ready", "checks": checks}
        return as_response(json_answer(200 if ready else 503, body))

    def _rules(self) -> dict[str, object]:
        now, recorded = self.book.published(), self.running.recorded
        return {
            "ok": True,
            "version": now.ruleset.version,
            "number": recorded.number if recorded else None,
            "since_ms": recorded.at_ms if recorded else now.since_ms,
            "author": recorded.author if recorded else None,
            "faults": [fault.say("en") for fault in now.faults],
        }


def _progress(sync: Sync) -> dict[str, object]:
    return {"state": sync.state, "contacts": sync.contacts, "of": sync.total}
