"""What `doctor` says of what it sees."""

from __future__ import annotations

from typing import Literal

import pytest

from processor.domain.checkup import DURABLE, of_clock, of_durability, of_tags, of_workers
from processor.domain.known import Account
from processor.text import LANGUAGES


@pytest.mark.parametrize(
    ("tags_as", "known", "state"),
    [
        ("auto", "unknown", "note"),
        ("auto", "add", "ok"),
        ("auto", "replace", "ok"),
        ("add", "unknown", "ok"),
        ("add", "add", "ok"),
        ("add", "replace", "wrong"),
        ("replace", "unknown", "ok"),
        ("replace", "add", "note"),
        ("attach", "add", "note"),
    ],
)
def test_what_is_known_of_lists_of_tags(tags_as: str, known: Literal["unknown", "add", "replace"], state: str) -> None:
    found = of_tags(tags_as, Account(tags=known))
    assert found.state == state
    assert (found.todo is None) is (state == "ok")


def test_while_lists_are_not_known_the_probe_is_named() -> None:
    todo = of_tags("auto", Account()).todo
    assert todo is not None
    assert all("watbot-hooks doctor --probe" in todo.say(language) for language in LANGUAGES)


def test_a_store_that_may_lose_what_it_took_is_named_with_what_to_set() -> None:
    assert of_durability(DURABLE).state == "ok"
    found = of_durability(dict(DURABLE) | {"appendfsync": "everysec"})
    assert (found.state, found.said.en) == ("wrong", "what was taken in may be lost: appendfsync everysec")
    assert found.todo is not None
    assert found.todo.en == "set the store's appendfsync always"
    assert of_durability(None).state == "note"


def test_clocks_and_workers() -> None:
    assert [of_clock(ms).state for ms in (0, -2_000, 2_001, -60_000)] == ["ok", "ok", "wrong", "wrong"]
    assert [of_workers(alive).state for alive in (0, 1)] == ["wrong", "ok"]
