"""The book of versions: each is recorded once, in order, and the oldest leave in time."""

from __future__ import annotations

import msgspec
import pytest
import redis

from processor.errors import NotFound
from processor.store.keys import name_of
from processor.store.versions import KEPT, Version, begin, end, enter, last_of, newest, numbered, text_of, versions

TEXT = "version: 1\n"


def _made(version: str, **more: object) -> Version:
    told: dict[str, object] = {"author": "anna", "at_ms": 1_000, "sort": "published", "size_bytes": 10}
    return msgspec.convert(told | {"version": version, "id": f"id of {version}"} | more, Version)


def _changed(version: str, at_ms: int) -> Version:
    return _made(version, author="file", sort="changed", at_ms=at_ms, id="")


def _numbers(store: redis.Redis) -> list[int]:
    return [one.number for one in versions(store)]


def test_versions_are_numbered_and_know_the_one_before(store: redis.Redis) -> None:
    for name in ("a", "b"):
        enter(store, _made(name, note="Заметка"), TEXT + name)
    second = newest(store)
    assert second is not None
    assert (second.number, second.parent, second.version, second.note) == (2, 1, "b", "Заметка")
    assert numbered(store, 1).version == "a"
    assert text_of(store, "a") == TEXT + "a"
    assert last_of(store, "a") == numbered(store, 1)
    for number in (0, 3):
        with pytest.raises(NotFound):
            numbered(store, number)


def test_one_publication_is_recorded_once_however_often_it_is_repeated(store: redis.Redis) -> None:
    """The reply may have been lost."""
    first = enter(store, _made("a"), TEXT)
    assert enter(store, _made("a"), TEXT) == first
    assert _numbers(store) == [1]


def test_a_change_on_disk_is_recorded_once_whoever_sees_it(store: redis.Redis) -> None:
    assert enter(store, _changed("a", 5), TEXT) is not None
    assert enter(store, _changed("a", 5), TEXT) is None
    assert _numbers(store) == [1]


def test_an_older_state_met_on_another_machine_is_no_change(store: redis.Redis) -> None:
    """A process that starts beside a file not yet brought up to date must not turn the book back."""
    enter(store, _changed("a", 5), TEXT)
    enter(store, _changed("b", 9), TEXT)
    assert enter(store, _changed("a", 5), TEXT) is None
    again = enter(store, _changed("a", 20), TEXT)
    assert again is not None
    assert again.number == 3, "the same text put back later is a change"


def test_what_a_dead_publisher_wrote_is_recorded_as_what_it_was(store: redis.Redis) -> None:
    """It died between renaming and recording: the file holds the draft, the next look finds it."""
    published = _made("a", note="Скидки")
    assert begin(store, "t", published)
    found = enter(store, _changed("a", 5), TEXT)
    assert found is not None
    assert (found.author, found.note, found.sort, found.id) == ("anna", "Скидки", "published", published.id)
    assert enter(store, published, TEXT) == found, "nor does the publisher record it twice, should it live after all"
    assert _numbers(store) == [1]


def test_one_publishes_at_a_time_and_only_the_holder_ends_it(store: redis.Redis) -> None:
    assert begin(store, "one", _made("a"))
    assert not begin(store, "two", _made("b"))
    end(store, "two")
    assert not begin(store, "two", _made("b"))
    end(store, "one")
    assert begin(store, "two", _made("b"))


def test_the_oldest_leave_but_for_those_that_events_still_need(store: redis.Redis) -> None:
    """Number and note of a version stay as long as an event's rules are kept."""
    store.set(name_of("rules", "v3"), "the text of 3", px=60_000)
    for number in range(1, KEPT + 6):
        enter(store, _made(f"v{number}"), f"text {number}")
    assert _numbers(store) == [*range(KEPT + 5, 5, -1), 3]
    assert text_of(store, "v3") == "the text of 3"
    assert int(str(store.hlen(name_of("book_texts")))) == KEPT
    store.delete(name_of("rules", "v3"))
    enter(store, _made("last"), TEXT)
    assert _numbers(store) == [*range(KEPT + 6, 6, -1)]
    with pytest.raises(NotFound):
        text_of(store, "v3")


def test_texts_have_a_bound_together_and_the_newest_always_stays(store: redis.Redis) -> None:
    for name in ("a", "b"):
        enter(store, _made(name), TEXT + name, texts_bytes_max=1)
    assert _numbers(store) == [2, 1]
    assert text_of(store, "b") == TEXT + "b"
    with pytest.raises(NotFound):
        text_of(store, "a")
