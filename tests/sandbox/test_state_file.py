"""The state file: always whole, and a damaged one is set aside."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from processor.sandbox.contact import Upsert
from processor.sandbox.contacts import ContactBook, Saved
from processor.sandbox.state_file import DamagedError, load, save, set_aside
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until
from tests.sandbox.conftest import api_client
from tests.sandbox.people import ANNA, BORIS

CONTACT = {"id": 1, "bot_id": 1, "messenger": "vk", "name": "Глеб", "created_s": 1, "vk_id": 5}


def full_state() -> Saved:
    """A state with something of everything."""
    book = ContactBook()
    contact = book.upsert(Upsert(**BORIS, tags=("a", "б"), utm={"utm_source": "vk"}), 1_700_000_000)
    book.set_variable(contact.id, "Заказ", "1", False)
    book.set_status(contact.id, "Новый")
    return book.saved()


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """Everything, and nothing is left lying beside the file."""
    path = tmp_path / "new" / "state.json"
    for saved in (Saved(), full_state()):
        save(path, saved)
        assert load(path) == saved
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


def test_no_file_is_no_state(tmp_path: Path) -> None:
    """A first start."""
    assert load(tmp_path / "state.json") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        json.dumps({"version": 2}).encode(),
        json.dumps({"contacts": [{"id": 1}]}).encode(),
        json.dumps({"contacts": [{**CONTACT, "vk_id": None}]}).encode(),
        json.dumps({"contacts": [{**CONTACT, "messenger": "icq"}]}).encode(),
        json.dumps({"contacts": [CONTACT, CONTACT]}).encode(),
        json.dumps({"contacts": [CONTACT, {**CONTACT, "id": 2}]}).encode(),
        json.dumps({"contacts": [CONTACT, {**CONTACT, "vk_id": 6}]}).encode(),
    ],
)
def test_a_damaged_file_is_known_as_such(tmp_path: Path, content: bytes) -> None:
    """Half a file, another version, or contacts that cannot be."""
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        load(path)


def test_a_file_set_aside_keeps_its_content(tmp_path: Path) -> None:
    """Under a name that tells when."""
    path = tmp_path / "state.json"
    path.write_bytes(b"{")
    aside = set_aside(path, 1_700_000_000)
    assert (aside.name, aside.read_bytes(), path.exists()) == ("state.json.damaged-1700000000", b"{", False)


def test_contacts_survive_a_stop_and_a_kill(tmp_path: Path) -> None:
    """A stop saves what was not yet saved; a kill loses at most the last moments."""
    path = tmp_path / "state.json"
    with SandboxProcess(state=path) as sandbox, api_client(sandbox) as api:
        api.post("/createOrUpdateContact", json={**ANNA, "tags": ["a"]})
        assert sandbox.stop() == 0
        sandbox.start()
        before = sandbox.contacts()
        assert [(contact["name"], contact["tags"]) for contact in before] == [("Анна", ["a"])]
        api.post("/createOrUpdateContact", json=BORIS)
        wait_until(lambda: "Борис" in path.read_text(), what="Борис is saved")
        sandbox.kill()
        sandbox.start()
        assert [contact["name"] for contact in sandbox.contacts()] == ["Анна", "Борис"]


def test_a_damaged_file_never_keeps_the_sandbox_from_starting(tmp_path: Path) -> None:
    """It says so in both languages, and starts empty."""
    path = tmp_path / "state.json"
    path.write_bytes(b'{"contacts": [')
    with SandboxProcess(state=path) as sandbox:
        assert sandbox.contacts() == []
        assert "повреждён" in sandbox.output()
        assert "is damaged" in sandbox.output()
    [aside] = tmp_path.glob("state.json.damaged-*")
    assert aside.read_bytes() == b'{"contacts": ['


def test_a_disk_that_refuses_is_reported_once_and_calls_go_on(tmp_path: Path) -> None:
    """The contacts are in memory, and the person knows; when the disk is well again, they are saved."""
    path = tmp_path / "state.json"
    blocked = tmp_path / "state.json.tmp"
    blocked.mkdir()
    with SandboxProcess(state=path) as sandbox, api_client(sandbox) as api:
        for person in (ANNA, BORIS):
            assert api.post("/createOrUpdateContact", json=person).status_code == 200
            wait_until(lambda: "Cannot save" in sandbox.output())
        assert sandbox.output().count("Cannot save") == 1
        blocked.rmdir()
        wait_until(path.exists, what="the state is saved after all")
        assert [contact["name"] for contact in saved_contacts(path)] == ["Анна", "Борис"]


def test_under_a_heavy_load_saves_are_few(tmp_path: Path) -> None:
    """Many calls, few saves: a call never waits for the disk."""
    path = tmp_path / "state.json"
    with SandboxProcess(state=path) as sandbox, api_client(sandbox) as api:
        started, inodes = time.monotonic(), set[int]()
        for number in range(300):
            api.post("/createOrUpdateContact", json={**BORIS, "telegram_id": number + 1})
            if path.exists():
                inodes.add(path.stat().st_ino)
        took_s = time.monotonic() - started
        assert len(inodes) <= took_s * 10 + 2
        assert sandbox.stop() == 0
        assert len(saved_contacts(path)) == 300


def saved_contacts(path: Path) -> list[dict[str, Any]]:
    """The contacts in the file."""
    contacts: list[dict[str, Any]] = json.loads(path.read_bytes())["contacts"]
    return contacts
