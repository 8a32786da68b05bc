"""Remembers what was refused at the door, off the path of requests.

A refusal costs its request a few lookups in memory. Once a second a task looks for further causes and writes to the
store what came together; what does not fit in the bounds is counted only. So a flood of forged requests neither slows
the receiver, nor makes it grow, nor fills the store.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool

from processor.clock import Clock
from processor.domain.delivery import Inbound
from processor.domain.refusal import NOBODY, Refusal
from processor.domain.rule import Ruleset
from processor.domain.source import Source
from processor.errors import StoreError
from processor.log import logger
from processor.rules.book import RulesBook
from processor.scrub import Scrubber, mask_people
from processor.sources.cause import BODY_BYTES_MAX, cause_of
from processor.sources.keep import MASKED_CHARACTERS_MIN, encodable
from processor.store.connection import AsyncStore
from processor.store.keys import DAY_MS
from processor.store.refused import Counted, remember
from processor.text import Text, nearest

WRITE_EVERY_S: Final = 1.0
STOP_WITHIN_S: Final = 2.0
# In one second: kinds of refusals of one source and in all, and those whose cause is looked for in other places.
KINDS_OF_A_SOURCE_MAX: Final = 10
KINDS_MAX: Final = 200
SEARCHED_MAX: Final = 3
COUNTS_MAX: Final = 10_000  # a store that is down for long

NAME_CHARACTERS_MAX: Final = 60
AGENT_CHARACTERS_MAX: Final = 120
HEADERS_MAX: Final = 40
HEADER_NAME_CHARACTERS_MAX: Final = 40
CLIENT_CHARACTERS_MAX: Final = 64

EXPLAINED_ENOUGH: Final = ("timestamp_", "proof_not_configured")
_NOTHING: Final = Text("", "")

Kind = tuple[str, str, str, str]

_log = logger("hooks")


@dataclass(slots=True)
class _Noted:
    """One kind of refusal since the last writing; `inbound` only where its cause will be looked for."""

    refusal: Refusal
    source: Source | None
    inbound: Inbound | None
    last_ms: int
    times: int = 1


class Refusals:
    """What was refused; `start` and `stop` belong to the process's event loop."""

    def __init__(self, client: AsyncStore, book: RulesBook, clock: Clock, *, journal_days: int) -> None:
        self._client = client
        self._book = book
        self._clock = clock
        self._journal_days = journal_days
        self._counts: Counter[Counted] = Counter()
        self._noted: dict[Kind, _Noted] = {}
        self._kinds: Counter[str] = Counter()
        self._unwritten: list[Refusal] = []
        self._searched = 0
        self._unlogged = 0
        self._scrubber: tuple[Ruleset, Scrubber] | None = None
        self._failing = False
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write_for_ever())

    async def stop(self) -> None:
        """Write what is there, if the store is quick, then stop."""
        self._stopping.set()
        self._wake.set()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                if self._task:
                    await self._task
                await self.write()
        except TimeoutError:
            _log.warning("what was refused last is not remembered: the store does not answer")

    def note(self, source: Source, inbound: Inbound, code: str, text: Text) -> None:
        """A proof was refused."""
        if self._count(source.name, code, inbound, ""):
            told = _refusal(inbound, source.name, code, text, preset=source.preset, size_bytes=len(inbound.body))
            search = self._searched < SEARCHED_MAX and len(inbound.body) <= BODY_BYTES_MAX
            self._searched += search
            self._remember(told, source, inbound if search else None)
            _log.warning("refused", source=source.name, code=code, reason=text.en, client=inbound.client)

    def note_unknown(self, inbound: Inbound, name: str) -> None:
        """There is no source of this name; `inbound` is without its body. What follows a slash may be a key."""
        first, slash, _ = name.partition("/")
        asked = _clean(first, NAME_CHARACTERS_MAX) + slash
        if self._count(NOBODY, "unknown_source", inbound, asked):
            text = Text("В правилах нет источника с таким именем.", "The rules have no source of this name.")
            self._remember(_refusal(inbound, NOBODY, "unknown_source", text, asked=asked), None, None)

    def _count(self, source: str, code: str, inbound: Inbound, asked: str) -> bool:
        """Whether this kind is new since the last writing, and there is room to remember more of it."""
        now_ms = self._clock.now_ms()
        counted = Counted(now_ms // DAY_MS, source, code)
        if counted in self._counts or len(self._counts) < COUNTS_MAX:
            self._counts[counted] += 1
        self._wake.set()
        known = self._noted.get((source, code, inbound.client, asked))
        if known:
            known.last_ms = now_ms
            known.times += 1
            self._unlogged += 1
            return False
        room = self._kinds[source] < KINDS_OF_A_SOURCE_MAX and len(self._noted) < KINDS_MAX
        self._unlogged += not room
        return room

    def _remember(self, refusal: Refusal, source: Source | None, inbound: Inbound | None) -> None:
        self._kinds[refusal.source] += 1
        kind = (refusal.source, refusal.code, refusal.client, refusal.asked)
        now_ms = self._clock.now_ms()
        first = msgspec.structs.replace(refusal, first_ms=now_ms, last_ms=now_ms)
        self._noted[kind] = _Noted(first, source, inbound, now_ms)

    async def _write_for_ever(self) -> None:
        while not self._stopping.is_set():
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.write()
            except Exception:  # noqa: BLE001  senders are answered all the same
                _log.exception("remembering what was refused failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), WRITE_EVERY_S)

    async def write(self) -> None:
        """Write all that came together; what the store does not take is kept for the next time, within bounds."""
        counts, noted, unlogged = self._counts, list(self._noted.values()), self._unlogged
        if not counts and not self._unwritten:
            return
        self._counts, self._noted, self._kinds, self._searched, self._unlogged = Counter(), {}, Counter(), 0, 0
        if unlogged:
            _log.warning("refused more than is told one by one", refused=unlogged)
        told = self._unwritten + await run_in_threadpool(self._told, noted)
        self._unwritten = []
        try:
            await remember(self._client, counts, told, journal_days=self._journal_days)
            self._failing = False
        except StoreError as failed:
            if not self._failing:
                _log.warning("what was refused is not remembered yet", reason=str(failed))
            self._failing = True
            self._counts.update(counts)
            self._unwritten = told[:KINDS_MAX]
            self._wake.set()

    def _told(self, noted: list[_Noted]) -> list[Refusal]:
        """The refusals with their further causes, without any secret of the rules. In a thread of its own."""
        rules = self._book.current()
        if self._scrubber is None or self._scrubber[0] is not rules:
            self._scrubber = rules, _scrubber_of(rules)
        return [self._whole(one, rules, self._scrubber[1]) for one in noted]

    def _whole(self, one: _Noted, rules: Ruleset, scrubber: Scrubber) -> Refusal:
        first = one.refusal
        hint = _nearest(first.asked, rules) if one.source is None else self._hint(one, rules)
        return msgspec.structs.replace(
            first,
            last_ms=one.last_ms,
            times=one.times,
            ru=scrubber.scrub(first.ru),
            en=scrubber.scrub(first.en),
            hint_ru=scrubber.scrub(hint.ru),
            hint_en=scrubber.scrub(hint.en),
            asked=mask_people(scrubber.scrub(first.asked)),
            agent=scrubber.scrub(first.agent),
            headers=tuple(scrubber.scrub(name) for name in first.headers),
        )

    def _hint(self, one: _Noted, rules: Ruleset) -> Text:
        if one.inbound is None or one.source is None or one.refusal.code.startswith(EXPLAINED_ENOUGH):
            return _NOTHING
        return cause_of(one.inbound, one.source, rules.sources.values(), one.refusal.first_ms) or _NOTHING


def _refusal(
    inbound: Inbound,
    source: str,
    code: str,
    text: Text,
    *,
    preset: str = "",
    asked: str = "",
    size_bytes: int | None = None,
) -> Refusal:
    """What may be kept of a request: names of headers, never their values but the user agent's."""
    names = (_clean(name, HEADER_NAME_CHARACTERS_MAX) for name in list(inbound.headers)[:HEADERS_MAX])
    return Refusal(
        source=source,
        code=code,
        ru=text.ru,
        en=text.en,
        preset=preset,
        asked=asked,
        client=_clean(inbound.client, CLIENT_CHARACTERS_MAX),
        method=_clean(inbound.method, HEADER_NAME_CHARACTERS_MAX),
        agent=_clean(inbound.headers.get("user-agent", ""), AGENT_CHARACTERS_MAX),
        size_bytes=size_bytes,
        headers=tuple(names),
    )


def _nearest(asked: str, rules: Ruleset) -> Text:
    close = nearest(asked.rstrip("/"), rules.sources)
    if not close:
        return _NOTHING
    return Text(f"Похоже на источник «{close}».", f'It looks like the source "{close}".')


def _scrubber_of(rules: Ruleset) -> Scrubber:
    """Knows every secret of the rules; also in small letters, for so the names of headers come."""
    keys: set[str] = set()
    for one in rules.sources.values():
        keys.update(one.keys, [one.confirmation or ""], [one.api.url or "", one.api.token or ""] if one.api else [])
    told = {key for key in keys if len(key) >= MASKED_CHARACTERS_MIN}
    return Scrubber(told | {key.lower() for key in told})


def _clean(text: str, characters_max: int) -> str:
    """One line of what can be printed and written."""
    return "".join(sign if sign.isprintable() else "?" for sign in encodable(text[:characters_max]))
