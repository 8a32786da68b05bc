"""What VK's Callback API says, wants to hear, and how it proves itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from processor.domain.delivery import Answer
from processor.domain.event import Customer, Event, Form
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.registry import preset_of
from tests.harness.deliveries_forms import PHONE, vk, vk_form
from tests.sources.asking import code, event, inbound, key

GROUP = Source("group", "vk", secrets=("vk-secret", "old-secret"), confirmation="a1b2c3d4", accounts=("123456",))
ANY = Source("group", "vk", secrets=("vk-secret",), confirmation="a1b2c3d4")
TOLD = Answer(200, b"a1b2c3d4", "text/plain; charset=utf-8")


def read(body: bytes) -> Event:
    """The event of a call."""
    return event(inbound(body), GROUP)


def asked(source: Source = GROUP, **more: Any) -> Answer | None:
    """How the question for the confirmation string is answered."""
    told = {"type": "confirmation", "group_id": 123456} | more
    return preset_of(source).handshake(inbound(json.dumps(told).encode()), source)


def test_a_form_is_read_whole() -> None:
    """VK's own questions by their keys, whatever their texts; a choice is a mapping or a list of them."""
    seen = read(vk())
    assert seen == Event(
        source="group",
        event="form.submitted",
        received_at=seen.received_at,
        customer=Customer(
            name="Анна Ивановна Примерова",
            first_name="Анна",
            last_name="Примерова",
            phone="+79000000001",
            email="anna@example.com",
            city="Казань",
            vk_id="5005",
        ),
        form=Form(
            id="3",
            name="Заявка",
            fields={
                "Имя": "Анна",
                "Отчество": "Ивановна",
                "Фамилия": "Примерова",
                "Номер телефона": PHONE,
                "E-mail": "anna@example.com",
                "Откуда вы": "Казань",
                "Размер": "M",
                "Что нравится": "Чай, Кофе",
            },
        ),
        raw=seen.raw,
    )
    assert seen.raw["object"]["ad_id"] == 909


FORMS: list[dict[str, Any]] = [
    vk_form(answers=None),
    vk_form(answers=["x", None, {}, {"key": "phone_number"}, {"answer": {"a": [1]}}]),
    vk_form(answers={"phone_number": "x"}),
    vk_form(user_id=0),
    {},
]


@pytest.mark.parametrize("about", FORMS)
def test_a_form_of_another_shape_costs_only_what_cannot_be_read(about: dict[str, Any]) -> None:
    """The event comes all the same."""
    assert read(vk(about=about)).event == "form.submitted"


MOMENT = datetime(2025, 2, 19, 21, 20, tzinfo=UTC)
OTHERS: list[tuple[str, Any, str | None, datetime | None]] = [
    ("message_new", {"message": {"from_id": 5005, "date": 1_740_000_000, "text": "a"}}, "5005", MOMENT),
    ("message_new", {"from_id": 5005, "date": 1_740_000_000}, "5005", MOMENT),
    ("group_join", {"user_id": 5005, "join_type": "join"}, "5005", None),
    ("message_allow", {"user_id": 5005, "key": "x"}, "5005", None),
    ("wall_post_new", {"from_id": -123456, "owner_id": -123456, "date": 1_740_000_000}, None, MOMENT),
    ("wall_reply_new", {"from_id": 5005, "date": 1_740_000_000}, "5005", MOMENT),
    ("new_kind", None, None, None),
    ("new_kind", ["x"], None, None),
]


@pytest.mark.parametrize(("type_", "about", "user", "moment"), OTHERS)
def test_any_other_event_keeps_its_own_word(type_: str, about: Any, user: str | None, moment: datetime | None) -> None:
    """With who did it; a community is nobody."""
    seen = read(json.dumps({"type": type_, "object": about}).encode())
    assert (seen.event, seen.customer, seen.occurred_at) == (type_, Customer(vk_id=user), moment)


def test_the_secret_stands_in_no_event() -> None:
    """Neither where VK puts it nor where a person typed it."""
    seen = str(read(vk(about=vk_form(form_name="my vk-secret"))))
    assert "vk-secret" not in seen
    assert "another" not in str(read(vk(secret="another")))


def test_the_confirmation_string_is_told_bare() -> None:
    """To the named group; a secret that comes along must be ours."""
    assert asked() == TOLD
    assert asked(secret="vk-secret") == TOLD
    assert asked(secret="old-secret") == TOLD
    assert asked(secret="another") is None
    assert asked(group_id=999) is None
    assert asked(group_id="123456") == TOLD
    assert asked(group_id=None) is None
    assert asked(ANY, group_id=999) == TOLD
    assert asked(type="lead_forms_new") is None
    assert asked(Source("group", "vk", secrets=("s",))) is None


def test_a_confirmation_that_is_not_answered_says_why() -> None:
    """So that the person who adds the address sees it."""

    def why(source: Source = GROUP, **more: Any) -> str:
        told = {"type": "confirmation", "group_id": 123456} | more
        return code(inbound(json.dumps(told).encode()), source)

    assert why(Source("group", "vk", secrets=("s",))) == "confirmation_not_configured"
    assert why(group_id=999) == "account_unknown"
    assert why(secret="another") == "token_mismatch"


@pytest.mark.parametrize("status", ["queued", "duplicate"])
def test_everything_else_is_answered_ok(status: str) -> None:
    """Plain, without quotes or a line's end."""
    assert preset_of(GROUP).handshake(inbound(vk()), GROUP) is None
    answer = preset_of(GROUP).answer(status, inbound(vk()))
    assert answer == Answer(200, b"ok", "text/plain; charset=utf-8")


PROOFS: list[tuple[bytes, str]] = [
    (vk(), "proven"),
    (vk(secret="old-secret"), "proven"),
    (vk(secret="another"), "token_mismatch"),
    (vk(secret="VK-SECRET"), "token_mismatch"),
    (vk(secret=None), "token_missing"),
    (vk(secret=""), "token_mismatch"),
    (vk(secret=["vk-secret"]), "account_unknown"),
    (vk(group_id=999), "account_unknown"),
    (vk(group_id=None), "account_unknown"),
    (b"secret=vk-secret", "account_unknown"),
    (b"", "account_unknown"),
]


@pytest.mark.parametrize(("body", "told"), PROOFS)
def test_the_secret_in_the_body_proves(body: bytes, told: str) -> None:
    """For the named group alone."""
    assert code(inbound(body), GROUP) == told
    assert code(inbound(body, query="secret=vk-secret", headers={"x-token": "vk-secret"}), GROUP) == told


def test_without_a_named_group_the_secret_is_enough() -> None:
    """Any group that knows it."""
    assert code(inbound(vk(group_id=999)), ANY) == "proven"
    assert code(inbound(b"secret=vk-secret"), ANY) == "token_missing"


def test_event_id_is_the_key() -> None:
    """VK itself says that a second one is a repetition; the same number in another group is another event."""

    def of(**more: Any) -> str:
        return key(inbound(vk(**more)), ANY)

    assert of() == of(secret="old-secret")
    assert of() == of(about=vk_form(lead_id=78))
    others = [of(), of(event_id="other"), of(group_id=7), of(type_="group_join"), of(event_id=None)]
    others += [of(event_id=None, about=vk_form(lead_id=78))]
    assert len(set(others)) == len(others)


def test_what_is_no_json_is_unreadable() -> None:
    """VK sends nothing else."""
    with pytest.raises(Unreadable):
        read(b"type=lead_forms_new")
