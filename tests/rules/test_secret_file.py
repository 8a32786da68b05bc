"""Secrets that the console keeps: in `.env` beside the rules file, known to every reader without a restart."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from processor.clock import SystemClock
from processor.errors import NotWritable
from processor.rules.book import RulesBook
from processor.rules.environ import RulesEnviron
from processor.rules.secret_file import keep_secret, may_keep, name_for, take_back
from tests.harness.waiting import wait_until

RULES = 'version: 1\nbot: 1\nsources:\n  landing: {preset: tilda, secret: "${LANDING_SECRET}"}\nrules: []\n'
ODD = ("plain-1_2.3", "with space", "it's", 'a"b', "back\\slash\\", "#hash $NAME ${NAME}", "ключ", "a=b", "\\'")


def _known(folder: Path, **environ: str) -> RulesEnviron:
    return RulesEnviron(environ, folder / "rules.yaml", folder)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("value", ODD)
def test_any_secret_is_read_back_as_it_was_given(tmp_path: Path, value: str) -> None:
    known = _known(tmp_path)
    keep_secret(known, "NAME_1", value)
    assert known["NAME_1"] == value
    assert _mode(tmp_path / ".env") == 0o600


@pytest.mark.parametrize("before", [b"", b"A=1\n", b"# comment\r\nB='x y'", b"\xd0\xba=1\n\n\n"])
def test_what_stood_there_stays_byte_for_byte(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(before)
    path.chmod(0o644)
    known = _known(tmp_path)
    keep_secret(known, "NEW", "value")
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().removeprefix(before).strip() == b"NEW=value"
    assert _mode(path) == 0o640, "others read it no longer"
    take_back(known, "NEW", "value")
    if before:
        assert path.read_bytes() == before.rstrip(b"\n") + (b"\n" * (len(before) - len(before.rstrip(b"\n"))) or b"\n")
    else:
        assert not path.exists()


def test_a_secret_that_would_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPEN='never closed\n")
    known = _known(tmp_path, TAKEN="the environment's")
    with pytest.raises(NotWritable):
        keep_secret(known, "TAKEN", "another")
    assert (tmp_path / ".env").read_text() == "OPEN='never closed\n"


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("")
    (tmp_path / ".env").symlink_to(tmp_path / "secrets")
    assert not may_keep(tmp_path / ".env")
    with pytest.raises(NotWritable):
        keep_secret(_known(tmp_path), "A", "b")


def test_names_are_free_and_fit_for_a_shell(tmp_path: Path) -> None:
    assert name_for("my-shop.2", "secret", {}) == "MY_SHOP_2_SECRET"
    assert name_for("1c", "token", {}) == "_1C_TOKEN"
    assert name_for("shop", "token", {"SHOP_TOKEN", "SHOP_TOKEN_2_FILE"}) == "SHOP_TOKEN_3"


def test_the_environment_counts_before_both_files(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / ".env").write_text("A=work\nB=work\n")
    (tmp_path / ".env").write_text("A=rules\nB=rules\nC=rules\n")
    known = RulesEnviron({"A": "environ"}, tmp_path / "rules.yaml", work)
    assert {name: known[name] for name in "ABC"} == {"A": "environ", "B": "work", "C": "rules"}


def test_running_rules_know_a_new_secret_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    known = _known(tmp_path)
    keep_secret(known, "LANDING_SECRET", "first")
    book = RulesBook(tmp_path / "rules.yaml", known, demo=False, clock=SystemClock(), watched=known.files)
    assert book.load().sources["landing"].secrets == ("first",)
    (tmp_path / ".env").write_text("LANDING_SECRET=second\n")
    wait_until(lambda: book.current().sources["landing"].secrets == ("second",), timeout_s=10)
