"""The receiver with durable storing beside a bare Starlette app that reads and parses the same body.

    uv run python benchmarks/intake.py [--seconds 5] [--rounds 5] [--clients 64]

Both run under uvicorn (one process each) and take turns in one run; the load comes from this process over raw
sockets with keep-alive.
Ours proves the signature, finds repetitions and stores with `appendfsync always` before it answers.
Prints requests a second, p50, p99 and the ratio, median over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import httpx
import uvloop

from processor.embedded import answers, server_command, write_config
from processor.settings import Settings

SECRET = "bench-secret"
ORDERS = 200_000
RULES = f"""version: 1
bot: 1
sources:
  shop: {{preset: woocommerce, secret: {SECRET}}}
rules:
  - name: r
    when: {{event: order.created}}
    then: {{tags: [Покупатель]}}
"""
BARE = """
import json
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

async def hook(request):
    json.loads(await request.body())
    return Response(b'{"status":"queued"}', 202, media_type="application/json")

app = Starlette(routes=[Route("/hooks/{source}", hook, methods=["POST"])])
"""


def order(number: int) -> bytes:
    """A WooCommerce order of 1.5 KB with an invented buyer."""
    items = [
        {"id": n, "name": f"Товар {n}", "sku": f"SKU-{n}", "quantity": 1, "price": 990, "total": "990.00"}
        for n in range(10)
    ]
    body = {
        "id": number,
        "number": str(number),
        "status": "processing",
        "currency": "RUB",
        "total": "9900.00",
        "date_created_gmt": "2026-01-01T10:00:00",
        "date_modified_gmt": "2026-01-01T10:00:00",
        "billing": {
            "first_name": "Анна",
            "last_name": "Примерова",
            "phone": f"+7900{number % 10_000_000:07}",
            "email": "anna@example.com",
            "city": "Москва",
        },
        "line_items": items,
        "meta_data": [{"key": "_wc_order_attribution_utm_source", "value": "yandex"}],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def request(number: int) -> bytes:
    """The whole HTTP request, signed."""
    body = order(number)
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    head = (
        "POST /hooks/shop HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"X-WC-Webhook-Topic: order.created\r\nX-WC-Webhook-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Load(asyncio.Protocol):
    """One keep-alive connection: sends the next request when the answer to the last has come."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.buffer = b""
        self.sent_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's own is no subclass
        self.send()

    def send(self) -> None:
        self.sent_s = time.perf_counter()
        self.transport.write(self.run.next())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.buffer = b""
        self.run.done(head[9:12], time.perf_counter() - self.sent_s)
        if self.run.going:
            self.send()
        else:
            self.transport.close()
            self.run.open -= 1


class Run:
    """One measured stretch against one server."""

    def __init__(self, requests: list[bytes], start: int) -> None:
        self.requests = requests
        self.position = start
        self.took_s: list[float] = []
        self.statuses: dict[bytes, int] = {}
        self.going = True
        self.open = 0

    def next(self) -> bytes:
        self.position += 1
        again, place = divmod(self.position, len(self.requests))
        # Another topic makes another delivery, and needs no new signature.
        return self.requests[place].replace(b"order.created", b"action.%d" % again) if again else self.requests[place]

    def done(self, status: bytes, took_s: float) -> None:
        self.took_s.append(took_s)
        self.statuses[status] = self.statuses.get(status, 0) + 1


async def measure(port: int, requests: list[bytes], start: int, clients: int, seconds: float) -> Run:
    run = Run(requests, start)
    loop = asyncio.get_running_loop()
    run.open = clients
    for _ in range(clients):
        await loop.create_connection(lambda: Load(run), "127.0.0.1", port)
    await asyncio.sleep(seconds)
    run.going = False
    while run.open:
        await asyncio.sleep(0.01)
    return run


def figures(run: Run, seconds: float) -> tuple[float, float, float]:
    times = sorted(run.took_s)
    return len(times) / seconds, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def wait_for(port: int) -> None:
    for _ in range(400):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers on port {port}")


def main() -> None:
    """Start both servers and the store, take turns, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=64)
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="wh-bench-", dir="/tmp"))
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    (folder / "bare.py").write_text(BARE, "utf-8")
    settings = Settings(data_dir=folder, store_memory_bytes_max=4 << 30)
    environ = dict(os.environ) | {"DATA_DIR": str(folder), "RULES_FILE": str(folder / "rules.yaml"), "PORT": "18000"}
    environ |= {"STORE_MEMORY_BYTES_MAX": str(4 << 30), "LOG_LEVEL": "warning"}
    environ["PYTHONPATH"] = f"{Path(__file__).parent.parent}:{folder}"
    bare = [sys.executable, "-m", "uvicorn", "bare:app", "--port", "18001", "--no-access-log", "--log-level", "warning"]
    commands = [server_command(write_config(settings)), bare, [sys.executable, "-m", "processor.cli", "serve"]]
    processes = []
    try:
        for command in commands:
            processes.append(subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.DEVNULL))
            while command is commands[0] and not answers(settings):
                time.sleep(0.05)
        wait_for(18001)
        wait_for(18000)
        compare(wanted, [request(n) for n in range(ORDERS)])
    finally:
        for process in processes:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def compare(wanted: argparse.Namespace, requests: list[bytes]) -> None:
    """Bare and ours in turn, after a warm-up of each."""
    position = 0
    rows: dict[str, list[tuple[float, float, float]]] = {"bare": [], "ours": []}
    print(
        f"body {len(order(1))} bytes, {wanted.clients} connections, {wanted.rounds} rounds of {wanted.seconds} s each"
    )
    for number in range(wanted.rounds + 1):
        for name, port in (("bare", 18001), ("ours", 18000)):
            seconds = wanted.seconds if number else 1.0
            run = uvloop.run(measure(port, requests, position, wanted.clients, seconds))
            if name == "ours":
                position = run.position
            unexpected = {status: count for status, count in run.statuses.items() if status != b"202"}
            assert not unexpected, f"{name}: {unexpected}"
            if number:
                rows[name].append(figures(run, seconds))
    for name, found in rows.items():
        speed, p50, p99 = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{name}: {speed:7.0f} requests/s  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")
    ratios = [ours[0] / bare[0] for ours, bare in zip(rows["ours"], rows["bare"], strict=True)]
    print(f"ratio ours/bare: median {statistics.median(ratios):.3f}  (min {min(ratios):.3f}, max {max(ratios):.3f})")


if __name__ == "__main__":
    main()
