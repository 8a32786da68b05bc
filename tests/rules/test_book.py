"""The rules in force follow the file, and a bad file changes nothing."""

import os
from pathlib import Path

import pytest

from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, NotFound
from processor.fault import Fault
from processor.rules.book import LOOK_EVERY_MS, RulesBook
from processor.rules.check import check_file
from processor.rules.example import example_text, write_example
from tests.harness.rules import RULES_TEXT

OTHER_TEXT = RULES_TEXT.replace("bot: 1", "bot: 2")
BAD_TEXT = RULES_TEXT.replace("event:", "evnt:")


class HandClock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.ms = 0.0

    def now_ms(self) -> int:
        return int(self.ms)

    def monotonic_ms(self) -> float:
        return self.ms

    def sleep_ms(self, duration_ms: float) -> None:
        self.ms += duration_ms


class Shelf:
    """A book over a file, with what it told and a clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "rules.yaml"
        self.clock = HandClock()
        self.changes: list[Ruleset] = []
        self.faults: list[tuple[Fault, ...]] = []
        self.book = RulesBook(
            self.path,
            {},
            demo=False,
            clock=self.clock,
            on_change=self.changes.append,
            on_faults=self.faults.append,
        )
        self.put(RULES_TEXT)

    def put(self, text: str) -> None:
        """Write in place."""
        self.path.write_text(text, "utf-8")

    def swap(self, text: str) -> None:
        """Write beside and rename, as editors do."""
        draft = self.path.with_suffix(".new")
        draft.write_text(text, "utf-8")
        draft.replace(self.path)

    def bot_after(self, looks: int) -> int:
        """The bot of the rules in force after so many looks at the file."""
        for _ in range(looks):
            self.clock.sleep_ms(LOOK_EVERY_MS)
            self.book.current()
        return self.book.current().bot


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    made.book.load()
    return made


@pytest.mark.parametrize("how", ["put", "swap"])
def test_a_changed_file_takes_over(shelf: Shelf, how: str) -> None:
    """Written in place or replaced, once it stood still between two looks."""
    getattr(shelf, how)(OTHER_TEXT)
    assert shelf.book.current().bot == 1
    assert shelf.bot_after(2) == 2
    assert [rules.bot for rules in shelf.changes] == [1, 2]


def test_a_file_that_is_still_being_written_waits(shelf: Shelf) -> None:
    """The first half of a file may be good YAML: only one that stands still is read."""
    for length in range(len(OTHER_TEXT) - 40, len(OTHER_TEXT), 8):
        shelf.put(OTHER_TEXT[:length])
        assert shelf.bot_after(1) == 1
    shelf.put(OTHER_TEXT)
    assert shelf.bot_after(2) == 2
    assert shelf.faults == []


@pytest.mark.parametrize("how", ["put", "swap"])
def test_a_bad_edit_keeps_the_last_good_rules_until_it_is_mended(shelf: Shelf, how: str) -> None:
    """The faults are told once, and gone when the file is right again."""
    getattr(shelf, how)(BAD_TEXT)
    assert shelf.bot_after(5) == 1
    assert [fault.code for fault in shelf.book.faults] == ["path.unknown"]
    assert len(shelf.faults) == 1
    getattr(shelf, how)(OTHER_TEXT)
    assert shelf.bot_after(2) == 2
    assert shelf.book.faults == ()


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", "bot: 1 # Привет".encode("cp1251"), b"#" * 1_048_577])
def test_a_file_that_cannot_be_read_keeps_the_last_good_rules(shelf: Shelf, raw: bytes) -> None:
    """Empty, of another encoding, too large."""
    shelf.path.write_bytes(raw)
    assert shelf.bot_after(3) == 1
    assert len(shelf.book.faults) == 1


def test_a_file_that_went_away_keeps_the_last_good_rules(shelf: Shelf) -> None:
    """It is told as a fault, and the file is read when it comes back."""
    shelf.path.unlink()
    assert shelf.bot_after(3) == 1
    assert [fault.code for fault in shelf.book.faults] == ["file.missing"]
    shelf.put(OTHER_TEXT)
    assert shelf.bot_after(2) == 2


def test_going_back_to_the_text_in_force_ends_the_faults_without_a_change(shelf: Shelf) -> None:
    """Nothing changed, after all."""
    shelf.put(BAD_TEXT)
    shelf.bot_after(2)
    shelf.put(RULES_TEXT)
    shelf.bot_after(2)
    assert shelf.book.faults == ()
    assert len(shelf.changes) == 1


def test_an_edit_of_the_same_size_is_seen(shelf: Shelf) -> None:
    """By the time of its writing."""
    shelf.put(RULES_TEXT.replace("bot: 1", "bot: 3"))
    os.utime(shelf.path, ns=(0, 5))
    assert shelf.bot_after(2) == 3


def test_the_file_is_not_looked_at_before_its_time(shelf: Shelf) -> None:
    """`current` is asked for every delivery."""
    shelf.put(OTHER_TEXT)
    shelf.bot_after(1)
    shelf.clock.sleep_ms(LOOK_EVERY_MS - 1)
    assert shelf.book.current().bot == 1
    shelf.clock.sleep_ms(1)
    assert shelf.book.current().bot == 2


def test_starting_with_a_bad_or_missing_file_is_refused(tmp_path: Path) -> None:
    """There is no last good one yet."""
    shelf = Shelf(tmp_path)
    shelf.put(BAD_TEXT)
    with pytest.raises(FaultsFound):
        shelf.book.load()
    assert [fault.code for fault in shelf.book.faults] == ["path.unknown"]
    shelf.path.unlink()
    with pytest.raises(NotFound, match=r"rules\.yaml"):
        shelf.book.current()


def test_check_tells_faults_without_running_anything(tmp_path: Path) -> None:
    """None for a right file; the place of the first foreign byte for another encoding."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES_TEXT, "utf-8")
    assert check_file(path, {}) == ()
    path.write_bytes(b"version: 1\nunnamed: " + "Гость".encode("cp1251"))
    assert [str(fault.place) for fault in check_file(path, {})] == ["rules.yaml:2:10"]
    with pytest.raises(NotFound):
        check_file(tmp_path / "no.yaml", {})


def test_the_example_is_written_once(tmp_path: Path) -> None:
    """A file that is there is never touched, nothing else is left behind."""
    path = tmp_path / "conf" / "rules.yaml"
    assert write_example(path)
    assert path.read_text("utf-8") == example_text()
    path.write_text("mine", "utf-8")
    assert not write_example(path)
    assert path.read_text("utf-8") == "mine"
    assert [one.name for one in path.parent.iterdir()] == ["rules.yaml"]
