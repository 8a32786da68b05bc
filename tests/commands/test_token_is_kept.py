"""The token of Watbot's API stands nowhere: not in logs, stories, listings or the store's file, whatever fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.commands.running import run
from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.line import Line
from tests.harness.rules import RULES_TEXT
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until

TOKEN = "di+stinct/tok=en &9001"
ECHO = f'{{"message": "bad api_token={TOKEN} at /api/v1?api_token={quote(TOKEN, safe="")}"}}'
FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 500, "body": ECHO},
    {"status": 422, "body": ECHO.replace("}", ', "errors": {"email": ["' + TOKEN + '"]}}')},
    {"status": 404, "body": f"<html>{TOKEN}</html>"},
    {"status": 302, "headers": {"Location": f"http://127.0.0.1:9/?api_token={quote(TOKEN, safe='')}"}},
    {"status": 429, "body": ECHO, "headers": {"Retry-After": "1"}},
    {"cut": "before"},
    {"cut": "after"},
    {"body": ECHO},
    {"body": TOKEN},
    {"hang": True},
    {"status": 401, "body": ECHO},
)


def _spellings() -> list[bytes]:
    encoded = {TOKEN, quote(TOKEN), quote(TOKEN, safe=""), quote(quote(TOKEN, safe=""), safe="")}
    encoded |= {quote(TOKEN, safe="").replace("%20", "+"), TOKEN.replace("/", "\\/")}
    return [spelling.encode() for spelling in encoded]


def test_no_fault_brings_the_token_to_light(tmp_path: Path) -> None:
    with SandboxProcess(token=TOKEN) as watbot:
        settings = {"WATBOT_API_TOKEN": TOKEN, "WATBOT_BASE_URL": watbot.url, "WATBOT_TIMEOUT_MS": "300"}
        with Line(rules=RULES_TEXT, LOG_LEVEL="debug", WATBOT_RATE="50/s", **settings) as line:
            for number, fault in enumerate(FAULTS):
                watbot.fault(**fault)
                body = woo_order(number=number, phone=f"+7 900 000-09-{number:02}")
                headers = woo_headers(body, "demo-shop-secret")
                httpx.post(f"{line.url}/hooks/shop", content=body, headers=headers).raise_for_status()
            wait_until(lambda: not watbot.faults(), timeout_s=60, what="every fault was suffered")
            wait_until(lambda: "token_refused" in line.log.read_text("utf-8"), what="the refusal is logged")
            told = [line.cli("events", "list", "--json"), line.cli("settings"), line.cli("settings", "--json")]
            told += [line.cli("events", "show", row["id"]) for row in line.events()[:3]]
            exported = run(tmp_path, "contacts", "export", **{**settings, "WATBOT_API_TOKEN": f"{TOKEN}x"})
            assert exported.code == 1
            told += [exported.out, exported.err, httpx.get(f"{line.url}/readyz").text]
            kept = [line.log.read_bytes(), *(p.read_bytes() for p in (line.folder / "data").rglob("*") if p.is_file())]
            stories = any(b"createOrUpdateContact" in text or b"unavailable_" in text for text in kept)
    assert stories, "the failures are in the journal"
    everything = b"\n".join([*kept, *(text.encode() for text in told)])
    assert [spelling for spelling in _spellings() if spelling in everything] == []
