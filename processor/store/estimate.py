"""How much the line that waits will cost: a sample of its contacts through the real difference, times their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import redis

from processor.domain.known import Account
from processor.domain.lane import BACKFILL, BAND, URGENT
from processor.domain.policy import Policy
from processor.domain.price import calls_more, calls_needed
from processor.rate import Limit
from processor.store.connection import translated
from processor.store.contacts import state_of
from processor.store.dead import DeadLetter
from processor.store.keys import name_of
from processor.store.revive import by_contact
from processor.store.sync import is_sync

SAMPLE = 50
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """Contacts that wait, and about how many calls they need; exact when every one was looked at."""

    contacts: int
    calls: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls that left within the last `window_ms`, and how many the limits allow in that time."""

    calls: int
    allowed: int
    window_ms: int


def estimate(client: redis.Redis, account: Account, policy: Policy, *, now_ms: int) -> Estimate:
    """About the calls that everybody in line needs. Raises StoreError."""
    with translated(), client.pipeline() as look:
        for short in ("ready", "lease", "due"):
            look.zcard(name_of(short))
        sizes = look.execute()
    total = sum(sizes)
    contacts = _some(client, sizes, min(SAMPLE, total))
    states = [state_of(client, contact) for contact in contacts if not is_sync(contact)]
    calls = sum(
        calls_needed(s.contact, s.wanted, s.known, account, policy, now_ms=now_ms, delivered=s.delivered)
        for s in states
    )
    exact = len(contacts) == total
    return Estimate(total, calls if exact else round(calls * total / max(1, len(contacts))), exact)


def price_of(letters: Iterable[DeadLetter], account: Account, policy: Policy, *, now_ms: int) -> int:
    """The calls that wanting `letters` again takes, beside those that their contacts wait for anyway. Pure."""
    calls = 0
    for group in by_contact(letters):
        state, parked = group[0].state, any(letter.parked for letter in group)
        again = [wish for letter in group for wish in letter.wishes]
        waiting = {} if parked else state.wanted
        calls += calls_more(
            state.contact, waiting, again, state.known, account, policy, now_ms=now_ms, delivered=state.delivered
        )
    return calls


def lanes(client: redis.Redis) -> dict[int, int]:
    """How many contacts stand in each lane. Raises StoreError."""
    numbers = range(URGENT, BACKFILL + 1)
    with translated(), client.pipeline() as look:
        for lane in numbers:
            look.zcount(name_of("ready"), lane * BAND, f"({(lane + 1) * BAND}")
        return dict(zip(numbers, look.execute(), strict=True))


def spent(client: redis.Redis, limits: tuple[Limit, ...]) -> Spent:
    """The budget's use over the last minute, or over as much of it as is remembered. Raises StoreError."""
    window_ms = min(MINUTE_MS, max(limit.period_ms for limit in limits))
    with translated():
        seconds, micros = client.time()
        now_ms = seconds * 1000 + micros // 1000
        calls = client.zcount(name_of("slots"), f"({now_ms - window_ms}", now_ms)
    allowed = min(limit.calls * max(1, window_ms // limit.period_ms) for limit in limits)
    return Spent(int(str(calls)), allowed, window_ms)


def _some(client: redis.Redis, sizes: list[int], wanted: int) -> list[str]:
    """Contacts spread evenly over the lines; fewer when some leave meanwhile."""
    total, lines = sum(sizes), (name_of("ready"), name_of("lease"), name_of("due"))
    with translated(), client.pipeline(transaction=False) as look:
        for number in range(wanted):
            rank = number * total // wanted
            for line, size in zip(lines, sizes, strict=True):
                if rank < size:
                    look.zrange(line, rank, rank)
                    break
                rank -= size
        found: list[Any] = look.execute()
    return list(dict.fromkeys(contact.decode() for ones in found for contact in ones))
