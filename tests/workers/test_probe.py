"""Finding out what lists of tags do costs the contact nothing, wherever it is broken off."""

from __future__ import annotations

from typing import Literal

import pytest

from processor.domain.call import Call
from tests.harness.pure_line import ANNA, START_MS
from tests.harness.pure_watbot import PureWatbot, Reading
from workers.probe import LEFT_OUT, LISTED, Probed, probe
from workers.watbot.contact import Contact
from workers.watbot.errors import WatbotUnavailable

TAGS = ("бот", "Покупатель")
BOTH: tuple[Literal["add", "replace"], ...] = ("add", "replace")


class Killed(BaseException):
    """kill -9: nothing more is done."""


def _watbot(reading: Reading, tags: tuple[str, ...] = TAGS) -> PureWatbot:
    watbot = PureWatbot(reading)
    person = watbot.add(START_MS)
    person.fields["name"], person.tags = "Анна", tags
    return watbot


def _tags(watbot: PureWatbot) -> set[str]:
    assert watbot.person is not None
    return set(watbot.person.tags)


def _probe(watbot: PureWatbot) -> Probed:
    assert watbot.person is not None
    return probe(lambda call: watbot.make(call, START_MS), ANNA, watbot.person.id, "Анна")


@pytest.mark.parametrize("tags", [TAGS, ()])
@pytest.mark.parametrize("reading", BOTH)
def test_it_tells_what_lists_do_and_the_contact_is_as_before(
    reading: Literal["add", "replace"], tags: tuple[str, ...]
) -> None:
    watbot = _watbot(Reading(tags=reading), tags)
    assert _probe(watbot) == Probed(reading)
    assert _tags(watbot) == set(tags)
    assert watbot.person is not None
    assert watbot.person.fields["name"] == "Анна"


@pytest.mark.parametrize("effect", [False, True], ids=["before its effect", "after its effect"])
@pytest.mark.parametrize("reading", BOTH)
def test_a_probe_that_is_killed_drops_nothing_and_the_next_one_tidies_up(
    reading: Literal["add", "replace"], effect: bool
) -> None:
    for at in range(7):
        watbot, made = _watbot(Reading(tags=reading)), 0

        def make(call: Call, watbot: PureWatbot = watbot, at: int = at) -> Contact | None:
            nonlocal made
            made += 1
            if made > at + 1:
                raise Killed
            if made == at + 1:
                if effect:
                    watbot.make(call, START_MS)
                raise Killed
            return watbot.make(call, START_MS)

        assert watbot.person is not None
        try:
            probe(make, ANNA, watbot.person.id, "Анна")
        except Killed:
            assert _tags(watbot) - {LEFT_OUT, LISTED} == set(TAGS), f"killed at call {at}"
        assert _probe(watbot) == Probed(reading)
        assert _tags(watbot) == set(TAGS)


@pytest.mark.parametrize("reading", BOTH)
def test_a_call_that_fails_for_good_leaves_no_tag_of_the_probe(reading: Literal["add", "replace"]) -> None:
    for at in range(3):
        watbot, made = _watbot(Reading(tags=reading)), 0

        def make(call: Call, watbot: PureWatbot = watbot, at: int = at) -> Contact | None:
            nonlocal made
            made += 1
            echo = watbot.make(call, START_MS)
            if made == at + 1:
                raise WatbotUnavailable("timeout")
            return echo

        assert watbot.person is not None
        with pytest.raises(WatbotUnavailable):
            probe(make, ANNA, watbot.person.id, "Анна")
        assert _tags(watbot) == set(TAGS)


def test_a_tag_that_went_meanwhile_is_attached_again() -> None:
    """Should Watbot do with a list what nobody thought of."""
    watbot = _watbot(Reading(tags="replace"))
    made = 0

    def make(call: Call) -> Contact | None:
        nonlocal made
        made += 1
        echo = watbot.make(call, START_MS)
        if made == 3:
            assert watbot.person is not None
            watbot.person.tags = (LISTED,)
        return echo

    assert watbot.person is not None
    assert probe(make, ANNA, watbot.person.id, "Анна") == Probed("replace", attached_again=TAGS)
    assert _tags(watbot) == set(TAGS)


def test_where_tags_are_not_shown_nothing_is_concluded() -> None:
    watbot = _watbot(Reading(tags="replace", shows_tags=False))
    assert _probe(watbot) == Probed("unknown", "tags_not_shown")
    assert _tags(watbot) == set(TAGS)


def test_an_answer_about_another_contact_ends_it() -> None:
    watbot = _watbot(Reading())
    assert watbot.person is not None
    watbot.person.id = 99

    def make(call: Call) -> Contact | None:
        assert watbot.person is not None
        here = getattr(call, "watbot_id", None)
        watbot.person.id = 7 if here == 7 else 99
        return watbot.make(call, START_MS)

    assert probe(make, ANNA, 7, "Анна") == Probed("unknown", "another_contact")
    assert _tags(watbot) == set(TAGS)
