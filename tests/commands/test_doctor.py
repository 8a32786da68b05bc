"""`doctor` beside a running `up`, and against both readings of Watbot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from processor.store.account import account, belongs_to, learn
from processor.store.pace import resting
from tests.commands.running import Ran, run
from tests.harness.line import Line
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess

TOKEN = "right-token"
PHONE = "+7 900 000-00-01"
RULES = "version: 1\nbot: 1\nsources: {}\nrules: []\n"
CHECKS = ["settings", "rules", "store", "durability", "clock", "workers", "watbot", "tags"]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A running `up` with its sandbox."""
    with Line() as running:
        yield running


@pytest.fixture(params=["add", "replace"])
def watbot(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    """Watbot in either reading, with one contact."""
    with SandboxProcess(tags=request.param, token=TOKEN) as process:
        body = {
            "bot_id": 1,
            "messenger": "whatsapp",
            "phone": "+79000000001",
            "name": "Анна",
            "tags": ["бот", "Давний"],
        }
        httpx.post(f"{process.url}/createOrUpdateContact?api_token={TOKEN}", json=body).raise_for_status()
        yield process


def _doctor(folder: Path, store: StoreProcess, watbot: SandboxProcess, *options: str, token: str = TOKEN) -> Ran:
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    data = str(store.settings.data_dir.absolute())
    address = {"WATBOT_BASE_URL": watbot.url, "WATBOT_API_TOKEN": token, "WATBOT_RATE": "1000/s"}
    return run(folder, "doctor", *options, DATA_DIR=data, **address)


def _states(ran: Ran) -> dict[str, Any]:
    return {row["check"]: row["state"] for row in json.loads(ran.out)}


def test_beside_up_all_is_well(line: Line) -> None:
    ran = run(line.folder, "doctor", DATA_DIR=str(line.folder / "data"))
    assert ran.code == 0, ran.out + ran.err
    assert [row.split()[0] for row in ran.out.splitlines()] == ["OK"] * len(CHECKS)
    ran = run(line.folder, "doctor", "--json", DATA_DIR=str(line.folder / "data"))
    assert list(_states(ran)) == CHECKS
    assert set(_states(ran).values()) == {"ok"}, "also what lists do: the sandbox was started so"


def test_the_probe_tells_every_worker_what_lists_do(
    watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> None:
    before = _doctor(tmp_path, store_process, watbot, "--json")
    assert (before.code, _states(before)["tags"]) == (1, "note"), "no worker is there"
    assert [call["path"].rpartition("/")[2] for call in watbot.calls()][1:] == ["getContacts"], "one cheap call"

    ran = _doctor(tmp_path, store_process, watbot, "--probe", PHONE, "--json")
    assert {name: _states(ran)[name] for name in ("watbot", "probe", "tags")} == dict.fromkeys(
        ("watbot", "probe", "tags"), "ok"
    )
    assert account(store).tags == watbot.tags
    (contact,) = watbot.contacts()
    assert (contact["name"], contact["tags"]) == ("Анна", ["бот", "Давний"])
    assert store.zcard("wh:pace:slots") >= 8, "every call took its turn"


@pytest.mark.parametrize("watbot", ["add"], indirect=True)
def test_what_is_no_contact_is_wrong_use_and_an_unknown_one_a_fault(
    watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> None:
    for text in ("", "+3", "1:icq:5", "анна"):
        assert _doctor(tmp_path, store_process, watbot, "--probe", text).code == 2, text
    ran = _doctor(tmp_path, store_process, watbot, "--probe", "777", "--json")
    assert (_states(ran)["probe"], len(watbot.contacts())) == ("wrong", 1)
    assert _states(_doctor(tmp_path, store_process, watbot, "--probe", "1", "--json"))["probe"] == "ok", "by its number"


@pytest.mark.parametrize("watbot", ["add"], indirect=True)
def test_a_refused_token_is_said_and_rests_the_account(
    watbot: SandboxProcess, store: redis.Redis, store_process: StoreProcess, tmp_path: Path
) -> None:
    ran = _doctor(tmp_path, store_process, watbot, token="wrong-token")
    assert ran.code == 1
    assert "WRONG" in next(row for row in ran.out.splitlines() if "Watbot:" in row)
    assert "wrong-token" not in ran.out + ran.err
    rest = resting(store)
    assert rest is not None
    assert rest[1] == "token_refused"
    again = _doctor(tmp_path, store_process, watbot, token="wrong-token")
    assert "token_refused" in again.out
    assert len(watbot.calls()) == 2, "while the account rests nobody is asked"


def test_faults_of_settings_rules_and_store_are_told_with_what_to_do(tmp_path: Path) -> None:
    ran = run(tmp_path, "doctor", PORT="many")
    assert (ran.code, ran.out.split()[:2]) == (1, ["WRONG", "settings:"])
    (tmp_path / "rules.yaml").write_text("version: 1\nbot: 1\nrulez: []\n", "utf-8")
    ran = run(tmp_path, "doctor")
    assert ran.code == 1
    assert "rulez" in ran.out
    assert "start `watbot-hooks up`" in ran.out
    russian = run(tmp_path, "doctor", LANGUAGE="ru")
    assert "ОШИБКА" in russian.out


def test_what_was_learnt_of_the_sandbox_says_nothing_of_the_real_watbot(store: redis.Redis) -> None:
    belongs_to(store, "http://127.0.0.1:8001/api/v1", tags="add")
    learn(store, utm="stored")
    belongs_to(store, "http://127.0.0.1:8001/api/v1")
    assert (account(store).tags, account(store).utm) == ("add", "stored")
    belongs_to(store, "https://watbot.ru/api/v1")
    assert (account(store).tags, account(store).utm) == ("unknown", "unknown")
