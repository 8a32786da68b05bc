"""5. Rules change while everything runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness.line import Line
from tests.harness.waiting import wait_until
from tests.story.senders import Shop


@pytest.fixture
def rules_file(line: Line) -> Iterator[Path]:
    """The rules.yaml of the running line; after the story it is what it was."""
    file = line.folder / "rules.yaml"
    text, version = file.read_text("utf-8"), _rules_of(line)["version"]
    yield file
    file.write_text(text, "utf-8")
    wait_until(lambda: (_rules_of(line)["version"], _rules_of(line)["faults"]) == (version, []))


def _rules_of(line: Line) -> dict[str, Any]:
    rules: dict[str, Any] = httpx.get(f"{line.url}/readyz").json()["checks"]["rules"]
    return rules


def test_a_saved_file_rules_within_seconds_and_nothing_restarts(line: Line, shop: Shop, rules_file: Path) -> None:
    """The running processes see the new file by themselves, each with its next look at it; orders then obey it."""
    before, processes = _rules_of(line)["version"], line.children()
    rules_file.write_text(rules_file.read_text("utf-8").replace("[Покупатель,", "[Клиент магазина,"), "utf-8")
    wait_until(lambda: _rules_of(line)["version"] != before, what="the new rules are in force")

    numbers = count(1)

    def obeyed() -> bool:
        number = next(numbers)
        shop.sends(number=5100 + number, phone=f"+7 900 000-51-{number:02}")
        line.wait_until_quiet()
        return "Клиент магазина" in line.contacts()[f"790000051{number:02}"]["tags"]

    wait_until(obeyed, timeout_s=20, what="orders obey it")
    assert line.children() == processes


def test_a_wrong_file_changes_nothing_and_is_told(line: Line, shop: Shop, rules_file: Path) -> None:
    """The last good rules go on; /readyz stays ready and says what is wrong, and where."""
    version = _rules_of(line)["version"]
    right, wrong = rules_file.read_text("utf-8"), "tag: Крупный заказ"
    rules_file.write_text(right.replace("tags: Крупный заказ", wrong), "utf-8")
    wait_until(lambda: _rules_of(line)["faults"], what="the faults are shown")

    rules = _rules_of(line)
    assert rules["version"] == version
    line_number = right.splitlines().index("      tags: Крупный заказ") + 1
    assert f"rules.yaml:{line_number}:7" in rules["faults"][0]
    assert 'did you mean "tags"' in rules["faults"][0]
    assert shop.sends(number=5002, phone="+7 900 000-05-02").status_code == 202
    line.wait_until_quiet()
    assert "Крупный заказ" in line.contacts()["79000000502"]["tags"]
