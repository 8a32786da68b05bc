"""A contact that Watbot forgot gets back what we had delivered; one that is still there is left as people left it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from processor.domain.call import AttachTag, Call, SetStatus, SetVariable, Upsert
from processor.domain.known import Known
from processor.domain.wish import Wish
from processor.store.contacts import ContactState
from tests.harness.pure_line import ANNA, START_MS, PureLine
from tests.harness.pure_watbot import PureWatbot, Reading
from workers.answered import DOUBTS_MAX, after_error
from workers.watbot.errors import WatbotContactUnknown, WatbotRefused

VK = {"source": "vk", "medium": "post"}


def _wish(element: str, value: Any, stamp: int) -> Wish:
    return Wish(element=element, value=value, stamp=f"{stamp:027}", event="e", rule="r")


FIRST = [
    _wish("field:name", "Анна", 1),
    _wish("field:email", "anna@example.com", 1),
    _wish("tag:A", True, 1),
    _wish("tag:B", True, 1),
    _wish("tag:C", True, 1),
    _wish("variable:X", "1", 1),
    _wish("utm:last", VK, 1),
    _wish("status", "Новый", 1),
]


def _delivered(reading: Reading) -> PureLine:
    line = PureLine(PureWatbot(reading))
    line.deliver(FIRST)
    line.work()
    line.now_ms += 60_000
    return line


def _forget(line: PureLine) -> None:
    line.watbot.person = None
    line.now_ms += 2_000


def _calls(line: PureLine, *wishes: Wish) -> list[Call]:
    made = len(line.calls)
    line.deliver(wishes)
    line.work()
    return [planned.call for planned in line.calls[made:]]


READINGS = [
    Reading(tags="add", utm="merge"),
    Reading(tags="replace", utm="replace", shows_variables=True),
    Reading(tags="replace", utm="ignore"),
    Reading(tags="add", utm="own", shows_variables=True),
]


@pytest.mark.parametrize("reading", READINGS)
def test_all_that_was_delivered_is_written_again(reading: Reading) -> None:
    line = _delivered(reading)
    before = line.watbot.person
    _forget(line)
    _calls(line, _wish("status", "Второй", 2))
    after = line.watbot.person
    assert before is not None
    assert after is not None
    assert after.id != before.id
    assert (after.fields, set(after.tags), after.utm, after.variables) == (
        before.fields,
        set(before.tags),
        before.utm,
        before.variables,
    )
    assert after.statuses == ["Второй"]
    assert line.known.lost == {}


def test_it_costs_the_fewest_calls() -> None:
    """The refused one, one to learn, one with all the data, one a tag and a variable, and the new wish."""
    line = _delivered(Reading(tags="replace"))
    _forget(line)
    calls = _calls(line, _wish("status", "Второй", 2))
    assert [type(call) for call in calls] == [SetStatus, Upsert, Upsert, *[AttachTag] * 3, SetVariable, SetStatus]
    (_, learns, restores, *_) = line.calls[-8:]
    assert (learns.reasons, learns.call.tags) == (("learn_id",), None)  # type: ignore[union-attr]
    assert restores.reasons[0] == "restored"


def test_a_status_is_given_back_when_none_is_wished() -> None:
    line = _delivered(Reading())
    _forget(line)
    _calls(line, _wish("variable:Y", "2", 2))
    assert line.watbot.person is not None
    assert line.watbot.person.statuses == ["Новый"]
    assert line.watbot.person.variables == {"X": "1", "Y": "2"}


def test_tags_of_a_contact_whose_tags_nobody_ever_showed_are_given_back() -> None:
    """It was known from Watbot's list of contacts, which tells no tags."""
    line = PureLine(PureWatbot(Reading(tags="replace")))
    person = line.watbot.add(START_MS)
    person.fields["name"] = "Анна"
    line.known = Known(watbot_id=person.id, fields={"name": "Анна"}, listed_ms=START_MS, created_s=START_MS // 1000)
    _calls(line, _wish("tag:A", True, 1), _wish("tag:B", True, 1))
    _calls(line, _wish("tag:B", False, 2))
    assert (line.known.tags, line.known.attached) == (None, ("A",))
    _forget(line)
    _calls(line, _wish("status", "Второй", 3))
    assert line.watbot.person is not None
    assert line.watbot.person.tags == ("A",)


def test_whether_a_contact_is_a_new_one_is_told_by_watbots_own_clock() -> None:
    """Ours may be set meanwhile."""
    line = _delivered(Reading())
    line.known = msgspec.structs.replace(line.known, seen_ms=line.known.seen_ms + 3_600_000)
    _forget(line)
    _calls(line, _wish("status", "Второй", 2))
    assert line.watbot.person is not None
    assert set(line.watbot.person.tags) == {"A", "B", "C"}


def test_a_wish_goes_before_what_was_lost() -> None:
    line = _delivered(Reading())
    _forget(line)
    wishes = [_wish("tag:A", False, 2), _wish("variable:X", "9", 2), _wish("field:email", "new@example.com", 2)]
    _calls(line, _wish("status", "Второй", 2), *wishes)
    person = line.watbot.person
    assert person is not None
    assert (person.tags, person.variables, person.fields["email"]) == (("B", "C"), {"X": "9"}, "new@example.com")
    line.now_ms += 90_000_000
    _calls(line, _wish("status", "Третий", 3))
    assert "A" not in person.tags, "what was overruled does not come back later"


def test_a_crash_amid_giving_back_loses_nothing() -> None:
    for at in range(8):
        line = _delivered(Reading(tags="replace"))
        _forget(line)
        line.deliver([_wish("status", "Второй", 2)])
        for number in range(at + 1):
            line.step("after" if number == at else "none")
        line.work()
        person = line.watbot.person
        assert person is not None
        assert (set(person.tags), person.variables, person.utm) == ({"A", "B", "C"}, {"X": "1"}, VK)


def test_what_the_bot_and_people_set_is_not_ours_to_give_back() -> None:
    line = _delivered(Reading())
    assert line.watbot.person is not None
    line.watbot.person.tags = (*line.watbot.person.tags, "бот")
    _calls(line, _wish("field:address", "Казань", 2))
    assert "бот" in (line.known.tags or ())
    _forget(line)
    _calls(line, _wish("status", "Второй", 3))
    assert line.watbot.person.tags == ("A", "B", "C")


def test_a_contact_that_is_there_under_another_number_is_left_as_people_left_it() -> None:
    line = _delivered(Reading())
    assert line.watbot.person is not None
    line.watbot.person.id = 99
    line.watbot.person.created_ms -= 60_000
    line.watbot.person.tags = ("B",)
    line.watbot.person.fields.pop("email")
    line.watbot.person.variables = {}
    _calls(line, _wish("status", "Второй", 2))
    assert line.watbot.person.tags == ("B",)
    assert "email" not in line.watbot.person.fields
    assert line.watbot.person.variables == {}
    assert line.watbot.person.statuses == ["Новый", "Второй"]


def test_what_was_delivered_under_an_earlier_number_is_given_back_too() -> None:
    line = _delivered(Reading())
    assert line.watbot.person is not None
    line.watbot.person.id = line.watbot.last_id = 99
    _calls(line, _wish("variable:Y", "2", 2))
    assert line.watbot.person.variables == {"X": "1", "Y": "2"}
    _forget(line)
    _calls(line, _wish("variable:Z", "3", 3))
    assert line.watbot.person is not None
    assert line.watbot.person.variables == {"X": "1", "Y": "2", "Z": "3"}
    assert line.watbot.person.statuses == ["Новый"]


def test_a_new_number_amid_giving_back_loses_nothing() -> None:
    for at in range(3, 9):
        line = _delivered(Reading())
        _forget(line)
        line.deliver([_wish("status", "Второй", 2)])
        for _ in range(at):
            line.step()
        assert line.watbot.person is not None
        line.watbot.person.id = line.watbot.last_id = 99
        _calls(line, _wish("field:address", "Казань", 3))
        person = line.watbot.person
        assert (set(person.tags), person.variables, person.utm) == ({"A", "B", "C"}, {"X": "1"}, VK)


def test_a_new_number_in_an_echo_is_noticed_without_a_refusal() -> None:
    """An upsert finds the contact by its phone, so nobody ever refuses the old number."""
    line = _delivered(Reading(tags="replace"))
    _forget(line)
    calls = _calls(line, _wish("field:address", "Казань", 2))
    assert [type(call) for call in calls] == [Upsert, Upsert, *[AttachTag] * 3, SetStatus, SetVariable]
    person = line.watbot.person
    assert person is not None
    assert (set(person.tags), person.variables, person.utm) == ({"A", "B", "C"}, {"X": "1"}, VK)
    assert person.fields["address"] == "Казань"


def test_what_is_refused_while_giving_back_is_given_up_and_no_wish_suffers() -> None:
    line = _delivered(Reading(tags="replace"))
    _forget(line)
    line.deliver([_wish("status", "Второй", 2)])
    line.step()
    line.step()
    restoring = line.look().calls[0]
    assert restoring.reasons[0] == "restored"
    state = ContactState(contact=ANNA, wanted=line.wanted, known=line.known, delivered=line.delivered)
    error = WatbotRefused(422, fields={"email": ("Плохо.",)})
    answered = after_error(state, restoring, error, now_ms=START_MS, took_ms=1, jitter=1.0)
    assert list(answered.entry.refused) == []
    assert answered.entry.known is not None
    assert line.known.lost.keys() - answered.entry.known.lost.keys() == {"field:email"}


def test_a_number_that_is_refused_again_and_again_refuses_what_was_wished() -> None:
    """An element that only this contact refuses, in the words for an unknown one, must not go round for ever."""
    line = _delivered(Reading())
    known: Known = line.known
    planned_call = SetStatus(watbot_id=known.watbot_id or 0, status="Второй")
    line.deliver([_wish("status", "Второй", 2)])
    learnt = 0
    while line.wanted and learnt < 20:
        planned = line.look().calls[0]
        if planned.call != planned_call:
            line.step()
            continue
        state = ContactState(contact=ANNA, wanted=line.wanted, known=line.known, delivered=line.delivered)
        error = WatbotContactUnknown(422)
        answered = after_error(state, planned, error, now_ms=line.now_ms, took_ms=1, jitter=1.0)
        line._write(answered.entry)
        learnt += 1
    assert learnt == DOUBTS_MAX + 1
    assert line.refused == {"status": "contact_unknown"}
    assert line.known.lost == {}
    assert line.watbot.person is not None
    assert [type(call) for call in _calls(line, _wish("tag:D", True, 3))] == [AttachTag]
