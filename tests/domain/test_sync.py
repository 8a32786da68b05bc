"""Who waits for the first sync: only what would go out under the placeholder, and never for ever."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from processor.domain.contact import ContactId
from processor.domain.diff import difference
from processor.domain.known import Account, Known
from processor.domain.policy import Policy
from processor.domain.sync import (
    FAILURES_WAITED_FOR,
    LOOK_AGAIN_MS_MAX,
    LOOK_AGAIN_MS_MIN,
    NAME_WAIT_MS_MAX,
    Sync,
    name_wait_ms,
    untold,
)
from processor.domain.wish import Wish

ANNA = ContactId(1, "whatsapp", "+79000000001")
NOW = 1_000_000_000


def _sync(**other: Any) -> Sync:
    return msgspec.structs.replace(Sync(bot=1, state="running"), **other)


def _wanted(**elements: Any) -> dict[str, Wish]:
    names = {name: name.replace("_", ":", 1) for name in elements}
    return {
        names[name]: Wish(element=names[name], value=value, stamp="s", event="e", rule="r")
        for name, value in elements.items()
    }


@pytest.mark.parametrize(
    ("sync", "expected", "held"),
    [
        (None, True, True),
        (None, False, False),
        (_sync(), False, True),
        (_sync(state="finished", complete_ms=5), True, False),
        (_sync(complete_ms=5), True, False),
        (_sync(state="stopped"), True, False),
        (_sync(state="memory"), True, False),
        (_sync(state="failed"), True, False),
        (_sync(failures=FAILURES_WAITED_FOR), True, False),
    ],
    ids=["soon", "never", "running", "finished", "again", "stopped", "memory", "failed", "failing"],
)
def test_contacts_are_untold_only_while_a_first_sync_is_under_way(
    sync: Sync | None, expected: bool, held: bool
) -> None:
    assert untold(sync, expected=expected) is held


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ({"field_name": "Анна", "tag_A": True}, Known()),
        ({"tag_A": True}, Known(watbot_id=7)),
        ({"tag_A": True}, Known(fields={"name": "Анна"})),
    ],
    ids=["named by the event", "known", "named by what is known"],
)
def test_a_contact_with_a_name_never_waits(wanted: dict[str, Any], known: Known) -> None:
    assert name_wait_ms(_wanted(**wanted), known, _sync(), waits_since_ms=0, now_ms=NOW) == 0


def _wait(sync: Sync | None, since_ms: int = NOW) -> int:
    return name_wait_ms(_wanted(tag_A=True), Known(), sync, waits_since_ms=since_ms, now_ms=NOW)


def test_a_contact_without_a_name_looks_again_when_the_sync_should_be_through() -> None:
    assert _wait(None) == _wait(_sync()) == LOOK_AGAIN_MS_MIN
    halfway = _sync(began_ms=NOW - 10_000, pages=20, page=21, last_page=40)
    assert _wait(halfway) == 10_000
    assert _wait(_sync(began_ms=NOW - 10_000, pages=2, page=3, last_page=400)) == LOOK_AGAIN_MS_MAX
    assert _wait(_sync(began_ms=NOW - 10, pages=2, page=3, last_page=2)) == LOOK_AGAIN_MS_MIN


def test_nobody_waits_longer_than_the_limit() -> None:
    slow = _sync(began_ms=NOW - 900_000, pages=1, page=2, last_page=9_000)
    assert _wait(slow, NOW - NAME_WAIT_MS_MAX + 500) == 500
    assert _wait(slow, NOW - NAME_WAIT_MS_MAX) == 0
    assert _wait(slow, NOW - 2 * NAME_WAIT_MS_MAX) == 0


def test_the_first_utm_of_whom_the_list_showed_without_any_goes_at_once() -> None:
    wanted = _wanted(field_name="Анна", utm_first={"source": "vk"})
    (unknown,) = difference(ANNA, wanted, Known(), Account(), Policy(), now_ms=NOW).calls
    assert unknown.elements == ("field:name",), "its echo will tell whether there is an older one"
    listed = Known(watbot_id=7, fields={"name": "Анна"}, listed_ms=NOW)
    (known,) = difference(ANNA, wanted, listed, Account(), Policy(), now_ms=NOW).calls
    assert known.elements == ("utm:first",)


def test_what_the_list_showed_confirms_fields_and_utm_but_no_tags() -> None:
    listed = Known(watbot_id=7, fields={"name": "Анна"}, utm={"source": "vk"}, tags=("A",), listed_ms=NOW)
    wanted = _wanted(field_name="Анна", utm_last={"source": "vk"}, tag_A=True)
    look = difference(ANNA, wanted, listed, Account(), Policy(), now_ms=NOW)
    assert set(look.settled) == {"field:name", "utm:last"}
    assert [call.elements for call in look.calls] == [("tag:A",)]
