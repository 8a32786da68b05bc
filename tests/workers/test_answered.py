"""What an answer means for the contact: what is settled, refused, retried, and whether the account rests."""

from __future__ import annotations

from typing import Any

import pytest

from processor.domain.call import AttachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.diff import PlannedCall, Reason, difference
from processor.domain.known import Account, Known
from processor.domain.policy import Policy
from processor.domain.wish import Wish
from processor.errors import StoreUnavailable
from processor.store.contacts import ContactState
from processor.text import Text
from workers.answered import FRUITLESS_MAX, Answered, after_error, after_success
from workers.watbot.contact import Contact
from workers.watbot.errors import (
    BadCall,
    WatbotContactUnknown,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)

ANNA = ContactId(1, "whatsapp", "+79000000001")
VK = {"source": "vk"}
VALUES: dict[str, Any] = {
    "field:name": "Анна",
    "field:email": "anna@example.com",
    "tag:a": True,
    "tag:b": True,
    "utm:last": VK,
    "status": "Новый",
}
WANTED = {
    element: Wish(element=element, value=value, stamp=f"{n:027}", event=f"e{n % 2}", rule="r")
    for n, (element, value) in enumerate(VALUES.items())
}
CALL = Upsert(contact=ANNA, name="Анна", email="anna@example.com", tags=("a", "b"), utm=VK)
CARRIED = ("field:name", "field:email", "utm:last", "tag:a", "tag:b")
STATUS = PlannedCall(SetStatus(watbot_id=7, status="Новый"), ("status",), ("status",))


def _state(failures: int = 0, fruitless: int = 0) -> ContactState:
    known = Known(watbot_id=7, tags=("a",), fields={"name": "Анна"}, seen_ms=5)
    return ContactState(contact=ANNA, wanted=WANTED, known=known, failures=failures, fruitless=fruitless)


def _planned(*reasons: Reason, carried: tuple[str, ...] = CARRIED) -> PlannedCall:
    return PlannedCall(CALL, reasons or ("tags_differ",), carried)


def _failed(error: Exception, planned: PlannedCall | None = None, *, failures: int = 0, throttled: int = 0) -> Answered:
    planned = planned or _planned()
    return after_error(_state(failures), planned, error, now_ms=9, took_ms=3, jitter=1.0, throttled=throttled)


def _well(planned: PlannedCall, echo: Contact | None, account: Account | None = None) -> Answered:
    return after_success(_state(), planned, echo, account or Account(), now_ms=9, took_ms=3)


def test_what_was_carried_is_settled_by_its_stamp() -> None:
    answered = _well(_planned(), Contact(id=7, tags=("a", "b"), utm=VK))
    assert answered.entry.settled == {element: WANTED[element].stamp for element in CARRIED}
    assert (answered.entry.then, answered.outcome, list(answered.entry.refused)) == ("release", "ok", [])
    assert answered.entry.called
    assert answered.facts == {"utm": "stored"}


def test_utm_that_did_not_stick_stays_wanted_and_the_account_is_known_to_ignore_it() -> None:
    answered = _well(_planned(), Contact(id=7, tags=("a", "b")))
    assert "utm:last" not in answered.entry.settled
    assert list(answered.entry.refused) == []
    assert answered.facts == {"utm": "ignored"}


def test_utm_that_has_no_other_place_is_refused_so_that_nothing_loops() -> None:
    answered = _well(_planned(), Contact(id=7, tags=("a", "b")), Account(utm="ignored"))
    assert [(wish.element, why) for wish, why in answered.entry.refused] == [("utm:last", "utm_not_kept")]
    assert "utm:last" not in answered.entry.settled


def test_tags_that_watbot_does_not_show_are_attached_one_by_one_rather_than_guessed() -> None:
    answered = _well(_planned("learn_tags", carried=("field:name",)), Contact(id=7))
    assert list(answered.entry.refused) == []
    known = answered.entry.known
    assert known is not None
    tags = {element: WANTED[element] for element in ("tag:a", "tag:b")}
    look = difference(ANNA, tags, known, Account(), Policy(), now_ms=9)
    assert [one.call for one in look.calls] == [AttachTag(watbot_id=7, name=name) for name in "ab"]


def test_a_status_is_settled_without_an_echo() -> None:
    assert _well(STATUS, None).entry.settled == {"status": WANTED["status"].stamp}


def test_every_event_that_the_call_is_about_is_told_once_and_nobody_is_named() -> None:
    answered = _well(_planned(), Contact(id=7, utm=VK))
    assert [event for event, _ in answered.entry.stories] == ["e0", "e1"]
    (_, told), _ = answered.entry.stories
    assert told["answer"] == "ok"
    assert "contact" not in told["sent"]


