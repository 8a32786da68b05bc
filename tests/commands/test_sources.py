"""`sources`: the address to paste, what proves whom, and no secret anywhere."""

from __future__ import annotations

import json
from pathlib import Path

from processor.domain.sender import SENDERS
from tests.commands.running import run

RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: [secret-number-one, secret-number-two]}
  crm: {preset: generic, token: token-number-one, addresses: 192.0.2.0/24}
  open: {preset: generic, proof: none}
  quiz: {preset: marquiz, token: token-number-one}
rules: []
"""


def test_each_source_has_its_address_and_its_proof(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    ran = run(tmp_path, "sources", PUBLIC_URL="https://hooks.example.ru/")
    lines = [line.split() for line in ran.out.splitlines()]
    assert (ran.code, len(lines)) == (0, 5)
    assert lines[1] == ["shop", "WooCommerce", "secret", "×2", "https://hooks.example.ru/hooks/shop"]
    assert lines[2] == ["crm", "any", "sender", "token", "+", "addresses", "https://hooks.example.ru/hooks/crm"]
    assert lines[3][-1] == "https://hooks.example.ru/hooks/open"
    assert lines[4][-1] == "https://hooks.example.ru/hooks/quiz?token=YOUR_TOKEN"


def test_what_nobody_proves_and_what_nobody_reaches_is_said(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    ran = run(tmp_path, "sources")
    assert "NOTHING (proof: none)" in ran.out
    assert "http://127.0.0.1:8000/hooks/open" in ran.out
    assert "Anybody can send events" in ran.err
    assert "PUBLIC_URL" in ran.err
    russian = run(tmp_path, "sources", LANGUAGE="ru")
    assert "НИЧЕМ" in russian.out
    assert "кто угодно" in russian.err


def test_no_secret_is_shown(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    for arguments in ((), ("--json",)):
        ran = run(tmp_path, "sources", *arguments)
        assert ran.code == 0
        assert "number-one" not in ran.out + ran.err
    told = json.loads(run(tmp_path, "sources", "--json").out)
    assert [(one["source"], one["secrets"], one["tokens"], one["proof"]) for one in told] == [
        ("shop", 2, 0, "preset"),
        ("crm", 0, 1, "preset"),
        ("open", 0, 0, "none"),
        ("quiz", 0, 1, "preset"),
    ]


def test_every_sender_can_be_looked_up(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "sources", "--all", "--json").out)
    assert sorted(one["preset"] for one in told) == sorted(SENDERS)
    assert "woocommerce" in run(tmp_path, "sources", "--all").out


def test_a_wrong_file_is_told_with_its_places(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES.replace("generic,", "genric,", 1), "utf-8")
    ran = run(tmp_path, "sources")
    assert ran.code == 1
    assert "rules.yaml:5:17" in ran.err
