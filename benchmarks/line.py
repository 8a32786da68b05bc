"""The whole line beside its sandbox: how late a single event reaches Watbot, and what a burst of one customer costs.

    uv run python -m benchmarks.line [--events 30]

Latency is from sending the webhook to the first call's arrival at the sandbox, on an idle line, one event each 1.5 s.
"""

from __future__ import annotations

import argparse
import time

import httpx

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
        sent = {}
        for number in range(events):
            phone = f"7900000{number:04}"
            sent[phone] = send(client, line, number, f"+{phone}")
            time.sleep(PAUSE_S)
        line.wait_until_quiet()
        first: dict[str, float] = {}
        for call in line.calls():
            phone = str((call["body"] or {}).get("phone", "")).removeprefix("+")
            first.setdefault(phone, call["at"])
    late_ms = sorted((first[phone] - at) * 1000 for phone, at in sent.items())
    p50, p95 = late_ms[len(late_ms) // 2], late_ms[int(len(late_ms) * 0.95)]
    print(f"{events} single events: p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {late_ms[-1]:.0f} ms to the first call")


def burst() -> None:
    """Many orders of one customer at once, each with a tag of its own, while it is unknown what a list of tags does."""
    with Line(rules=RULES.replace("TAGS_AS", "auto")) as line, httpx.Client() as client:
        for number in range(BURST):
            send(client, line, number, "+79000000001")
        line.wait_until_quiet()
        (contact,) = line.contacts().values()
        print(f"{BURST} orders of one customer: {len(line.calls())} calls, {len(contact['tags'])} tags")


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=30)
    wanted = parser.parse_args()
    latency(wanted.events)
    burst()


if __name__ == "__main__":
    main()
