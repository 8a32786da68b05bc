"""What was refused at the door: the last refusals of each source, and how many a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from processor.domain.refusal import Refusal
from processor.store.connection import AsyncStore, Store, translated
from processor.store.keys import DAY_MS, name_of
from processor.store.script import Argument, run_async

KEPT_OF_A_SOURCE_MAX = 50

_json = msgspec.json.Encoder().encode
_refusal = msgspec.json.Decoder(Refusal).decode


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """What is counted together: a day (UTC, as days since 1970), a source, the code of the refusal."""

    day: int
    source: str
    code: str


async def remember(
    client: AsyncStore, counts: Mapping[Counted, int], refusals: Sequence[Refusal], *, journal_days: int
) -> None:
    """Add to the counts and to the last refusals. Raises StoreError; repeated after a lost reply it counts twice."""
    args: list[Argument] = [journal_days * DAY_MS, KEPT_OF_A_SOURCE_MAX, len(counts)]
    for counted, number in counts.items():
        args += [counted.day, f"{counted.source}:{counted.code}", number]
    for refusal in refusals:
        kind = f"{refusal.code} {refusal.client} {refusal.asked}"
        args += [refusal.source, kind, refusal.first_ms, refusal.last_ms, refusal.times, _json(refusal)]
    with translated():
        await run_async(client, "refused", *args)


def refused_counts(client: Store, *, journal_days: int) -> dict[Counted, int]:
    """Everything that is counted, the newest day first. Raises StoreError."""
    with translated():
        seconds, _ = client.time()
        today = seconds * 1000 // DAY_MS
        days = range(today, today - journal_days - 1, -1)
        with client.pipeline(transaction=False) as look:
            for day in days:
                look.hgetall(name_of("refused_counts", str(day)))
            found = look.execute()
    counts = {
        Counted(day, *name.decode().rsplit(":", 1)): int(number)
        for day, fields in zip(days, found, strict=True)
        for name, number in fields.items()
    }
    return dict(sorted(counts.items(), key=lambda one: (-one[0].day, one[0].source, one[0].code)))


def refused(client: Store, sources: Sequence[str], *, limit: int, journal_days: int) -> list[Refusal]:
    """The last refusals of `sources`, newest first. Raises StoreError."""
    with translated():
        seconds, _ = client.time()
        oldest_ms = seconds * 1000 - journal_days * DAY_MS
        with client.pipeline(transaction=False) as look:
            for source in sources:
                look.zrange(name_of("refused", source), "+inf", oldest_ms, desc=True, byscore=True, withscores=True)
            found = look.execute()
    rows = [_row(member, int(last_ms)) for members in found for member, last_ms in members]
    return sorted(rows, key=lambda row: row.last_ms, reverse=True)[:limit]


def _row(member: bytes, last_ms: int) -> Refusal:
    """See refused.lua for a member's three lines."""
    _, counted, told = member.split(b"\n", 2)
    first_ms, times = counted.split()
    return msgspec.structs.replace(_refusal(told), first_ms=int(first_ms), last_ms=last_ms, times=int(times))
