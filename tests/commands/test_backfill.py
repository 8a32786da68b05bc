"""`backfill` beside a running `up`: the workers learn everybody, whatever is killed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from processor.store.connection import connect
from processor.store.sync import ask_sync, sync_of
from tests.commands.running import Ran, run
from tests.harness.crowd import write_crowd
from tests.harness.line import Line
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

# Twelve pages: six seconds at two calls a second.
CROWD = 6_000
PAGES = 12


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A running `up` whose sandbox has people in it from the beginning."""
    line = Line(WATBOT_TIMEOUT_MS="1000", LEASE_MS="4000")
    (line.folder / "data").mkdir(mode=0o700)
    write_crowd(line.folder / "data" / "sandbox.json", CROWD)
    with line:
        yield line


def _backfill(line: Line, *options: str) -> Ran:
    return run(line.folder, "backfill", *options, DATA_DIR=str(line.folder / "data"))


def _row(line: Line, *options: str) -> dict[str, Any]:
    (row,) = json.loads(_backfill(line, "--json", *options).out)
    return dict(row)


def test_a_worker_begins_by_itself_and_a_killed_one_is_no_loss(line: Line) -> None:
    client = connect(line.settings)
    wait_until(
        lambda: (sync := sync_of(client, 1)) and 1 <= sync.pages < PAGES, what="the sync is under way", every_s=0.005
    )
    assert line.kill("worker")
    row = _row(line)
    assert (row["state"], row["contacts"], row["total"]) == ("finished", CROWD, CROWD)
    assert row["added"] + row["completed"] + row["kept"] >= CROWD
    ready = httpx.get(f"{line.url}/readyz").json()
    assert ready["checks"]["first_sync"]["1"] == {"state": "finished", "contacts": CROWD, "of": CROWD}

    ran = _backfill(line)
    assert ran.code == 0, ran.err
    assert "bot 1: finished" in ran.out
    assert "--again" in ran.out
    assert f"contacts {CROWD} of {CROWD}" in ran.out
    client.close()


def test_a_stopped_sync_goes_on_where_it_was(line: Line) -> None:
    client = connect(line.settings)
    assert ask_sync(client, 1, "again").changed
    wait_until(lambda: (sync := sync_of(client, 1)) and sync.pages >= 2, what="two pages are read", every_s=0.005)
    assert ask_sync(client, 1, "stop").changed
    before = len(_listings(line))
    assert _row(line)["state"] == "finished"
    assert len(_listings(line)) - before <= PAGES - 1, "what was read is not read again"
    client.close()


def test_the_command_begins_it_anew_and_stops_it(line: Line) -> None:
    faults = f"{line.sandbox}/_sandbox/faults"
    httpx.post(faults, json={"status": 500, "calls": 1_000, "path": "getContacts"}).raise_for_status()
    assert _row(line, "--again", "--no-wait")["state"] == "running"
    stopped = _backfill(line, "--stop")
    assert (stopped.code, "bot 1: stopped" in stopped.out) == (0, True)
    httpx.delete(faults).raise_for_status()


def _listings(line: Line) -> list[dict[str, Any]]:
    return [call for call in line.calls() if call["path"].endswith("getContacts")]


def test_without_a_worker_it_stands_in_line(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("version: 1\nbot: 3\nrules: []\n", "utf-8")
    nobody = run(tmp_path, "backfill", DATA_DIR=str(tmp_path / "d"), PORT=str(free_port()))
    assert nobody.code == 1
    assert "the store cannot be reached" in nobody.err
    assert "Traceback" not in nobody.err


def test_a_wrong_use_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "backfill", "--again", "--stop").code == 2
