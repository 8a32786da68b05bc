"""What a waiting contact costs, and whether anything grows with their number.

    uv run python -m benchmarks.scale [--contacts 1000 10000 100000]

The scripts themselves over a real store with its file written on every step: each contact waits with two deliveries
merged into a name, two tags, UTM, three variables and a status. Times are medians of 500 at that number of contacts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

import redis

from processor.domain.delivery import Delivery
from processor.domain.lane import score
from processor.domain.wish import Wish, stamp_of
from processor.store.contacts import Claim, Record, claim, record
from processor.store.deliveries import take, wish
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in

SAMPLE = 500
BATCH = 500
BODY = b'{"event":"order.created","customer":{"phone":"+79000000000"}}' + b" " * 1_400
SINCE_MS = 1_700_000_000_000
MEMORY_BYTES_MAX = 4 * 1024**3


def wishes_of(number: int, event: str, at: int) -> list[Wish]:
    """What a usual order wishes."""
    values = {
        "field:name": "Анна Примерова",
        "tag:Покупатель": True,
        f"tag:Заказ {number}": True,
        "utm:last": {"source": "vk", "medium": "cpc", "campaign": "winter"},
        "variable:Последний заказ": str(number),
        "variable:Сумма заказа": "5400.00",
        "variable:Доставка": "Собираем",
        "status": "Новый заказ",
    }
    stamp = stamp_of(SINCE_MS + at, SINCE_MS + at, at)
    lanes = {"field": 2, "variable": 2}
    return [
        Wish(
            element=element,
            value=value,
            stamp=stamp,
            event=event,
            rule="Новый заказ",
            lane=lanes.get(element.partition(":")[0], 0),
            since_ms=SINCE_MS + at,
        )
        for element, value in values.items()
    ]


class Line:
    """Contacts waiting in a store."""

    def __init__(self, process: StoreProcess) -> None:
        self.process = process
        self.client: redis.Redis = process.client()
        self._events = 0

    def wait(self, contacts: int) -> None:
        """So many more contacts, of two deliveries each."""
        ids = [self._event() for _ in range(2 * contacts)]
        for at in range(0, len(ids), BATCH):
            take_in(self.process.settings, [(_delivery(id_), id_) for id_ in ids[at : at + BATCH]])
            take(self.client, most=BATCH, lease_ms=600_000)
        for number, id_ in enumerate(ids):
            self.wish(number // 2 + (self._events - 2 * contacts), id_)

    def wish(self, contact: int, event: str) -> None:
        """One delivery is applied."""
        at = int(event[1:])
        wish(
            self.client,
            event,
            state="planned",
            story={"what": "applied", "at": SINCE_MS, "matched": ["Новый заказ"]},
            fields={"type": "order.created", "version": "1c3c8f8163c4"},
            contacts=[(f"1:whatsapp:+79{contact:09}", score(0, SINCE_MS + at), wishes_of(contact, event, at))],
            journal_days=30,
        )

    def _event(self) -> str:
        self._events += 1
        return f"e{self._events:08}"

    def memory_bytes(self) -> int:
        """Used by the store."""
        return int(self.client.info("memory")["used_memory"])

    def times_us(self) -> dict[str, float]:
        """Medians (microseconds) of the steps at this number of waiting contacts."""
        ids = [self._event() for _ in range(SAMPLE)]
        take_in(self.process.settings, [(_delivery(id_), id_) for id_ in ids])
        take(self.client, most=SAMPLE, lease_ms=600_000)
        fresh = iter(ids)
        held: list[Claim] = []

        def claimed() -> None:
            found = claim(self.client, lease_ms=600_000)
            assert isinstance(found, Claim)
            held.append(found)

        def released() -> None:
            record(self.client, held.pop(), Record(called=True), journal_days=30, contact_days=400)

        return {
            "wish": median_us(lambda: self.wish(0, next(fresh)), SAMPLE),
            "claim": median_us(claimed, SAMPLE),
            "record": median_us(released, SAMPLE),
            "sweep": median_us(lambda: sweep(self.client, worker="bench"), 50),
        }


def _delivery(id_: str) -> Delivery:
    return Delivery(id=id_, source="shop", preset="generic", received_ms=SINCE_MS, body=BODY)


def median_us(act: Callable[[], object], times: int) -> float:
    """The median of so many."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1e6)
    return statistics.median(taken)


def measure(counts: Sequence[int]) -> None:
    """Print a line for each number of contacts, growing in one store."""
    with StoreProcess(store_memory_bytes_max=MEMORY_BYTES_MAX) as process:
        line = Line(process)
        empty, standing = line.memory_bytes(), 0
        for contacts in sorted(counts):
            line.wait(contacts - standing)
            standing = contacts
            each = (line.memory_bytes() - empty) / contacts
            told = ", ".join(f"{name} {taken_us:.0f} us" for name, taken_us in line.times_us().items())
            print(
                f"{contacts:>7} wait: {each / 1024:.1f} KiB each with its two deliveries; {told}",
                flush=True,
            )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    measure(parser.parse_args().contacts)


if __name__ == "__main__":
    main()