def test_calls_that_go_well_and_settle_nothing_do_not_spin() -> None:
    learning = _planned("learn_tags", carried=())
    echo = Contact(id=7, tags=("a",), utm=VK)
    patient = after_success(_state(), learning, echo, Account(), now_ms=9, took_ms=3)
    assert patient.entry.then == "release"
    tired = after_success(_state(fruitless=FRUITLESS_MAX), learning, echo, Account(), now_ms=9, took_ms=3)
    assert tired.entry.then == "retry"
    assert tired.entry.delay_ms >= 60_000


NEXT: dict[str, tuple[Exception, str, int, int, str]] = {
    "asked to wait": (WatbotThrottled(7_000), "release", 0, 7_000, "throttled"),
    "told to slow down without a time": (WatbotThrottled(), "release", 0, 1_000, "throttled"),
    "a refused token": (WatbotTokenRefused(401), "release", 0, 300_000, "stopped"),
    "an error of the server": (WatbotUnavailable("server", status=500), "retry", 1_000, 0, "unavailable"),
    "a cut connection": (WatbotUnavailable("cut"), "retry", 1_000, 0, "unavailable"),
    "silence": (WatbotUnavailable("timeout"), "retry", 1_000, 0, "unavailable"),
    "nonsense": (WatbotNonsense("html"), "retry", 1_000, 0, "unavailable"),
    "a contact unknown": (WatbotContactUnknown(422), "retry", 1_000, 0, "answered"),
    "our own store": (StoreUnavailable(Text("нет", "no")), "retry", 1_000, 0, "unsent"),
    "something unforeseen": (RuntimeError("boom"), "retry", 1_000, 0, "unsent"),
    "refused data": (WatbotRefused(422, fields={"email": ("Плохо.",)}), "release", 0, 0, "answered"),
    "a call that was never made": (BadCall("email", Text("плохо", "bad")), "release", 0, 0, "unsent"),
}


@pytest.mark.parametrize("name", NEXT)
def test_what_comes_next_after_each_failure(name: str) -> None:
    error, then, delay_ms, rest_ms, outcome = NEXT[name]
    answered = _failed(error)
    assert (answered.entry.then, answered.entry.delay_ms, answered.rest_ms) == (then, delay_ms, rest_ms)
    assert answered.outcome == outcome
    assert not answered.entry.settled, "nothing counts as done"
    assert {event for event, _ in answered.entry.stories} == {"e0", "e1"}
    assert all(told["answer"] == "error" for _, told in answered.entry.stories)


def test_the_account_rests_longer_after_each_429_in_a_row() -> None:
    rests = [_failed(WatbotThrottled(), throttled=n).rest_ms for n in range(8)]
    assert rests == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]


def test_retries_wait_longer_each_time() -> None:
    delays = [_failed(WatbotNonsense("json"), failures=n).entry.delay_ms for n in range(12)]
    assert delays == [1_000 * 2**n for n in range(10)] + [600_000, 600_000]


REFUSED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "one field": (("email",), {"field:email"}),
    "two fields": (("email", "name"), {"field:email", "field:name"}),
    "one tag of the list": (("tags.1",), {"tag:b"}),
    "the whole list": (("tags",), {"tag:a", "tag:b"}),
    "a mark of the utm": (("utm.utm_source",), {"utm:last"}),
    "who the contact is": (("phone",), set(WANTED)),
    "the bot": (("bot_id",), set(WANTED)),
    "nothing we know": (("surprise",), set(CARRIED)),
    "nothing at all": ((), set(CARRIED)),
    "something that was not sent": (("address",), set(CARRIED)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_only_what_is_named_is_refused_and_something_always_is(name: str) -> None:
    fields, elements = REFUSED[name]
    answered = _failed(WatbotRefused(422, fields=dict.fromkeys(fields, ("Плохо.",))))
    assert {wish.element for wish, _ in answered.entry.refused} == elements
    assert {why for _, why in answered.entry.refused} == {"refused"}


def test_a_refused_utm_variable_refuses_the_utm() -> None:
    variable = PlannedCall(SetVariable(watbot_id=7, name="utm_source", value="vk"), ("utm_variable",), ("utm:last",))
    answered = _failed(WatbotRefused(422, fields={"value": ("Плохо.",)}), variable)
    assert [wish.element for wish, _ in answered.entry.refused] == ["utm:last"]


def test_a_refused_part_of_the_utm_that_settles_nothing_refuses_only_the_utm() -> None:
    """All variables but the last carry no element; their refusal must not reach tags and status."""
    variable = PlannedCall(SetVariable(watbot_id=7, name="utm_source", value="vk"), ("utm_variable",), ())
    answered = _failed(WatbotRefused(422, fields={"value": ("Плохо.",)}), variable)
    assert [wish.element for wish, _ in answered.entry.refused] == ["utm:last"]


def test_a_stale_id_is_forgotten_with_its_tags_but_the_name_is_kept() -> None:
    known = _failed(WatbotContactUnknown(422), STATUS).entry.known
    assert known == Known(
        watbot_id=None, tags=None, fields={"name": "Анна"}, seen_ms=5, lost={}, doubted_id=7, doubts=1
    )
