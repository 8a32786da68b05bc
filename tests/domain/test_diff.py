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


_ABC = ("A", "B", "C")


@pytest.mark.parametrize(
    ("tags_as", "known", "sent", "reason"),
    [
        ("replace", Known(), None, "learn_tags"),
        ("add", Known(), _ABC, "tags_differ"),
        ("replace", _known(tags=("bot",)), ("bot", *_ABC), "tags_differ"),
        ("add", _known(tags=("bot",)), _ABC, "tags_differ"),
        ("replace", _known(tags=("bot",), seen_ms=NOW - 200_000), None, "learn_tags"),
        ("add", _known(tags=("bot",), seen_ms=NOW - 5_001), _ABC, "tags_differ"),
        ("replace", _known(tags=("bot",), seen_ms=NOW - 5_000), ("bot", *_ABC), "tags_differ"),
        ("replace", _known(tags=("bot",), seen_ms=NOW - 5_001), None, "learn_tags"),
        ("replace", _known(tags=("bot",), seen_ms=NOW + 1), None, "learn_tags"),
    ],
)
def test_a_list_of_tags_never_drops_one_that_was_seen(
    tags_as: TagsAs, known: Known, sent: tuple[str, ...] | None, reason: str
) -> None:
    """Where the rules file says that a list replaces, the tags are learnt first and sent back with ours at once."""
    wanted = _wanted(tag_A=True, tag_B=True, tag_C=True)
    planned = difference(ANNA, wanted, known, Account(), Policy(tags_as=tags_as), now_ms=NOW).calls[0]
    assert isinstance(planned.call, Upsert)
    assert planned.call.tags == sent
    assert reason in planned.reasons
    assert ("tag:A" in planned.elements) is (sent is not None)


def test_what_a_list_does_is_learnt_by_a_tag_of_ours_that_it_leaves_out() -> None:
    wanted = _wanted(tag_A=True, tag_B=True, tag_C=True)
    seen = _known(tags=("bot",))
    (probe,) = difference(ANNA, wanted, seen, Account(), Policy(), now_ms=NOW).calls
    assert (probe.call, probe.reasons) == (AttachTag(watbot_id=7, name="A"), ("tag_probe",))

    attached = _known(tags=("bot", "A"), probe="A")
    look = difference(ANNA, wanted, attached, Account(), Policy(), now_ms=NOW)
    assert look.settled == {"tag:A": "already_so"}
    (listed,) = look.calls
    assert isinstance(listed.call, Upsert)
    assert listed.call.tags == ("bot", "B", "C")

    dropped = _known(tags=("bot", "B", "C"))
    (again,) = difference(ANNA, wanted, dropped, Account(tags="replace"), Policy(), now_ms=NOW).calls
    assert again.call == AttachTag(watbot_id=7, name="A")


def test_a_probe_seen_too_long_ago_risks_nothing() -> None:
    wanted = _wanted(**{f"tag_{n}": True for n in range(5)})
    old = _known(tags=("bot", "0"), probe="0", seen_ms=NOW - 5_001)
    (only,) = difference(ANNA, wanted, old, Account(), Policy(), now_ms=NOW).calls
    assert isinstance(only.call, Upsert)
    assert only.call.tags is None


def test_where_a_list_was_seen_to_drop_what_it_does_not_name_none_is_sent_again() -> None:
    wanted = _wanted(**{f"tag_{n}": True for n in range(9)})
    for known in (_known(), _known(seen_ms=0)):
        assert [type(call) for call in _calls(wanted, known, Account(tags="replace"))] == [AttachTag] * 9


_STALE = _known(seen_ms=NOW - 200_000)
_LEARNT_IN_VAIN = _known(seen_ms=NOW - 5_001, learns=3)


@pytest.mark.parametrize(
    ("account", "known", "tags", "email", "calls"),
    [
        # Attaching drops nothing: it is taken wherever it costs no more calls than learning and sending a list.
        (Account(), _STALE, 1, False, [AttachTag]),
        (Account(), _STALE, 2, False, [AttachTag, AttachTag]),
        (Account(), _STALE, 3, False, [AttachTag, AttachTag, AttachTag]),
        (Account(), _STALE, 4, False, [Upsert]),
        (Account(), _STALE, 2, True, [Upsert, AttachTag, AttachTag]),
        (Account(), _STALE, 3, True, [Upsert]),
        (Account(), _known(), 1, False, [AttachTag]),
        (Account(), _known(), 1, True, [Upsert, AttachTag]),
        (Account(), _known(), 3, False, [AttachTag]),
        (Account(tags="add"), _STALE, 1, False, [AttachTag]),
        (Account(tags="add"), _STALE, 2, False, [Upsert]),
        (Account(tags="add"), _STALE, 1, True, [Upsert]),
        (Account(), Known(), 1, False, [Upsert]),
        (Account(), _known(seen_ms=NOW - 5_000, learns=2), 3, False, [AttachTag]),
        # Learnt again and again, and each time the slot to send them came too late.
        (Account(), _LEARNT_IN_VAIN, 3, False, [AttachTag, AttachTag, AttachTag]),
        (Account(), _LEARNT_IN_VAIN, 3, True, [Upsert, AttachTag, AttachTag, AttachTag]),
    ],
)
def test_a_few_tags_are_attached_one_by_one(
    account: Account, known: Known, tags: int, email: bool, calls: list[type]
) -> None:
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
