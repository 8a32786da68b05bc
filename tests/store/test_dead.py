"""Dead letters in the store: what a person does with them, how they are found, and when they are too old."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import redis

from processor.domain.edit import Edit
from processor.domain.lane import BAND, REPLAY, RETRY
from processor.domain.wish import Wish, stamp_of
from processor.store.contacts import Record, record, state_of
from processor.store.dead import Search, count, dead_letters, drop_old
from processor.store.journal import story_of
from processor.store.keys import DAY_MS, name_of
from processor.store.revive import drop, revive
from tests.harness.dead import (
    DAYS,
    OTHER,
    claimed,
    email,
    park,
    refuse,
    take_in_events,
    told,
    waits,
)
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, status, wished


def test_a_refused_element_is_wanted_again_with_its_own_stamp(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    stamp = stamp_of(1, 9, 1)
    wished(store, "a", email("anna@", stamp, "a"), status("Новый", stamp, "a"))
    refuse(store, "field:email")
    assert story_of(store, "a").row.state == "refused"
    assert store.pttl(name_of("story", "a")) > 0
    (letter,) = dead_letters(store, Search())
    assert (letter.element, letter.reason, letter.wishes[0].value) == ("field:email", "refused", "anna@")
    assert letter.said is not None
    assert letter.said.en == "Wrong address"

    edit = Edit("field:email", "field:email", "anna@example.com")
    done = revive(store, [letter], lane=RETRY, by="anna", journal_days=30, edit=edit)
    assert (done.wishes, done.outdated) == (1, 0)
    story = story_of(store, "a")
    assert (story.row.state, story.row.open) == ("planned", 1)
    assert told(story)[-2:] == ["edited", "retried"]
    assert {k: story.entries[-2][k] for k in ("by", "old", "new")} == {
        "by": "anna",
        "old": "anna@",
        "new": "anna@example.com",
    }
    for short in ("event", "delivery", "story"):
        assert store.pttl(name_of(short, "a")) == -1, "it is not finished any more"
    held = claimed(store)
    assert held.score // BAND == RETRY
    assert (held.state.wanted["field:email"].value, held.state.wanted["field:email"].stamp) == (edit.value, stamp)
    record(store, held, Record(settled={"field:email": stamp}, called=True), **DAYS)
    assert story_of(store, "a").row.state == "done"
    again = revive(store, [letter], lane=RETRY, by="anna", journal_days=30)
    assert (again.wishes, again.outdated, count(store)) == (0, 0, 0), "asking twice does nothing"


def test_a_tag_is_edited_by_its_name(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", Wish(element="tag:Плохой", value=True, stamp=stamp_of(1, 9, 1), event="a", rule="r"))
    refuse(store, "tag:Плохой")
    edit = Edit("tag:Плохой", "tag:Хороший", "Хороший")
    revive(store, dead_letters(store, Search()), lane=RETRY, by="anna", journal_days=30, edit=edit)
    wanted = state_of(store, CONTACT).wanted
    assert {element: wish.value for element, wish in wanted.items()} == {"tag:Хороший": True}


def test_a_retry_never_undoes_something_newer(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b", "c")
    wished(store, "a", status("Слишком длинный", stamp_of(1, 9, 1), "a"))
    refuse(store, "status")
    letters = dead_letters(store, Search())
    row = f"status:{stamp_of(2, 9, 2)}:0001"
    wished(store, "b", Wish(element=row, value="Оплачен", stamp=stamp_of(2, 9, 2), event="b", rule="r"))
    refuse(store)
    done = revive(store, letters, lane=RETRY, by="anna", journal_days=30)
    assert (done.wishes, done.outdated) == (0, 1)
    assert waits(store) == []
    assert story_of(store, "a").entries[-1]["what"] == "outdated"


def test_an_older_wish_leaves_the_newer_dead_letter(store_process: StoreProcess, store: redis.Redis) -> None:
    """A late delivery brings an older value: that is sent, but the newer one can still be mended."""
    take_in_events(store_process, "new", "old")
    wished(store, "new", email("новый@", stamp_of(2, 9, 2), "new"))
    refuse(store, "field:email")
    wished(store, "old", email("old@example.com", stamp_of(1, 9, 1), "old"))
    refuse(store)
    (letter,) = dead_letters(store, Search())
    edit = Edit("field:email", "field:email", "new@example.com")
    revive(store, [letter], lane=RETRY, by="anna", journal_days=30, edit=edit)
    assert state_of(store, CONTACT).wanted["field:email"].value == "new@example.com"


def test_a_contact_that_is_held_takes_a_retry_as_a_wish(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b")
    wished(store, "a", email("anna@", stamp_of(1, 9, 1), "a"))
    refuse(store, "field:email")
    wished(store, "b", status("Новый", stamp_of(2, 9, 2), "b"))
    held = claimed(store)
    revive(store, dead_letters(store, Search()), lane=RETRY, by="anna", journal_days=30)
    assert waits(store) == ["lease"]
    record(store, held, Record(settled={"status": stamp_of(2, 9, 2)}, called=True), **DAYS)
    assert waits(store) == ["ready"]
    assert list(state_of(store, CONTACT).wanted) == ["field:email"]


def test_a_parked_contact_retried_by_a_filter_stands_behind_the_living(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    revive(store, [park(store)], lane=REPLAY, by="anna", journal_days=30)
    score: Any = store.zscore(name_of("ready"), CONTACT)
    assert score // BAND == REPLAY
    assert state_of(store, CONTACT).failures == 0
    assert told(story_of(store, "a"))[-1] == "retried"


def test_what_is_dropped_finishes_its_event_as_refused(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    stamp = stamp_of(1, 9, 1)
    wished(store, "a", status("Новый", stamp, "a"), email("a@example.com", stamp, "a"))
    letter = park(store)
    assert drop(store, [letter], by="anna", journal_days=30, contact_days=400) == 2
    story = story_of(store, "a")
    assert (story.row.state, story.row.open, told(story)[-1]) == ("refused", 0, "dropped")
    assert (count(store), waits(store), state_of(store, CONTACT).wanted) == (0, [], {})
    assert store.pttl(name_of("contact", CONTACT)) != -1
    assert drop(store, [letter], by="anna", journal_days=30, contact_days=400) == 0, "dropping twice does nothing"


def test_without_what_it_failed_by_a_parked_contact_goes_on(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    stamp = stamp_of(1, 9, 1)
    wished(store, "a", status("Новый", stamp, "a"), email("a@example.com", stamp, "a"))
    assert drop(store, [park(store)], by="anna", waiting=["status"], journal_days=30, contact_days=400) == 1
    assert waits(store) == ["ready"]
    assert list(state_of(store, CONTACT).wanted) == ["field:email"]
    refuse(store)
    assert story_of(store, "a").row.state == "refused"


def test_dead_letters_older_than_the_journal_are_given_up_and_tell_so(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in_events(store_process, "a", "b")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    park(store)
    wished(store, "b", email("b@", stamp_of(1, 9, 2), "b"), contact=OTHER)
    refuse(store, "field:email")
    assert drop_old(store, most=10, **DAYS) == 0
    now_ms = store.time()[0] * 1000
    for member in (f"{CONTACT} ", f"{OTHER} field:email"):
        store.zadd(name_of("dead"), {member: now_ms - 31 * DAY_MS}, xx=True)
    assert drop_old(store, most=10, **DAYS) == 2
    assert count(store) == 0
    for event in ("a", "b"):
        story = story_of(store, event)
        assert (story.row.state, story.entries[-1]["what"]) == ("refused", "dropped")
        assert story.entries[-1]["reason"] == "too_old"


def test_a_contact_outlives_its_dead_letters(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", email("a@", stamp_of(1, 9, 1), "a"))
    held = claimed(store)
    refused = [(one, "refused") for one in held.state.wanted.values()]
    record(store, held, Record(refused=refused), journal_days=30, contact_days=1)
    assert store.pttl(name_of("contact", CONTACT)) > 29 * DAY_MS


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), ["2 field:email", "1 tag:a", "1 field:email"]),
        (Search(contact=CONTACT), ["1 field:email", "1 tag:a"]),
        (Search(element="field:email"), ["2 field:email", "1 field:email"]),
        (Search(element="tag"), ["1 tag:a"]),
        (Search(reason="nonsense"), ["2 field:email"]),
        (Search(rule="Теги"), ["1 tag:a"]),
        (Search(rule="Теги", element="field"), []),
    ],
)
def test_dead_letters_are_found_by_what_they_are(
    store_process: StoreProcess, store: redis.Redis, search: Search, found: Sequence[str]
) -> None:
    take_in_events(store_process, "a", "b")
    stamp = stamp_of(1, 9, 1)
    tag = Wish(element="tag:a", value=True, stamp=stamp, event="a", rule="Теги")
    wished(store, "a", email("a@", stamp, "a"), tag)
    refuse(store, "field:email", "tag:a")
    wished(store, "b", email("b@", stamp, "b"), contact=OTHER)
    refuse(store, "field:email", reason="nonsense_html")
    for member, at_ms in ((f"{CONTACT} field:email", 1), (f"{CONTACT} tag:a", 2), (f"{OTHER} field:email", 3)):
        store.zadd(name_of("dead"), {member: at_ms}, xx=True)
    letters = dead_letters(store, search)
    shown = [f"{letter.contact[-1]} {letter.element}" for letter in letters]
    assert (sorted(shown) if search.contact else shown) == list(found)
    assert len(dead_letters(store, search, limit=1)) == min(1, len(found))
