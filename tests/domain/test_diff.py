"""The fewest safe calls: what is wanted against what is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.call import AttachTag, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.diff import difference
from processor.domain.known import Account, Known
from processor.domain.lane import CALM
from processor.domain.policy import Policy
from processor.domain.rule import TagsAs
from processor.domain.wish import Wish

ANNA = ContactId(1, "whatsapp", "+79000000001")
NOW = 1_000_000_000
DAY = 86_400_000


def _wanted(**elements: Any) -> dict[str, Wish]:
    """tag_A=True -> tag:A, field_name="…" -> field:name, and so on."""
    names = {name: name.replace("_", ":", 1) for name in elements}
    return {
        names[name]: Wish(element=names[name], value=value, stamp="s", event="e", rule="r")
        for name, value in elements.items()
    }


def _known(**other: Any) -> Known:
    known: dict[str, Any] = {"watbot_id": 7, "fields": {"name": "Анна"}, "tags": (), "seen_ms": NOW}
    return Known(**(known | other))


def _calls(wanted: dict[str, Wish], known: Known, account: Account | None = None, **policy: Any) -> list[Any]:
    return [c.call for c in difference(ANNA, wanted, known, account or Account(), Policy(**policy), now_ms=NOW).calls]


def test_what_is_already_so_costs_no_call() -> None:
    wanted = _wanted(field_name="Анна", tag_A=True, utm_last={"source": "yandex"})
    look = difference(
        ANNA,
        wanted,
        _known(tags=("A", "B"), utm={"source": "yandex", "medium": "cpc"}),
        Account(),
        Policy(),
        now_ms=NOW,
    )
    assert look.calls == ()
    assert look.settled == {"field:name": "already_so", "tag:A": "already_so", "utm:last": "already_so"}


def test_a_confirmation_grows_stale() -> None:
    assert _calls(_wanted(field_name="Анна"), _known(seen_ms=NOW - DAY)) == [
        Upsert(contact=ANNA, name="Анна", phone=ANNA.id)
    ]


def test_a_status_of_a_known_contact_is_one_call() -> None:
    assert _calls(_wanted(status="Новый"), _known(seen_ms=0)) == [SetStatus(watbot_id=7, status="Новый")]


def test_a_status_is_sent_even_when_it_was_sent_before() -> None:
    """Managers change it by hand, and nothing shows what it is now."""
    assert _calls(_wanted(status="Новый"), _known(status="Новый")) == [SetStatus(watbot_id=7, status="Новый")]


def test_an_older_status_goes_first_even_when_nobody_waits_for_it() -> None:
    """In its own lane it would arrive after the newer one, and stay."""
    older = Wish(element="status", value="Отменён", stamp="1", event="a", rule="r", lane=CALM)
    newer = Wish(element="status:2:0000", value="Оплачен", stamp="2", event="b", rule="r")
    wanted = {wish.element: wish for wish in (newer, older)}
    assert [call.status for call in _calls(wanted, _known())] == ["Отменён", "Оплачен"]


def test_a_new_contact_needs_its_id_before_its_status() -> None:
    wanted = _wanted(status="Новый", field_name="Анна")
    (only,) = _calls(wanted, Known())
    assert only == Upsert(contact=ANNA, name="Анна", phone=ANNA.id)


_UNKNOWN, _ADD, _REPLACE = Account(), Account(tags="add"), Account(tags="replace")


@pytest.mark.parametrize("known", [Known(), _known(tags=("bot",)), _known(seen_ms=0), _known(tags=None)])
@pytest.mark.parametrize(
    ("account", "tags_as", "lists"),
    [
        (_ADD, "auto", True),
        (_UNKNOWN, "add", True),
        (_REPLACE, "add", True),
        (_UNKNOWN, "auto", False),
        (_REPLACE, "auto", False),
        (_ADD, "replace", False),
        (_ADD, "attach", False),
    ],
)
def test_a_list_of_tags_goes_only_where_lists_are_known_to_add(
    account: Account, tags_as: TagsAs, lists: bool, known: Known
) -> None:
    """Elsewhere it could drop a tag that the bot has set since anybody looked."""
    wanted = _wanted(tag_A=True, tag_B=True, tag_C=True, field_email="a@example.com")
    planned = difference(ANNA, wanted, known, account, Policy(tags_as=tags_as), now_ms=NOW).calls
    listed = [one.call.tags for one in planned if isinstance(one.call, Upsert) and one.call.tags is not None]
    assert listed == ([("A", "B", "C")] if lists else [])
    assert any(isinstance(one.call, AttachTag) for one in planned) <= (not lists)


_STALE = _known(seen_ms=NOW - DAY)
_SEEN_LONG_AGO = _known(seen_ms=NOW - DAY, tags=("0", "1", "2", "bot"))
_LEARNT_IN_VAIN = _known(seen_ms=NOW - DAY, tags=("0", "1", "2"), learns=3)


@pytest.mark.parametrize(
    ("account", "known", "tags", "email", "calls"),
    [
        (_UNKNOWN, _known(), 1, False, [AttachTag]),
        (_UNKNOWN, _known(), 9, False, [AttachTag] * 9),
        (_REPLACE, _STALE, 9, False, [AttachTag] * 9),
        (_UNKNOWN, _known(), 1, True, [Upsert, AttachTag]),
        # What the call for the data shows needs none of its own.
        (_UNKNOWN, _STALE, 2, True, [Upsert]),
        (_UNKNOWN, Known(), 1, False, [Upsert]),
        # A look where it saves calls: what was there long ago may be there still.
        (_UNKNOWN, _SEEN_LONG_AGO, 2, False, [Upsert]),
        (_UNKNOWN, _SEEN_LONG_AGO, 1, False, [AttachTag]),
        (_UNKNOWN, _SEEN_LONG_AGO, 5, False, [Upsert]),
        (_UNKNOWN, _LEARNT_IN_VAIN, 3, False, [AttachTag] * 3),
        (_UNKNOWN, _LEARNT_IN_VAIN, 3, True, [Upsert, *[AttachTag] * 3]),
        (_ADD, _STALE, 1, False, [AttachTag]),
        (_ADD, _STALE, 2, False, [Upsert]),
        (_ADD, _STALE, 1, True, [Upsert]),
    ],
)
def test_tags_take_the_fewest_calls(account: Account, known: Known, tags: int, email: bool, calls: list[type]) -> None:
    wanted = _wanted(**{f"tag_{n}": True for n in range(tags)}, **({"field_email": "a@example.com"} if email else {}))
    found = _calls(wanted, known, account)
    assert [type(call) for call in found] == calls
    carried = [c.elements for c in difference(ANNA, wanted, known, account, Policy(), now_ms=NOW).calls]
    assert len({e for elements in carried for e in elements}) == sum(map(len, carried)), "each wish travels once"


def test_an_unwanted_tag_is_detached_by_name() -> None:
    assert _calls(_wanted(tag_A=False), _known(tags=("A",))) == [DetachTag(watbot_id=7, name="A")]
    assert _calls(_wanted(tag_A=False), _known(tags=("B",))) == []


def test_a_placeholder_never_beats_a_real_name() -> None:
    assert _calls(_wanted(field_email="a@example.com"), _known())[0].name == "Анна"
    assert _calls(_wanted(field_email="a@example.com"), Known(), unnamed="Гость")[0].name == "Гость"


def test_the_first_utm_is_kept_where_there_is_one() -> None:
    look = difference(
        ANNA, _wanted(utm_first={"source": "vk"}), _known(utm={"source": "yandex"}), Account(), Policy(), now_ms=NOW
    )
    assert (look.calls, look.settled) == ((), {"utm:first": "kept"})
    assert _calls(_wanted(utm_first={"source": "vk"}), _known())[0].utm == {"source": "vk"}


def test_utm_that_does_not_stick_goes_into_variables() -> None:
    wanted = _wanted(utm_last={"source": "vk", "medium": "cpc"})
    ignored = Account(utm="ignored")
    assert _calls(wanted, _known(), ignored) == [
        SetVariable(watbot_id=7, name="utm_source", value="vk"),
        SetVariable(watbot_id=7, name="utm_medium", value="cpc"),
    ]
    half = _known(variables={"utm_source": "vk"})
    assert _calls(wanted, half, ignored) == [SetVariable(watbot_id=7, name="utm_medium", value="cpc")]


def test_utm_switched_off_is_settled_without_a_call() -> None:
    look = difference(ANNA, _wanted(utm_last={"source": "vk"}), _known(), Account(), Policy(utm_as="off"), now_ms=NOW)
    assert (look.calls, look.settled) == ((), {"utm:last": "switched_off"})


def test_everything_of_a_new_contact_travels_in_one_upsert_where_lists_add() -> None:
    wanted = _wanted(
        field_name="Анна",
        field_email="a@example.com",
        tag_A=True,
        tag_B=True,
        utm_last={"source": "vk"},
        status="Новый",
    )
    (only,) = difference(ANNA, wanted, Known(), Account(tags="add"), Policy(), now_ms=NOW).calls
    assert only.call == Upsert(
        contact=ANNA, name="Анна", email="a@example.com", phone=ANNA.id, tags=("A", "B"), utm={"source": "vk"}
    )
    assert set(only.elements) == set(wanted) - {"status"}


@given(
    wanted=st.dictionaries(
        st.sampled_from(["field:name", "tag:A", "tag:B", "tag:C", "utm:last", "utm:first", "status"]),
        st.booleans(),
        min_size=1,
    ),
    known=st.builds(
        Known,
        watbot_id=st.sampled_from([None, 7]),
        tags=st.sampled_from([None, (), ("A",)]),
        utm=st.sampled_from([None, {"source": "vk"}]),
        variables=st.sampled_from([{}, {"utm_source": "vk"}]),
        seen_ms=st.sampled_from([0, NOW, NOW - 5_000, NOW - DAY, NOW + DAY]),
    ),
    account=st.builds(
        Account, tags=st.sampled_from(["unknown", "add", "replace"]), utm=st.sampled_from(["unknown", "ignored"])
    ),
    utm_as=st.sampled_from(["auto", "field", "variables", "off"]),
)
def test_every_open_wish_leads_to_a_call(wanted: dict[str, bool], known: Known, account: Account, utm_as: str) -> None:
    """Else a contact would be claimed again and again with nothing to do."""
    values: dict[str, object] = {"utm:last": {"source": "vk"}, "utm:first": {"source": "ok"}, "status": "S"}
    wishes = {
        e: Wish(element=e, value=values.get(e, yes if e.startswith("tag:") else "Анна"), stamp="s", event="e", rule="r")
        for e, yes in wanted.items()
    }
    found = difference(ANNA, wishes, known, account, Policy(utm_as=utm_as), now_ms=NOW)
    assert found.calls or set(found.settled) == set(wishes)
    carried = [e for planned in found.calls for e in planned.elements]
    assert len(set(carried)) == len(carried)
    assert not set(carried) & set(found.settled)
