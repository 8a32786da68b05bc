"""How much of the budget several worker processes use under a constant backlog, and how often they exceed it.

    uv run python -m benchmarks.pacing [--seconds 300] [--workers 4] [--jitter-ms 0 12] [--rate 2/s,120/m]

Real worker processes, a real store, the sandbox counting in sliding windows (it answers 429), and between them a proxy
that holds each direction up by an exponential delay of that mean. Fixed windows are counted from the arrivals of the
calls that were let in, at the worst phase. The server's own time is a constant 40 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from processor.domain.delivery import Delivery
from processor.rate import Limit, parse_rate
from processor.store.connection import connect
from processor.store.gauges import line
from tests.harness.ports import free_port
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in
from tests.harness.waiting import wait_until

TOKEN = "bench-token"
RULES = """\
version: 1
bot: 1
tags_as: add
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: r
    when: {event: order.created}
    then: {tags: Покупатель, status: Новый}
"""
SERVER_MS = 40
WAY_MS = 15
PHASE_STEP_MS = 10


class Proxy:
    """Passes bytes on, each chunk WAY_MS and an exponential delay later; their order stays."""

    def __init__(self, target_port: int, jitter_ms: float, seed: int) -> None:
        self.port = free_port()
        self._target_port = target_port
        self._jitter_ms = jitter_ms
        self._random = random.Random(seed)

    async def serve(self) -> None:
        """Until cancelled."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            jitter_ms = self._random.expovariate(1 / self._jitter_ms) if self._jitter_ms else 0.0
            await asyncio.sleep((WAY_MS + jitter_ms) / 1000)
            writer.write(chunk)
            await writer.drain()
        writer.close()


@contextmanager
def proxied(target_port: int, jitter_ms: float) -> Iterator[int]:
    """The port at which the sandbox is to be found behind a network."""
    proxy, loop = Proxy(target_port, jitter_ms, seed=1), asyncio.new_event_loop()
    serving = loop.create_task(proxy.serve())

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield proxy.port
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(5)


def orders(count: int) -> list[tuple[Delivery, str]]:
    """A backlog: an order of each of so many customers; each costs two calls."""
    made = []
    for number in range(count):
        customer = {"phone": f"+7900{number:07}", "name": "Анна Примерова"}
        body = msgspec.json.encode({"event": "order.created", "customer": customer})
        headers = {"content-type": "application/json"}
        delivery = Delivery(
            id=f"e{number}", source="shop", preset="generic", received_ms=1_000 + number, headers=headers, body=body
        )
        made.append((delivery, f"key{number}"))
    return made


def run(*, seconds: int, workers: int, jitter_ms: float, rate: str) -> list[dict[str, Any]]:
    """The calls that the sandbox got."""
    with ExitStack() as stack:
        store = stack.enter_context(StoreProcess())
        sandbox = stack.enter_context(SandboxProcess(rate=rate, token=TOKEN))
        port = stack.enter_context(proxied(sandbox.port, jitter_ms))
        needed = seconds * max(limit.calls * 1000 // limit.period_ms for limit in parse_rate(rate))
        take_in(store.settings, orders(needed))
        sandbox.fault(calls=1_000_000, delay_ms=SERVER_MS)
        rules = store.folder / "rules.yaml"
        rules.write_text(RULES, "utf-8")
        environ = os.environ | {
            "DATA_DIR": str(store.settings.data_dir),
            "RULES_FILE": str(rules),
            "WATBOT_API_TOKEN": TOKEN,
            "WATBOT_BASE_URL": f"http://127.0.0.1:{port}/api/v1",
            "WATBOT_RATE": rate,
            "LOG_LEVEL": "error",
        }
        processes = [_worker(environ, store.folder / f"worker{n}.log") for n in range(workers)]
        client = connect(store.settings)
        try:
            wait_until(lambda: line(client).workers == workers, timeout_s=60, what="all work")
            wait_until(lambda: not line(client).deliveries, timeout_s=60, what="everything is applied")
            began = len(sandbox.calls())
            time.sleep(seconds)
            return sandbox.calls(began)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(60)


def _worker(environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen([sys.executable, "-m", "workers"], env=environ, stdout=output, stderr=output)


def beyond(arrivals_ms: Sequence[float], limits: Sequence[Limit]) -> int:
    """How many of these a server counting in fixed windows would have refused, at the phase that is worst for us."""
    worst = 0
    for limit in limits:
        for phase in range(0, limit.period_ms, PHASE_STEP_MS):
            counts = Counter(int((at_ms + phase) // limit.period_ms) for at_ms in arrivals_ms)
            worst = max(worst, sum(max(0, count - limit.calls) for count in counts.values()))
    return worst


def report(calls: Sequence[dict[str, Any]], seconds: int, rate: str) -> str:
    """One line of figures."""
    limits = parse_rate(rate)
    passed = [call["monotonic_ms"] for call in calls if call["status"] != 429]
    allowed = min(limit.calls / limit.period_ms for limit in limits) * 1000 * seconds
    refused = len(calls) - len(passed)
    gaps = sorted(b - a for a, b in zip(passed, passed[limits[0].calls :], strict=False))
    return (
        f"{len(passed)} calls of {allowed:.0f} allowed: {len(passed) / allowed:.1%} used; 429 (sliding): {refused}; "
        f"beyond a fixed window at the worst phase: {beyond(passed, limits)}; "
        f"the window's calls took at least {gaps[0]:.0f} ms, median {gaps[len(gaps) // 2]:.0f} ms"
    )


def main() -> None:
    """Print a line for each jitter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--jitter-ms", type=float, nargs="+", default=[0, 12])
    parser.add_argument("--rate", default="2/s,120/m")
    wanted = parser.parse_args()
    for jitter_ms in wanted.jitter_ms:
        calls = run(seconds=wanted.seconds, workers=wanted.workers, jitter_ms=jitter_ms, rate=wanted.rate)
        print(f"jitter {jitter_ms:g} ms each way, {wanted.workers} processes, {wanted.seconds} s: ", end="")
        print(report(calls, wanted.seconds, wanted.rate), flush=True)


if __name__ == "__main__":
    main()
