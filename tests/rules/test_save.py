"""Saving the rules file: whole or not at all, and everything about it stays as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from processor.errors import NotWritable
from processor.rules.save import save_rules

OLD, NEW = "version: 1\n", "version: 1\r\nbot: 1 # Бот"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A rules file."""
    made = tmp_path / "rules.yaml"
    made.write_text(OLD, "utf-8")
    return made


def test_the_text_is_replaced_byte_for_byte_and_nothing_is_left_beside_it(path: Path) -> None:
    """Line breaks as in the draft."""
    save_rules(path, NEW)
    assert path.read_bytes() == NEW.encode()
    assert [one.name for one in path.parent.iterdir()] == ["rules.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_stays(path: Path, mode: int) -> None:
    path.chmod(mode)
    save_rules(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_who_reads_meanwhile_has_the_old_file_whole(path: Path) -> None:
    with path.open("rb") as reading:
        save_rules(path, NEW)
        assert reading.read() == OLD.encode()


def test_a_link_goes_on_leading_to_the_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    link = tmp_path / "conf" / "rules.yaml"
    link.symlink_to("../rules.yaml")
    save_rules(link, NEW)
    assert os.readlink(link) == "../rules.yaml"
    assert path.read_bytes() == NEW.encode()


def test_a_read_only_file_is_told_and_left_alone(path: Path) -> None:
    """Renaming over it would work, but somebody meant it to stay."""
    path.chmod(0o444)
    with pytest.raises(NotWritable, match=r"rules\.yaml.*as it was"):
        save_rules(path, NEW)
    assert path.read_text("utf-8") == OLD
    assert [one.name for one in path.parent.iterdir()] == ["rules.yaml"]


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    """Whoever took it away meant that."""
    with pytest.raises(NotWritable):
        save_rules(tmp_path / "rules.yaml", NEW)
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_publisher_left_is_cleared_away(path: Path) -> None:
    (path.parent / ".rules.yaml.x1.new").write_text("half", "utf-8")
    save_rules(path, NEW)
    assert [one.name for one in path.parent.iterdir()] == ["rules.yaml"]
