"""`rules`: the book of versions from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.commands.running import Ran, run
from tests.harness.rules import RULES_TEXT
from tests.harness.store import StoreProcess

BOT_2 = RULES_TEXT.replace("bot: 1", "bot: 2")


class Desk:
    """A folder with a rules file and a draft, and commands in it over a real store."""

    def __init__(self, process: StoreProcess, folder: Path) -> None:
        self.folder = folder
        self._data = str(process.folder)
        self.path, self.draft = folder / "rules.yaml", folder / "draft.yaml"
        self.path.write_text(RULES_TEXT, "utf-8")
        self.draft.write_text(BOT_2, "utf-8")

    def rules(self, *arguments: str, **environ: str) -> Ran:
        """`watbot-hooks rules ...`."""
        return run(self.folder, "rules", *arguments, DATA_DIR=self._data, **environ)

    def told(self, *arguments: str) -> Any:
        """What it tells programs; it must end well."""
        ran = self.rules(*arguments, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)


@pytest.fixture
def desk(store_process: StoreProcess, store: redis.Redis, tmp_path: Path) -> Desk:
    """An empty store and a folder."""
    assert store
    return Desk(store_process, tmp_path)


def test_versions_are_published_listed_compared_and_rolled_back(desk: Desk) -> None:
    assert [one["number"] for one in desk.told("list")] == [1], "the file that is met first is a version"
    shown = desk.rules("publish", "draft.yaml", "--note", "Второй бот", "--author", "anna")
    assert (shown.code, shown.err) == (0, "")
    assert re.fullmatch(r"version 2 \([0-9a-f]{12}\): published\n", shown.out)
    assert desk.path.read_text("utf-8") == BOT_2

    assert desk.rules("diff").out.splitlines()[2:] == [
        "@@ -1,5 +1,5 @@",
        " version: 1",
        "-bot: 1",
        "+bot: 2",
        " sources:",
        "   shop: {preset: woocommerce, secret: ***}",
        "   landing: {preset: tilda, secret: ***}",
    ]
    assert "+bot: 1" in desk.rules("diff", "2", "1").out
    assert desk.rules("diff", "2").out == "the same\n"

    done = desk.told("rollback", "1", "--note", "Назад")
    assert (done["number"], done["of"], done["sort"], done["note"]) == (3, 1, "rolled_back", "Назад")
    assert done["author"]
    assert desk.path.read_text("utf-8") == RULES_TEXT
    lines = desk.rules("list", LANGUAGE="ru").out.splitlines()
    assert lines[0].split()[:2] == ["номер", "версия"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1"]
    assert "возвращена ← 1" in lines[1]
    assert "Второй бот" in lines[2]
    assert desk.told("list", "--limit", "1")[0]["number"] == 3


def test_a_version_is_shown_without_its_secrets(desk: Desk) -> None:
    desk.rules("list")
    shown = desk.rules("show", "1").out
    assert "# secrets are masked" in shown
    assert "demo-shop-secret" not in shown
    assert "shop: {preset: woocommerce, secret: ***}" in shown
    whole = desk.told("show", "1")
    assert whole["author"] == "file"
    assert "demo-shop-secret" not in whole["text"]


def test_a_conflict_and_faults_are_told_and_nothing_is_written(desk: Desk) -> None:
    desk.rules("list")
    desk.path.write_text(RULES_TEXT.replace("bot: 1", "bot: 7"), "utf-8")
    ran = desk.rules("publish", "draft.yaml", "--note", "x", "--base", "1")
    assert ran.code == 1
    assert {"-bot: 7", "+bot: 2"} <= set(ran.err.splitlines())
    assert "bot: 7" in desk.path.read_text("utf-8")
    assert len(desk.told("list")) == 2, "the change by hand is in the book"
    assert desk.rules("publish", "draft.yaml", "--note", "x", "--base", "2").code == 0

    desk.draft.write_text(BOT_2.replace("event:", "evnt:"), "utf-8")
    ran = desk.rules("publish", "draft.yaml", "--note", "x")
    assert ran.code == 1
    assert "evnt" in ran.err
    assert desk.path.read_text("utf-8") == BOT_2


def test_wrong_use_and_missing_versions(desk: Desk) -> None:
    assert desk.rules("publish", "draft.yaml").code == 2, "why is asked of everybody"
    assert desk.rules("publish", "none.yaml", "--note", "x").code == 1
    assert desk.rules("show", "4").err == "no version 4\n"
    assert desk.rules("diff").code == 0 or "no versions" in desk.rules("diff").err
    assert desk.rules("rollback", "x", "--note", "x").code == 2
    assert desk.rules("publish", "draft.yaml", "--note", "x", "--base", "9").code == 1


def test_a_wrong_file_on_disk_is_told_beside_the_list(desk: Desk) -> None:
    desk.rules("list")
    desk.path.write_text("rules: [", "utf-8")
    ran = desk.rules("list")
    assert ran.code == 0
    assert "rules.yaml:1:8" in ran.err
    assert len(ran.out.splitlines()) == 2
