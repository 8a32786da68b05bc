"""A draft is kept as it was typed; of two tabs the one that did not know is told."""

from __future__ import annotations

import pytest
import redis

from processor.errors import Refused
from processor.store.drafts import CHANGED, KEPT_DAYS, draft_of, drop_draft, save_draft
from processor.store.keys import DAY_MS, name_of


def test_what_was_typed_is_there_again_right_or_wrong(store: redis.Redis) -> None:
    assert draft_of(store, "Anna") is None
    revision = save_draft(store, "Anna", "rules: [ «\n\tкак есть\r\n", "v1")
    held = draft_of(store, "anna")
    assert held is not None
    assert (held.text, held.base, held.author, held.revision) == ("rules: [ «\n\tкак есть\r\n", "v1", "Anna", revision)
    assert draft_of(store, "boris") is None


def test_each_change_keeps_it_for_thirty_days_more(store: redis.Redis) -> None:
    save_draft(store, "anna", "a", "v1")
    store.pexpire(name_of("draft", "anna"), 1_000)
    save_draft(store, "anna", "b", "v1")
    assert store.pttl(name_of("draft", "anna")) > KEPT_DAYS * DAY_MS - 60_000


def test_of_two_tabs_the_one_that_did_not_know_is_told_and_changes_nothing(store: redis.Redis) -> None:
    first = save_draft(store, "anna", "a", "v1", over=0)
    second = save_draft(store, "anna", "b", "v1", over=first)
    assert second > first
    for over in (0, first):
        with pytest.raises(Refused) as told:
            save_draft(store, "anna", "c", "v1", over=over)
        assert told.value.code == CHANGED
        with pytest.raises(Refused):
            drop_draft(store, "anna", over=over)
    held = draft_of(store, "anna")
    assert held is not None
    assert held.text == "b"


def test_a_page_left_open_over_a_dropped_draft_does_not_take_a_new_one_for_its_own(store: redis.Redis) -> None:
    old = save_draft(store, "anna", "a", "v1")
    drop_draft(store, "anna", over=old)
    assert draft_of(store, "anna") is None
    new = save_draft(store, "anna", "b", "v2", over=0)
    assert new > old
    with pytest.raises(Refused):
        save_draft(store, "anna", "a, still", "v1", over=old)


def test_a_text_of_the_largest_file_is_kept_small(store: redis.Redis) -> None:
    save_draft(store, "anna", "  - name: Правило\n" * 200_000, "v1")
    held = draft_of(store, "anna")
    assert held is not None
    assert len(held.text) == 200_000 * 18
    assert int(str(store.memory_usage(name_of("draft", "anna")))) < 200_000
