"""What an answer of Watbot teaches about the contact and about the account."""

from __future__ import annotations

import msgspec
import pytest

from processor.domain.call import Call, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.known import Account, Known
from workers.learn import facts, learnt, utm_stuck
from workers.watbot.contact import Contact

ANNA = ContactId(1, "whatsapp", "+79000000001")
BEFORE = Known(watbot_id=7, fields={"name": "Анна"}, tags=("a", "b"), variables={"x": "1"}, seen_ms=5)


def _upsert(tags: tuple[str, ...] | None = None, utm: dict[str, str] | None = None, **fields: str) -> Upsert:
    return Upsert(contact=ANNA, **{"name": "Анна", **fields}, tags=tags, utm=utm)


def _known(call: Call, echo: Contact | None = None) -> Known:
    return learnt(BEFORE, call, echo, now_ms=9)


LEARNT: dict[str, tuple[Call, Contact | None, Known]] = {
    "an upsert shows the whole contact": (
        _upsert(tags=("c",), email="anna@example.com"),
        Contact(id=8, name="Анна", email="anna@example.com", address="Казань", tags=("c",), utm={"source": "vk"}),
        Known(
            watbot_id=8,
            fields={"name": "Анна", "email": "anna@example.com", "address": "Казань"},
            tags=("c",),
            utm={"source": "vk"},
            variables={"x": "1"},
            seen_ms=9,
        ),
    ),
    "what was accepted counts as sent, however Watbot writes it": (
        _upsert(phone="+79000000001"),
        Contact(id=7, name="АННА", phone="+79000000001", tags=("a", "b")),
        Known(
            watbot_id=7,
            fields={"name": "Анна", "phone": "+79000000001"},
            tags=("a", "b"),
            variables={"x": "1"},
            seen_ms=9,
        ),
    ),
    "tags that are not shown are not known any more: a list made of old ones could drop new ones": (
        _upsert(),
        Contact(id=7),
        Known(watbot_id=7, fields={"name": "Анна"}, tags=None, variables={"x": "1"}, seen_ms=9),
    ),
    "no tags are tags too": (
        _upsert(),
        Contact(id=7, tags=()),
        Known(watbot_id=7, fields={"name": "Анна"}, tags=(), variables={"x": "1"}, seen_ms=9),
    ),
    "an upsert without an echo teaches nothing": (_upsert(), None, BEFORE),
    "a status is remembered as sent": (
        SetStatus(watbot_id=7, status="Новый"),
        None,
        Known(watbot_id=7, fields={"name": "Анна"}, tags=("a", "b"), variables={"x": "1"}, status="Новый", seen_ms=5),
    ),
    "a variable joins the others": (
        SetVariable(watbot_id=7, name="utm_source", value="vk"),
        None,
        Known(
            watbot_id=7,
            fields={"name": "Анна"},
            tags=("a", "b"),
            variables={"x": "1", "utm_source": "vk"},
            variables_ms={"utm_source": 9},
            seen_ms=5,
        ),
    ),
    "a detached tag is gone": (
        DetachTag(watbot_id=7, name="a"),
        None,
        Known(watbot_id=7, fields={"name": "Анна"}, tags=("b",), variables={"x": "1"}, seen_ms=5),
    ),
}


@pytest.mark.parametrize("name", LEARNT)
def test_an_answer_teaches_what_it_shows_and_no_more(name: str) -> None:
    call, echo, known = LEARNT[name]
    assert _known(call, echo) == known


def test_detaching_from_unknown_tags_leaves_them_unknown() -> None:
    assert learnt(Known(watbot_id=7), DetachTag(watbot_id=7, name="a"), None, 9).tags is None


VK = {"source": "vk", "medium": "cpc"}
FACTS: dict[str, tuple[Call, Contact | None, Account, dict[str, str]]] = {
    "utm shown whole is stored": (_upsert(utm=VK), Contact(id=7, utm=VK), Account(), {"utm": "stored"}),
    "utm among other marks is stored": (
        _upsert(utm=VK),
        Contact(id=7, utm=VK | {"term": "x"}),
        Account(),
        {"utm": "stored"},
    ),
    "utm not shown is ignored": (_upsert(utm=VK), Contact(id=7), Account(), {"utm": "ignored"}),
    "utm shown in part is ignored": (
        _upsert(utm=VK),
        Contact(id=7, utm={"source": "vk"}),
        Account(),
        {"utm": "ignored"},
    ),
    "what was believed is no news": (_upsert(utm=VK), Contact(id=7, utm=VK), Account(utm="stored"), {}),
    "a belief may change": (_upsert(utm=VK), Contact(id=7), Account(utm="stored"), {"utm": "ignored"}),
    "a tag that the list did not name means that lists add": (
        _upsert(tags=("a",)),
        Contact(id=7, tags=("a", "b")),
        Account(),
        {"tags": "add"},
    ),
    "exactly the list says nothing": (_upsert(tags=("a",)), Contact(id=7, tags=("a",)), Account(), {}),
    "tags not shown say nothing": (_upsert(tags=("a",)), Contact(id=7), Account(), {}),
    "without a list nothing is learnt of tags": (_upsert(), Contact(id=7, tags=("a",)), Account(), {}),
    "a status says nothing of the account": (SetStatus(watbot_id=7, status="x"), None, Account(), {}),
}


@pytest.mark.parametrize("name", FACTS)
def test_the_echo_tells_how_the_account_reads_tags_and_utm(name: str) -> None:
    call, echo, believed, found = FACTS[name]
    assert facts(call, echo, believed, Known(), 9) == found


def test_an_echo_without_the_tags_that_stood_there_corrects_the_reading() -> None:
    listed, without = _upsert(tags=("c",)), Contact(id=7, tags=("c",))
    for believed in (Account(), Account(tags="add")):
        assert facts(listed, without, believed, BEFORE, 60_005) == {"tags": "replace"}
    assert facts(listed, without, Account(tags="replace"), BEFORE, 9) == {}, "no news"
    assert facts(listed, Contact(id=7, tags=("a", "c")), Account(), BEFORE, 9) == {"tags": "add"}
    assert facts(listed, without, Account(tags="add"), BEFORE, 60_006) == {}, "the bot may have taken them off since"
    assert facts(listed, Contact(id=8, tags=("c",)), Account(tags="add"), BEFORE, 9) == {}, "another contact"
    doubted = msgspec.structs.replace(BEFORE, in_doubt=True)
    assert facts(listed, without, Account(tags="add"), doubted, 9) == {}, "nobody knows what stood there"
    assert facts(_upsert(), Contact(id=7, tags=()), Account(tags="add"), BEFORE, 9) == {}, "without a list"


def test_utm_sticks_only_whole() -> None:
    assert utm_stuck(_upsert(utm=VK), Contact(id=7, utm=VK))
    assert not utm_stuck(_upsert(utm=VK), Contact(id=7, utm={"source": "vk"}))
    assert not utm_stuck(_upsert(utm=VK), Contact(id=7, utm=None))
