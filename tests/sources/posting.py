"""Post many requests over connections that are kept open, and time each answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from processor.domain.delivery import Inbound

ANSWER_WITHIN_S: Final = 30.0
NOT_IN_A_TARGET: Final = frozenset('# "<>\\^`{|}')


@dataclass(frozen=True, slots=True)
class Answered:
    """A status (0: the connection was closed without one) and how long it took."""

    status: int
    seconds: float


def as_sent(inbound: Inbound) -> Inbound:
    """The request as it can stand in HTTP/1.1: a target in ASCII, header values on one line."""
    query = "".join(sign if "!" <= sign <= "~" and sign not in NOT_IN_A_TARGET else "%20" for sign in inbound.query)
    headers = {name.lower(): _value(value) for name, value in inbound.headers.items()}
    return Inbound(inbound.method, headers, query[:6000], inbound.body, "127.0.0.1")


def post_all(port: int, requests: Sequence[tuple[str, Inbound]], connections: int) -> list[Answered]:
    """The answers to requests of sources, in their order; `connections` work side by side."""
    return asyncio.run(_post_all(port, requests, connections))


async def _post_all(port: int, requests: Sequence[tuple[str, Inbound]], connections: int) -> list[Answered]:
    answers: list[Answered] = [Answered(0, 0.0)] * len(requests)
    waiting = iter(enumerate(requests))
    await asyncio.gather(*(_post_some(port, waiting, answers) for _ in range(connections)))
    return answers


async def _post_some(port: int, waiting: Iterable[tuple[int, tuple[str, Inbound]]], answers: list[Answered]) -> None:
    streams = None
    for at, (source, inbound) in waiting:
        streams = streams or await asyncio.open_connection("127.0.0.1", port)
        started = time.monotonic()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            status, closed = await _post(*streams, source, inbound)
        answers[at] = Answered(status, time.monotonic() - started)
        if closed:
            streams[1].close()
            streams = None
    if streams:
        streams[1].close()


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: str, inbound: Inbound
) -> tuple[int, bool]:
    """The status, and whether the connection is of no more use."""
    target = f"/hooks/{source}" + (f"?{inbound.query}" if inbound.query else "")
    headers = {"host": "127.0.0.1", **inbound.headers, "content-length": str(len(inbound.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    try:
        writer.write(f"{inbound.method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + inbound.body)
        await writer.drain()
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = answer.partition("content-length:")[2].split("\r\n")[0].strip()
        await reader.readexactly(int(length or 0))
    except (asyncio.IncompleteReadError, ConnectionError):
        return 0, True
    return int(answer.split(" ", 2)[1]), "connection: close" in answer or not length


def _value(value: str) -> str:
    plain = "".join(sign if sign.isprintable() and ord(sign) < 256 else "?" for sign in value)
    return plain.strip()
