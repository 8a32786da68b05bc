"""`check`: all faults of a rules file at once, with their places, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import run
from tests.harness.rules import RULES_TEXT

FAULTY = """\
version: 1
bot: one
sources:
  shop: {preset: woocomerce, secret: s}
rules:
  - name: r
    when: {event: order.created}
    than: {tags: [a]}
"""
PLACES = ("rules.yaml:2:6", "rules.yaml:4:18", "rules.yaml:8:5")


def test_a_right_file_is_fine(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    ran = run(tmp_path, "check")
    assert (ran.code, ran.out.strip(), ran.err) == (0, "rules.yaml: fine", "")


@pytest.mark.parametrize(("language", "told"), [("en", "can never match"), ("ru", "не сработает никогда")])
def test_a_warning_keeps_no_file_from_being_right(tmp_path: Path, language: str, told: str) -> None:
    impossible = RULES_TEXT.replace("{event: order.created}", "{event: order.created, order.total: {is: 1, not: 1}}")
    (tmp_path / "rules.yaml").write_text(impossible, "utf-8")
    ran = run(tmp_path, "check", LANGUAGE=language)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out


@pytest.mark.parametrize(
    ("language", "hint"), [("en", 'did you mean "woocommerce"?'), ("ru", "может быть, «woocommerce»?")]
)
def test_a_wrong_file_is_told_whole_in_the_language_wanted(tmp_path: Path, language: str, hint: str) -> None:
    (tmp_path / "other.yaml").write_text(FAULTY, "utf-8")
    ran = run(tmp_path, "check", "other.yaml", LANGUAGE=language)
    assert ran.code == 1
    for place in PLACES:
        assert place.replace("rules", "other") in ran.out
    assert hint in ran.out
    assert "Traceback" not in ran.err


def test_an_example_secret_is_good_for_the_sandbox_only(tmp_path: Path) -> None:
    text = RULES_TEXT.replace("demo-shop-secret", "${SHOP_SECRET:-example}")
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    assert run(tmp_path, "check").code == 0
    with_token = run(tmp_path, "check", WATBOT_API_TOKEN="real")
    assert with_token.code == 1
    assert "SHOP_SECRET" in with_token.out
    assert run(tmp_path, "check", WATBOT_API_TOKEN="real", SHOP_SECRET="s").code == 0


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    ran = run(tmp_path, "check", "nowhere.yaml")
    assert ran.code == 1
    assert "nowhere.yaml" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
