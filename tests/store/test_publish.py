"""Publishing: the file holds the draft or is as it was, and every version of it is in the book."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from processor.clock import SystemClock
from processor.errors import Conflict, FaultsFound, NotFound, NotWritable
from processor.publish import Publisher
from processor.rules.version import version_of
from processor.store.keys import name_of
from processor.store.versions import Version, begin, newest, versions
from tests.harness.rules import RULES_TEXT

BOT_2, BOT_3 = (RULES_TEXT.replace("bot: 1", f"bot: {bot}") for bot in (2, 3))
BAD = RULES_TEXT.replace("event:", "evnt:")
BASE = version_of(RULES_TEXT)


@pytest.fixture
def publisher(store: redis.Redis, tmp_path: Path) -> Publisher:
    """A publisher over a file that is recorded already."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES_TEXT, "utf-8")
    made = Publisher(store, path, {}, demo=False, clock=SystemClock())
    made.notice()
    return made


def _text(publisher: Publisher) -> str:
    return publisher.path.read_text("utf-8")


def _book(publisher: Publisher) -> list[tuple[int, str, str, str]]:
    return [(one.number, one.author, one.sort, one.note) for one in versions(publisher.client)]


def _publish(publisher: Publisher, draft: str, base: str = BASE, author: str = "anna") -> Version:
    return publisher.publish(draft, base=base, author=author, note="Второй бот")


def test_a_draft_becomes_the_file_and_a_version(publisher: Publisher) -> None:
    done = _publish(publisher, BOT_2)
    assert _text(publisher) == BOT_2
    assert (done.number, done.parent, done.version, done.size_bytes) == (2, 1, version_of(BOT_2), len(BOT_2.encode()))
    assert _book(publisher) == [(2, "anna", "published", "Второй бот"), (1, "file", "changed", "")]


def test_a_wrong_draft_is_refused_with_its_faults(publisher: Publisher) -> None:
    with pytest.raises(FaultsFound):
        _publish(publisher, BAD)
    assert _text(publisher) == RULES_TEXT
    assert len(_book(publisher)) == 1


def test_a_file_that_changed_meanwhile_is_never_overwritten(publisher: Publisher) -> None:
    """The error shows how the draft differs from what the file holds now, in both languages, without secrets."""
    publisher.path.write_text(BOT_3, "utf-8")
    with pytest.raises(Conflict) as found:
        _publish(publisher, BOT_2)
    assert _text(publisher) == BOT_3
    assert {"-bot: 3", "+bot: 2"} <= set(found.value.diff)
    assert found.value.found == version_of(BOT_3)
    assert "ничего не записано" in found.value.say("ru")
    assert "+bot: 2" in found.value.say("en")
    assert "demo-shop-secret" not in found.value.say("en")
    again = _publish(publisher, BOT_2, base=version_of(BOT_3))
    assert again.number == 3, "the change by hand is the version before it"
    assert [one[1] for one in _book(publisher)] == ["anna", "file", "file"]


def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(publisher: Publisher) -> None:
    told: list[Exception] = []
    start = threading.Barrier(2)

    def run(bot: str) -> None:
        start.wait()
        try:
            _publish(publisher, bot, author=bot[11:17])
        except Conflict as error:
            told.append(error)

    threads = [threading.Thread(target=run, args=(bot,)) for bot in (BOT_2, BOT_3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert len(_book(publisher)) == 2
    last = newest(publisher.client)
    assert last is not None
    assert last.version == version_of(_text(publisher))


def test_whoever_waits_for_a_publisher_that_hangs_is_told(publisher: Publisher) -> None:
    last = newest(publisher.client)
    assert last is not None
    assert begin(publisher.client, "hangs", _another(last))
    with pytest.raises(Conflict, match="somebody else"):
        _publish(replace(publisher, clock=_Hasty()), BOT_2)
    assert _text(publisher) == RULES_TEXT


def _another(version: Version) -> Version:
    """The same as another publication."""
    return Version(version.version, "x", 1, "published", 1, id="x")


class _Hasty(SystemClock):
    """A clock whose waiting takes no time."""

    def __init__(self) -> None:
        self.slept_ms = 0.0

    def monotonic_ms(self) -> float:
        return super().monotonic_ms() + self.slept_ms

    def sleep_ms(self, duration_ms: float) -> None:
        self.slept_ms += duration_ms


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(publisher: Publisher) -> None:
    publisher.path.chmod(0o444)
    with pytest.raises(NotWritable):
        _publish(publisher, BOT_2)
    assert _text(publisher) == RULES_TEXT
    publisher.path.chmod(0o644)
    assert _publish(publisher, BOT_2).number == 2, "nobody holds the turn"


def test_an_older_version_is_published_again(publisher: Publisher) -> None:
    _publish(publisher, BOT_2)
    done = publisher.roll_back(1, author="boris", note="Назад")
    assert _text(publisher) == RULES_TEXT
    assert (done.number, done.sort, done.of, done.author, done.note) == (3, "rolled_back", 1, "boris", "Назад")
    with pytest.raises(NotFound):
        publisher.roll_back(9, author="boris", note="Назад")
    with pytest.raises(Conflict):
        publisher.roll_back(2, author="boris", note="Вперёд", base="another")


def test_a_change_by_hand_is_recorded_once_with_its_time_and_owner(publisher: Publisher) -> None:
    publisher.path.write_text(BOT_2, "utf-8")
    moment_ms = os.stat(publisher.path).st_mtime_ns // 1_000_000
    assert publisher.notice() is not None
    assert publisher.notice() is None
    last = newest(publisher.client)
    assert last is not None
    assert (last.author, last.sort, last.at_ms, bool(last.owner)) == ("file", "changed", moment_ms, True)
    assert len(_book(publisher)) == 2


def test_a_wrong_file_is_no_version_and_may_be_replaced(publisher: Publisher) -> None:
    publisher.path.write_text(BAD, "utf-8")
    with pytest.raises(FaultsFound):
        publisher.notice()
    assert len(_book(publisher)) == 1
    assert _publish(publisher, BOT_2, base=version_of(BAD)).number == 2


def test_publishing_what_the_file_already_says_writes_nothing_new(publisher: Publisher) -> None:
    done = _publish(publisher, RULES_TEXT, base="whatever")
    assert done.number == 1
    publisher.path.write_text(BOT_2, "utf-8")
    named = _publish(publisher, BOT_2)
    assert (named.number, named.author, named.note) == (2, "anna", "Второй бот"), "edited in place, then explained"


def test_a_crash_between_writing_and_recording_loses_nothing(publisher: Publisher) -> None:
    """Whoever looks next records author and note of who was publishing."""
    entry = Version(version_of(BOT_2), "anna", 1, "published", 1, note="Второй бот", id="x")
    assert begin(publisher.client, "died", entry)
    publisher.path.write_text(BOT_2, "utf-8")
    found = publisher.notice()
    assert found is not None
    assert (found.number, found.author, found.note) == (2, "anna", "Второй бот")
    publisher.client.delete(name_of("book_lock"))  # its 15 s are over
    assert _publish(publisher, BOT_3, base=version_of(BOT_2)).number == 3
