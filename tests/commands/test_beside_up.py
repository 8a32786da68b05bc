"""Commands beside a running `up` find it by its folder; a second `up` is refused clearly."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands.running import Ran, run
from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.line import Line
from tests.harness.ports import free_port

PHONES = ("79000000301", "79000000302")


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A running `up` that took in two orders."""
    with Line() as running:
        for number, phone in enumerate(PHONES, 1):
            body = woo_order(number=number, phone=f"+{phone}", total="10.00")
            headers = woo_headers(body, "demo-shop-secret")
            httpx.post(f"{running.url}/hooks/shop", content=body, headers=headers).raise_for_status()
        running.wait_until_quiet()
        yield running


def _beside(line: Line, *arguments: str, **environ: str) -> Ran:
    return run(line.folder, *arguments, **{"DATA_DIR": str(line.folder / "data"), **environ})


def test_events_are_listed_newest_first(line: Line) -> None:
    rows = json.loads(_beside(line, "events", "list", "--json").out)
    assert [row["contact"] for row in rows] == [f"1:whatsapp:+{phone}" for phone in reversed(PHONES)]
    assert len(json.loads(_beside(line, "events", "list", "--json", "--limit", "1").out)) == 1
    table = _beside(line, "events", "list").out
    assert all(row["id"] in table for row in rows), "an id can be copied from the table"


def test_an_unknown_event_is_told(line: Line) -> None:
    ran = _beside(line, "events", "show", "nobody")
    assert (ran.code, ran.out, ran.err.strip()) == (1, "", "no event nobody")


def test_an_event_of_the_journal_can_be_tried_with_other_rules(line: Line) -> None:
    event = json.loads(_beside(line, "events", "list", "--json").out)[0]["id"]
    text = (line.folder / "rules.yaml").read_text("utf-8").replace("at_least: 5000", "at_least: 5")
    (line.folder / "draft.yaml").write_text(text, "utf-8")
    ran = _beside(line, "try", "draft.yaml", "--source", "shop", event)
    assert ran.code == 0, ran.err
    assert "✓ Крупный заказ" in ran.out


def test_rules_are_checked_against_what_came(line: Line) -> None:
    """A rule that matched no event, and a value that came a little different; the file is right all the same."""
    text = (line.folder / "rules.yaml").read_text("utf-8").replace("[yandex, vk, telegram]", "[yandeks, vk]")
    (line.folder / "draft.yaml").write_text(text, "utf-8")
    alone, beside = _beside(line, "check", "draft.yaml"), _beside(line, "check", "draft.yaml", "--journal", "10")
    assert (alone.code, beside.code) == (0, 0), beside.err
    assert "matched none" not in alone.out
    assert 'rule "Крупный заказ" matched none of the latest events (2; of its type and source: 2)' in beside.out


def test_a_draft_is_rehearsed_on_the_journal_beside_the_running_rules(line: Line) -> None:
    text = (line.folder / "rules.yaml").read_text("utf-8").replace("at_least: 5000", "at_least: 5")
    (line.folder / "draft.yaml").write_text(text, "utf-8")
    calls = line.calls()
    ran = _beside(line, "rehearse", "draft.yaml")
    assert ran.code == 0, ran.err
    assert 'Will get tag "Крупный заказ": 2 contacts (+)' in ran.out
    # The tag and the status for each; all else was delivered already.
    assert "to publish and apply to these events, calls: 4, 2 s" in ran.out
    assert line.calls() == calls


def test_contacts_are_exported_as_csv_with_progress_on_the_other_stream(line: Line) -> None:
    ran = _beside(line, "contacts", "export")
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["phone"] for row in rows] == [f"+{phone}" for phone in PHONES]
    assert rows[0]["name"] == "Анна Примерова"
    assert "contacts: 2" in ran.err


def test_contacts_are_exported_as_json_lines_into_a_file(line: Line) -> None:
    ran = _beside(line, "contacts", "export", "--format", "jsonl", "-o", "out.jsonl", "--limit", "1")
    assert (ran.code, ran.out) == (0, "")
    (told,) = (line.folder / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(told)["phone"] == f"+{PHONES[0]}"
    assert (line.folder / "out.jsonl").stat().st_mode & 0o077 == 0, "people's data are for their owner"


def test_a_second_up_on_the_same_folder_is_refused(line: Line) -> None:
    ran = _beside(line, "up", PORT=str(free_port()))
    assert ran.code == 1
    assert "already runs on the folder" in ran.err
    assert str(line.process.pid if line.process else "") in ran.err
    assert "Traceback" not in ran.err
    assert line.ready(), "the first goes on"


def _rules(folder: Path, text: str | None = None) -> None:
    (folder / "rules.yaml").write_text(text or "version: 1\nbot: 1\nrules: []\n", "utf-8")


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for own in (port, port - 1):  # the receiver's own, and that of the sandbox beside it
            ran = run(tmp_path, "up", PORT=str(own), DATA_DIR=str(tmp_path / "d"))
            assert ran.code == 1
            assert f"cannot listen on 127.0.0.1:{port}" in ran.err
            assert "Traceback" not in ran.err


def test_broken_rules_are_told_whole_and_nothing_starts(tmp_path: Path) -> None:
    _rules(tmp_path, "version: 2\nbot: one\nruls: []\n")
    ran = run(tmp_path, "up", PORT=str(free_port()), DATA_DIR=str(tmp_path / "d"))
    assert ran.code == 1
    for place in ("rules.yaml:1:10", "rules.yaml:2:6", "rules.yaml:3:1"):
        assert place in ran.err
    assert not (tmp_path / "d").exists()


def test_a_data_folder_too_deep_for_a_socket_is_told(tmp_path: Path) -> None:
    _rules(tmp_path)
    ran = run(tmp_path, "up", PORT=str(free_port()), DATA_DIR=str(tmp_path / ("d" * 100)))
    assert ran.code == 1
    assert "Set a shorter DATA_DIR" in ran.err
    assert "Traceback" not in ran.err


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    _rules(tmp_path)
    (tmp_path / "file").write_text("", "utf-8")
    ran = run(tmp_path, "up", PORT=str(free_port()), DATA_DIR=str(tmp_path / "file" / "d"))
    assert ran.code == 1
    assert "data folder" in ran.err


@pytest.mark.parametrize(
    ("mark", "token", "said"),
    [
        ("sandbox", "a-real-token", "the folder {} is the sandbox's"),
        ("watbot", "", "the folder {} is the real Watbot's"),
    ],
)
def test_what_the_sandbox_knew_never_meets_the_real_watbot(tmp_path: Path, mark: str, token: str, said: str) -> None:
    """Its contact ids would name strangers there."""
    _rules(tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "watbot").write_text(f"{mark}\n", "utf-8")
    ran = run(tmp_path, "up", PORT=str(free_port()), DATA_DIR=str(tmp_path / "d"), WATBOT_API_TOKEN=token)
    assert ran.code == 1
    assert said.format(tmp_path / "d") in ran.err
