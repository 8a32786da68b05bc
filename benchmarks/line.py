"""The whole line beside its sandbox: how late a single event is, what a burst costs, what idling costs.

    uv run python -m benchmarks.line [--events 200] [--idle-s 60]

Latency is from sending the webhook to the first call's arrival at the sandbox, on an idle line, one event each 1.5 s
and a bit. Where it goes: until the delivery is taken in, until it is applied (a bell is pushed to the worker), until
the call arrives. Idle is what the line costs while nothing happens: processor time, bytes written.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.delivery_record import percentile
from processor.store.connection import connect
from processor.store.journal import newest, story_of
from tests.harness.line import Line

TOKEN = "bench-token"
RULES = f"""version: 1
bot: 1
tags_as: TAGS_AS
sources: {{crm: {{preset: generic, token: {TOKEN}}}}}
rules:
  - name: r
    when: {{event: order.created}}
    then: {{tags: [Покупатель, "Заказ {{{{ order.number }}}}"], status: "Заказ {{{{ order.number }}}}"}}
"""
PAUSE_S = 1.5
BURST = 50


def send(client: httpx.Client, line: Line, number: int, phone: str) -> float:
    """One order; when it was sent (Unix seconds)."""
    body = {"event": "order.created", "order": {"number": str(number)}, "customer": {"phone": phone, "name": "Анна"}}
    sent_s = time.time()
    answer = client.post(f"{line.url}/hooks/crm", json=body, headers={"X-Token": TOKEN})
    assert answer.status_code == 202, answer.text
    return sent_s


def latency(events: int) -> None:
    """Single events of different customers; each costs an upsert and a status."""
    with Line(rules=RULES.replace("TAGS_AS", "add")) as line, httpx.Client() as client:
        sent, chance = {}, random.Random(1)
        for number in range(events):
            phone = f"7900000{number:04}"
            sent[phone] = send(client, line, number, f"+{phone}")
            time.sleep(PAUSE_S + chance.random() * 0.1)  # no beat of the line's must be met by ours
        line.wait_until_quiet()
        first: dict[str, float] = {}
        for call in line.calls():
            phone = str((call["body"] or {}).get("phone", "")).removeprefix("+")
            first.setdefault(phone, call["at"])
        store = connect(line.settings)
        rows = {row.contact.rpartition("+")[2]: story_of(store, row.id) for row in newest(store, limit=events)}
    print(f"{events} single events, ms to the first call: {spread([(first[p] - at) * 1000 for p, at in sent.items()])}")
    taken_in = {phone: story.row.received_ms for phone, story in rows.items()}
    applied = {phone: story.entries[0]["at"] for phone, story in rows.items()}
    print(f"  of that until it is taken in: {spread([taken_in[p] - at * 1000 for p, at in sent.items()])}")
    print(f"  from there until it is applied: {spread([applied[p] - taken_in[p] for p in sent])}")
    print(f"  from there until the call arrives: {spread([first[p] * 1000 - applied[p] for p in sent])}")


def spread(values_ms: Sequence[float]) -> str:
    """Median and tails."""
    shown = (
        f"{name} {percentile(values_ms, share):.0f}" for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )
    return f"{', '.join(shown)}, max {max(values_ms):.0f}"


def idle(seconds: int) -> None:
    """What it costs while nothing happens."""
    with Line(rules=RULES.replace("TAGS_AS", "add")) as line:
        pids = line.children()
        before, files = {name: cpu_s(pid) for name, pid in pids.items()}, aof_bytes(line)
        time.sleep(seconds)
        spent = {name: (cpu_s(pid) - before[name]) / seconds for name, pid in pids.items()}
        grown = (aof_bytes(line) - files) * 86_400 / seconds
    told = ", ".join(f"{name} {share:.1%}" for name, share in sorted(spent.items()))
    print(f"idle for {seconds} s: of one core {told}; the store's file would grow by {grown / 1e6:.0f} MB a day")


def cpu_s(pid: int) -> float:
    """Processor time (s) of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def aof_bytes(line: Line) -> int:
    """The size of the append-only file; it is rewritten when it has doubled, so it does not grow for ever."""
    return int(connect(line.settings).info("persistence")["aof_current_size"])


def burst() -> None:
    """Many orders of one customer at once, each with a tag of its own, beside the sandbox as `up` starts it."""
    with Line(rules=RULES.replace("TAGS_AS", "auto")) as line, httpx.Client() as client:
        for number in range(BURST):
            send(client, line, number, "+79000000001")
        line.wait_until_quiet()
        (contact,) = line.contacts().values()
        print(f"{BURST} orders of one customer: {len(line.calls())} calls, {len(contact['tags'])} tags")


def main() -> None:
    """Print all three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--idle-s", type=int, default=60)
    wanted = parser.parse_args()
    latency(wanted.events)
    burst()
    idle(wanted.idle_s)


if __name__ == "__main__":
    main()
