"""A page of Watbot's list: which contacts it tells us of, and where to read on, whatever moved meanwhile."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from processor.domain.known import Known
from processor.domain.sync import Sync
from workers.listed import BACK_MAX, CLOCKS_APART_MS, PAGES_MAX, after_page, asked, confirmed, counted, listed
from workers.watbot.contact import Contact, ContactPage

ASKED_MS = 1_000_000_000


def _contact(own_id: int, **other: Any) -> Contact:
    usual: dict[str, Any] = {
        "bot_id": 1,
        "messenger": "whatsapp",
        "phone": f"+7900{own_id:07}",
        "name": f"Имя {own_id}",
    }
    return Contact(id=own_id, **(usual | other))


def _page(*contacts: Contact, page: int = 1, **other: Any) -> ContactPage:
    return ContactPage(contacts=contacts, page=page, **other)


def _sync(**other: Any) -> Sync:
    return msgspec.structs.replace(Sync(bot=1, state="running", began_ms=ASKED_MS), **other)


@pytest.mark.parametrize(
    ("other", "key"),
    [
        ({}, "1:whatsapp:+79000000001"),
        ({"messenger": "telegram", "telegram_id": "101"}, "1:telegram:101"),
        ({"messenger": "viber", "viber_id": "v-1=="}, "1:viber:v-1=="),
        ({"messenger": "vk", "vk_id": "102"}, "1:vk:102"),
        ({"bot_id": None}, "1:whatsapp:+79000000001"),
    ],
)
def test_a_contact_is_found_by_its_messengers_id(other: dict[str, Any], key: str) -> None:
    assert list(listed(_page(_contact(1, **other)), 1).contacts) == [key]


@pytest.mark.parametrize(
    "strange",
    [
        {"phone": None},
        {"phone": "+0123456789"},
        {"messenger": "telegram"},
        {"messenger": "telegram", "telegram_id": "@anna"},
        {"messenger": "icq"},
        {"messenger": None},
        {"bot_id": 2},
    ],
)
def test_a_contact_without_a_usable_id_is_skipped_and_counted(strange: dict[str, Any]) -> None:
    found = listed(_page(_contact(1, **strange), _contact(2), unreadable=3), 1)
    assert list(found.contacts) == ["1:whatsapp:+79000000002"]
    assert found.skipped == 4


def test_one_id_under_two_keys_and_two_ids_under_one_key_are_skipped() -> None:
    page = _page(
        _contact(1), _contact(1, phone="+79000000009"), _contact(2), _contact(3, phone="+79000000002"), _contact(4)
    )
    assert (list(listed(page, 1).contacts), listed(page, 1).skipped) == (["1:whatsapp:+79000000004"], 4)


def test_a_row_shown_twice_counts_once() -> None:
    found = listed(_page(_contact(1), _contact(1)), 1)
    assert (len(found.contacts), found.skipped) == (1, 0)


def test_an_unknown_contact_becomes_known_but_for_tags_and_variables() -> None:
    row = _contact(7, email="a@example.com", utm={"source": "vk"})
    assert confirmed(None, row, asked_ms=ASKED_MS) == Known(
        watbot_id=7, fields={"name": "Имя 7", "email": "a@example.com"}, utm={"source": "vk"}, listed_ms=ASKED_MS
    )
    telegram = _contact(7, messenger="telegram", telegram_id="1", telegram_username="anna")
    known = confirmed(None, telegram, asked_ms=ASKED_MS)
    assert known is not None
    assert known.fields == {"name": "Имя 7", "phone": "+79000000007", "telegram_username": "anna"}


def test_what_is_known_and_older_is_completed_and_tags_and_variables_stay() -> None:
    old = Known(
        watbot_id=7, fields={"name": "Старое"}, tags=("A",), utm={"source": "vk"}, variables={"x": "1"}, seen_ms=5
    )
    assert confirmed(old, _contact(7), asked_ms=ASKED_MS) == Known(
        watbot_id=7, fields={"name": "Имя 7"}, tags=("A",), variables={"x": "1"}, seen_ms=5, listed_ms=ASKED_MS
    )


@pytest.mark.parametrize("at", ["seen_ms", "listed_ms"])
@pytest.mark.parametrize("shown_ms", [ASKED_MS + 1, ASKED_MS, ASKED_MS - CLOCKS_APART_MS + 1])
def test_what_is_as_fresh_is_left_alone(at: str, shown_ms: int) -> None:
    assert confirmed(Known(watbot_id=7, **{at: shown_ms}), _contact(7), asked_ms=ASKED_MS) is None  # type: ignore[arg-type]


def test_the_id_that_an_echo_told_is_not_replaced_by_another() -> None:
    assert confirmed(Known(watbot_id=6, seen_ms=5), _contact(7), asked_ms=ASKED_MS) is None
    forgotten = Known(fields={"name": "Анна"}, seen_ms=0)
    assert confirmed(forgotten, _contact(7), asked_ms=ASKED_MS) is not None


def test_the_run_is_bounded_by_its_beginning() -> None:
    assert asked(_sync(page=3, began_ms=1_700_000_000_999)).date_to_s == 1_700_000_000


def test_pages_follow_one_another_to_the_last() -> None:
    first = after_page(_sync(), _page(_contact(1), _contact(2), total=3, last_page=2, per_page=2, more=True))
    assert (first["page"], first["contacts"], first["total"], first["last_page"]) == (2, 2, 3, 2)
    assert "state" not in first
    then = _sync(page=2, pages=1, contacts=2, total=3, per_page=2, ids=(1, 2))
    assert after_page(then, _page(_contact(3), page=2, total=3, last_page=2))["state"] == "finished"


def test_a_contact_shown_again_because_another_came_in_counts_once() -> None:
    then = _sync(page=2, pages=1, contacts=2, total=4, per_page=2, ids=(4, 3))
    moved = after_page(then, _page(_contact(3), _contact(2), page=2, total=5, last_page=3, per_page=2, more=True))
    assert (moved["page"], moved["contacts"]) == (3, 3)


def test_pages_are_read_again_when_contacts_went_meanwhile() -> None:
    """Those behind them have moved to pages already read."""
    then = _sync(page=4, pages=3, contacts=6, total=20, per_page=2, ids=(5, 6))
    gone = after_page(then, _page(_contact(10), page=4, total=17, last_page=9, more=True))
    assert (gone["page"], gone["contacts"], gone["back"], gone["ids"]) == (2, 2, 1, ())
    tired = _sync(page=4, pages=3, contacts=6, total=20, per_page=2, ids=(5, 6), back=BACK_MAX)
    assert after_page(tired, _page(_contact(10), page=4, total=17, more=True))["page"] == 5


def test_the_last_page_does_not_end_it_while_contacts_went() -> None:
    then = _sync(page=2, pages=1, contacts=2, total=4, per_page=2, ids=(1, 2))
    gone = after_page(then, _page(page=2, total=2, last_page=1, per_page=2))
    assert (gone["page"], "state" in gone) == (1, False)


def test_a_service_that_cuts_the_count_is_followed_by_its_own_pages() -> None:
    then = _sync(page=3, pages=2, contacts=1_000, total=2_000, per_page=500, ids=(1,))
    cut = after_page(then, _page(_contact(2), page=3, total=2_000, last_page=20, per_page=100, more=True))
    assert (cut["page"], cut["per_page"]) == (11, 100)


def test_a_service_that_tells_no_numbers_is_read_until_nothing_comes() -> None:
    first = after_page(_sync(), _page(_contact(1), _contact(2), more=True))
    assert (first["page"], "state" in first) == (2, False)
    then = _sync(page=2, pages=1, contacts=2, per_page=2, ids=(1, 2), total=0)
    assert after_page(then, _page(_contact(3), page=2, more=True))["page"] == 3
    assert after_page(then, _page(page=2))["state"] == "finished"


def test_a_service_that_shows_the_same_page_for_ever_is_left() -> None:
    then = _sync(page=2, pages=1, contacts=2, total=9, per_page=2, ids=(1, 2))
    same = after_page(then, _page(_contact(1), _contact(2), page=2, total=9, more=True))
    assert (same["state"], same["reason"]) == ("finished", "same_page")
    long = _sync(page=PAGES_MAX, pages=PAGES_MAX - 1, per_page=1, ids=(1,), total=10**9)
    endless = after_page(long, _page(_contact(2), page=PAGES_MAX, total=10**9, more=True))
    assert (endless["state"], endless["reason"]) == ("failed", "endless")


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_every_contact_that_stays_is_read_whatever_comes_or_goes_between_two_pages(newest: bool, seed: int) -> None:
    chance, size = random.Random(seed), 5
    there = list(range(1, 60))
    stays, seen = set(there), set[int]()
    sync, calls = _sync(), 0
    while sync.state == "running":
        rows = sorted(there, reverse=newest)
        shown = rows[(sync.page - 1) * size : sync.page * size]
        last = max(1, -(-len(rows) // size))
        told = {"total": len(rows), "last_page": last, "per_page": size, "more": sync.page < last}
        page = _page(*map(_contact, shown), page=sync.page, **told)
        seen |= {contact.id for contact in page.contacts}
        sync = msgspec.structs.replace(sync, **after_page(sync, page))
        calls, moves = calls + 1, chance.random()
        if moves < 0.2 and calls < 20:
            gone = chance.choice(there)
            there.remove(gone)
            stays.discard(gone)
        elif moves < 0.4:
            there.append(100 + calls)
    assert stays <= seen
    assert calls < 120


def test_what_could_not_be_written_counts_as_kept() -> None:
    before, after = [None, Known(), Known(), None], [Known(), Known(), None, Known()]
    assert counted(before, after, 3) == {"added": 2, "completed": 1, "kept": 1}
    assert counted(before, after, 2) == {"added": 1, "completed": 1, "kept": 2}
