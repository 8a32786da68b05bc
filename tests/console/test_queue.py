"""What was set aside: seen with its reason, retried, mended or dropped with the price shown first."""

from __future__ import annotations

import re

import redis

from processor.domain.wish import stamp_of
from processor.store.dead import Search, dead_letters
from processor.store.journal import story_of
from tests.harness.dead import email, refuse, take_in_events, told, waits
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, status, wished
from tests.harness.visitor import Visitor
from tests.web.receiver import Receiver


def _set_aside(process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(process, "a")
    stamp = stamp_of(1, 9, 1)
    wished(store, "a", email("anna@", stamp, "a", rule="Покупка"), status("Новый", stamp, "a"))
    refuse(store, "field:email")


def test_a_letter_is_shown_with_reason_and_advice(
    store_process: StoreProcess, store: redis.Redis, receiver: Receiver, editor: Visitor
) -> None:
    assert "Nothing was set aside: all is delivered" in editor.see("/queue")
    _set_aside(store_process, store)
    page = editor.see("/queue")
    for shown in (CONTACT, "field:email", "anna@", "Watbot refused the value", "Wrong address", "mend the value"):
        assert shown in page, shown
    assert CONTACT not in editor.see("/queue?rule=Other")
    assert "that fits the filter" in editor.see("/queue?rule=Other")
    assert CONTACT in editor.see("/queue?element=field&reason=refused")


def test_the_price_comes_first_and_a_mended_value_goes_again(
    store_process: StoreProcess, store: redis.Redis, editor: Visitor
) -> None:
    _set_aside(store_process, store)
    asked = f"?action=retry&contact={CONTACT.replace('+', '%2B')}&element=field:email"
    page = editor.see(f"/queue/confirm{asked}")
    assert re.search(r"<dt>Price</dt><dd>calls: 1, 1 s</dd>", page)
    assert 'name="value"' in page
    wrong = editor.post("/queue/retry", contact=CONTACT, element="field:email", value=" ")
    assert wrong.status_code == 409
    assert "the new value is empty" in wrong.text
    assert len(dead_letters(store, Search())) == 1, "nothing is lost by a wrong value"
    mended = editor.post("/queue/retry", contact=CONTACT, element="field:email", value="anna@example.com")
    assert mended.status_code == 303
    assert "in line again: 1" in editor.see("/queue")
    story = story_of(store, "a")
    assert told(story)[-2:] == ["edited", "retried"]
    assert story.entries[-1]["by"] == "Egor"
    assert waits(store) == ["ready"]
    assert editor.get(f"/queue/confirm{asked}").status_code == 404


def test_all_that_a_filter_names_are_dropped(store_process: StoreProcess, store: redis.Redis, editor: Visitor) -> None:
    _set_aside(store_process, store)
    assert editor.get("/queue/confirm?action=drop&rule=Other").status_code == 404
    assert "Give up for good?" in editor.see("/queue/confirm?action=drop&rule=Покупка")
    assert editor.post("/queue/drop", rule="Покупка").status_code == 303
    assert dead_letters(store, Search()) == []


def test_a_viewer_sees_that_somebody_waits_but_not_who(
    store_process: StoreProcess, store: redis.Redis, viewer: Visitor
) -> None:
    _set_aside(store_process, store)
    page = viewer.see("/queue")
    assert "field:email" in page
    assert CONTACT not in page
    assert "/queue/confirm" not in page
