"""UTM really lands: believed is only what Watbot shows, in whatever spelling, and the first one is never replaced."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.call import SetVariable, Upsert
from processor.domain.known import Account, Known
from processor.domain.policy import Policy
from processor.domain.wish import Wish
from tests.harness.pure_line import ANNA, START_MS, PureLine
from tests.harness.pure_watbot import PureWatbot, Reading
from workers.learn import facts, is_same
from workers.watbot.contact import Contact

VK = {"source": "VK", "medium": " Post  Card"}
OK = {"source": "OK", "medium": "Post"}


def _wish(element: str, value: Any, stamp: int) -> Wish:
    return Wish(element=element, value=value, stamp=f"{stamp:027}", event="e", rule="r")


def _line(reading: Reading, *, shown: dict[str, str] | None = None, **policy: Any) -> PureLine:
    watbot = PureWatbot(reading)
    if shown is not None:
        watbot.add(START_MS - 1_000_000).utm = shown
    return PureLine(watbot, Policy(**policy))


def _utm(line: PureLine) -> dict[str, str]:
    assert line.watbot.person is not None
    variables = line.watbot.person.variables.items()
    return line.watbot.person.utm | {name.removeprefix("utm_"): text for name, text in variables}


def _calls(line: PureLine, *wishes: Wish) -> list[type]:
    made = len(line.calls)
    line.deliver(wishes)
    line.work()
    return [type(planned.call) for planned in line.calls[made:]]


def test_utm_that_watbot_spells_in_its_own_way_has_landed_and_is_not_sent_again() -> None:
    line = _line(Reading(utm="own"))
    assert _calls(line, _wish("utm:last", VK, 1)) == [Upsert]
    assert line.account.utm == "stored"
    assert line.watbot.person is not None
    assert line.watbot.person.utm == {"source": "vk", "medium": "post  card"}
    assert _calls(line, _wish("utm:last", VK, 2)) == [], "the same again is no call"
    assert _calls(line, _wish("field:email", "a@example.com", 3), _wish("utm:last", VK, 3)) == [Upsert]
    assert line.calls[-1].call.utm is None  # type: ignore[union-attr]
    assert _calls(line, _wish("utm:last", VK, 4)) == [], "not even after an echo without it"
    assert _calls(line, _wish("utm:last", OK, 5)) == [Upsert]


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
    spell=st.sampled_from([str.lower, str.upper, str.strip, str.title, lambda _: "x", lambda text: text[:40]]),
)
def test_whatever_watbot_makes_of_a_mark_it_comes_to_an_end(text: str, spell: Any) -> None:
    line = _line(Reading(utm="own", spell=spell))
    calls = _calls(line, _wish("utm:last", {"source": text}, 1))
    assert calls in ([Upsert], [Upsert, SetVariable])
    assert line.watbot.person is not None
    landed = is_same(text, line.watbot.person.utm.get("source"))
    assert landed or line.watbot.person.variables == {"utm_source": text}


@pytest.mark.parametrize("reading", ["merge", "replace", "own"])
def test_the_first_utm_never_replaces_what_was_there_before_us(reading: Any) -> None:
    line = _line(Reading(utm=reading), shown={"source": "direct"})
    assert _calls(line, _wish("utm:first", VK, 1)) == [Upsert]
    assert line.calls[0].reasons == ("learn_id", "learn_utm")
    assert _utm(line) == {"source": "direct"}


def test_the_first_utm_of_a_contact_without_any_is_written_after_a_look() -> None:
    line = _line(Reading())
    assert _calls(line, _wish("field:name", "Анна", 1), _wish("utm:first", VK, 1)) == [Upsert, Upsert]
    assert _utm(line) == VK


def test_the_first_utm_is_looked_for_again_when_the_last_look_was_long_ago() -> None:
    line = _line(Reading())
    _calls(line, _wish("field:name", "Анна", 1))
    assert line.watbot.person is not None
    line.now_ms += 90_000_000
    line.watbot.person.utm = {"source": "bot"}
    assert _calls(line, _wish("utm:first", VK, 2)) == [Upsert]
    assert _utm(line) == {"source": "bot"}


@pytest.mark.parametrize("utm_as", ["auto", "variables"])
def test_the_first_utm_goes_into_variables_whole(utm_as: str) -> None:
    line = _line(Reading(utm="ignore"), utm_as=utm_as)
    line.account = Account(utm="ignored")
    assert _calls(line, _wish("utm:first", VK, 1)) == [Upsert, SetVariable, SetVariable]
    assert _utm(line) == VK
    assert _calls(line, _wish("utm:first", OK, 2)) == []


def test_an_older_first_takes_the_place_of_a_younger_one_that_was_delivered_before_it() -> None:
    line = _line(Reading(utm="replace"))
    _calls(line, _wish("utm:first", OK, 5))
    assert _calls(line, _wish("utm:first", VK, 3)) == [Upsert]
    assert _utm(line) == VK


def test_nor_does_it_once_the_last_one_said_the_same() -> None:
    line = _line(Reading())
    _calls(line, _wish("utm:first", OK, 5))
    assert _calls(line, _wish("utm:last", OK, 6)) == []
    assert _calls(line, _wish("utm:first", VK, 3)) == []
    assert _utm(line) == OK


def test_utm_beside_a_field_that_never_changes_goes_into_variables_once() -> None:
    """Watbot keeps UTM of its own there, and none of ours."""
    line = _line(Reading(utm="ignore"), shown={"source": "direct", "medium": "none"})
    assert _calls(line, _wish("utm:last", VK, 1)) == [Upsert, SetVariable, SetVariable]
    assert _calls(line, _wish("utm:last", VK, 2)) == []


def test_a_variable_of_a_rule_is_not_taken_for_utm_in_the_contact() -> None:
    line = _line(Reading())
    _calls(line, _wish("variable:utm_source", "VK", 1))
    assert _calls(line, _wish("utm:last", {"source": "VK"}, 2)) == [Upsert]


def test_where_both_want_a_variable_the_rule_wins_and_they_do_not_take_turns() -> None:
    line = _line(Reading(utm="ignore"))
    line.account = Account(utm="ignored")
    both = [_wish("utm:last", VK, 1), _wish("variable:utm_source", "mine", 1)]
    assert _calls(line, *both) == [Upsert, SetVariable, SetVariable]
    assert _utm(line) == {"source": "mine", "medium": VK["medium"]}


def test_an_account_is_not_taken_to_ignore_utm_for_a_spelling() -> None:
    call = Upsert(contact=ANNA, name="Анна", utm={"source": "VK "})
    assert facts(call, Contact(id=7, utm={"source": "vk"}), Account(utm="stored"), Known(), 0) == {}
    assert facts(call, Contact(id=7, utm={"source": "ok"}), Account(utm="stored"), Known(), 0) == {"utm": "ignored"}
