"""`/hooks/{source}`: prove the sender, store durably, answer.

An ASGI application of its own, in front of Starlette's routing and middleware: on this path a sale's ten thousand
orders arrive, and those layers cost as much as all that is done here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from processor.clock import Clock
from processor.domain.delivery import Answer, Inbound
from processor.domain.source import Source
from processor.errors import ProofRefused, StoreError, StoreFull
from processor.intake import Admitted, admit
from processor.log import logger
from processor.networks import Networks
from processor.rules.book import RulesBook
from processor.sources.preset import Preset
from processor.sources.registry import preset_of
from processor.store.intake import Intake
from processor.web.answers import error, kept, send_answer
from processor.web.client import client_of
from processor.web.guard import Guard
from processor.web.refusals import Refusals

PREFIX = "/hooks/"
# Requests being stored at once; past it a sender is asked to come again rather than kept waiting.
IN_FLIGHT_MAX = 5_000
_NAME_MAX = 200
BODY_TIMEOUT_S = 30

_log = logger("hooks")


class _Unfit(Exception):
    """The request cannot be taken; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(slots=True)
class Receiver:
    """The endpoint and what it needs."""

    book: RulesBook
    intake: Intake
    guard: Guard
    refusals: Refusals
    clock: Clock
    body_bytes_max: int
    trusted: Networks
    in_flight: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an error of ours is a 500 that the log explains."""
        self.in_flight += 1
        try:
            answer = await self._answer(scope, receive)
        except _Unfit as unfit:
            answer = unfit.answer
        except Exception:  # noqa: BLE001  a sender must be told something
            _log.exception("receiving failed", path=str(scope["path"])[:_NAME_MAX])
            answer = error(500, "internal", "an error of ours; it is in the log")
        finally:
            self.in_flight -= 1
        await send_answer(send, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        source, preset = self._addressed(scope)
        inbound = _inbound(scope, await self._body(scope, receive), self.trusted)
        try:
            admitted = admit(inbound, source, preset, self.clock.now_ms())
        except ProofRefused as refused:
            self.refusals.note(source, inbound, refused.code, refused.text)
            return error(401, refused.code, str(refused))
        return admitted if isinstance(admitted, Answer) else await self._keep(admitted, preset, inbound)

    def _addressed(self, scope: Scope) -> tuple[Source, Preset]:
        """Which source is meant. Raises _Unfit."""
        name = str(scope["path"]).partition(PREFIX)[2]
        source = self.book.current().sources.get(name)
        if source is None:
            self.refusals.note_unknown(_inbound(scope, b"", self.trusted), name)
            raise _Unfit(error(404, "unknown_source", f"no source is named {name[:_NAME_MAX]!r}"))
        preset = preset_of(source)
        if scope["method"] not in preset.methods:
            raise _Unfit(error(405, "method_not_allowed", f"send {' or '.join(preset.methods)}"))
        if self.in_flight > IN_FLIGHT_MAX:
            raise _Unfit(error(429, "too_fast", "too many requests at once; come again"))
        return source, preset

    async def _keep(self, admitted: Admitted, preset: Preset, inbound: Inbound) -> Answer:
        full = self.guard.full
        if full:
            return error(503, "store_full", f"no room to store ({full}); come again")
        try:
            id_ = await self.intake.put(admitted.delivery, admitted.key)
        except StoreError as failed:
            _log.error("not stored", source=admitted.delivery.source, reason=str(failed))
            code = "store_full" if isinstance(failed, StoreFull) else "store_unavailable"
            return error(503, code, "it could not be stored; come again")
        own = preset.answer("queued" if id_ == admitted.delivery.id else "duplicate", inbound)
        return own or kept(id_, admitted.delivery.id, preset.queued_status)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The raw body, whole within BODY_TIMEOUT_S. Raises _Unfit."""
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                return await self._read(scope, receive)
        except TimeoutError:
            raise _Unfit(error(408, "too_slow", f"the body must arrive within {BODY_TIMEOUT_S} s")) from None

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """Raises _Unfit before more than the limit is held in memory."""
        size, parts = 0, []
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self.body_bytes_max:
                raise self._too_large()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Unfit(error(400, "disconnected", "the body did not arrive whole"))
            part = message.get("body", b"")
            size += len(part)
            if size > self.body_bytes_max:
                raise self._too_large()
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self) -> _Unfit:
        return _Unfit(error(413, "too_large", f"at most {self.body_bytes_max} bytes"))


def _inbound(scope: Scope, body: bytes, trusted: Networks) -> Inbound:
    peer = scope.get("client")
    return Inbound(
        method=scope["method"],
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        query=scope["query_string"].decode("latin-1"),
        body=body,
        client=client_of(peer[0] if peer else "", scope["headers"], trusted),
    )
