"""Wrong use ends with 2 and says what is right; a command that lacks what it needs ends with 1 and says what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import run
from tests.harness.rules import RULES_TEXT

WRONG_USE = (
    ("chek",),
    ("up", "--fast"),
    ("events",),
    ("events", "show"),
    ("events", "list", "--limit", "0"),
    ("contacts", "export", "--format", "xml"),
    ("contacts", "export", "--bot", "0"),
    ("contacts", "export", "--date-from", "yesterday"),
    ("settings", "extra"),
    ("sandbox", "--tags", "both"),
)


@pytest.mark.parametrize("arguments", WRONG_USE, ids=" ".join)
def test_wrong_use_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run(tmp_path, *arguments)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_a_worker_without_token_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    ran = run(tmp_path, "work")
    assert ran.code == 1
    assert "WATBOT_API_TOKEN is not set" in ran.err
    assert "WATBOT_API_TOKEN" in run(tmp_path, "work", LANGUAGE="ru").err
    assert "Traceback" not in ran.err


def test_listings_without_a_store_say_that_there_is_none(tmp_path: Path) -> None:
    for arguments in (("events", "list"), ("events", "show", "x")):
        ran = run(tmp_path, *arguments)
        assert ran.code == 1
        assert "cannot be reached" in ran.err
        assert "Traceback" not in ran.err


def test_an_export_without_a_token_says_what_it_needs(tmp_path: Path) -> None:
    ran = run(tmp_path, "contacts", "export")
    assert (ran.code, ran.out) == (1, "")
    assert "WATBOT_API_TOKEN" in ran.err
