"""Taking away what is not there is as good as done; anything that only looks like it stays what it is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from processor.domain.call import Call, DeleteVariable, DetachTag, SetStatus, SetVariable
from processor.domain.contact import ContactId
from processor.domain.diff import PlannedCall
from processor.domain.known import Known
from processor.domain.wish import Wish
from processor.store.contacts import ContactState
from workers.answered import after_error
from workers.verdict import Done, verdict
from workers.watbot.client import WatbotClient
from workers.watbot.errors import (
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotNothingThere,
    WatbotRefused,
    WatbotTokenRefused,
)

DETACH = DetachTag(watbot_id=41, name="VIP")
DELETE = DeleteVariable(watbot_id=41, name="Город")


def _fields(**errors: Any) -> str:
    return json.dumps({"message": "The given data was invalid.", "errors": errors})


def _message(text: str, **more: Any) -> str:
    return json.dumps({"message": text, **more})


def _error(call: Call, status: int, body: str) -> WatbotError | None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=body))
    client = WatbotClient("https://watbot.example/api/v1", "very-secret", transport=transport)
    try:
        client.call(call)
    except WatbotError as error:
        return error
    return None


ABSENT: list[tuple[int, str]] = [
    (422, _fields(name=["The selected name is invalid."])),
    (422, _fields(name="The selected name is invalid.")),
    (422, _fields(name=["Выбранное значение для name некорректно."])),
    (422, _fields(name=["Выбранное значение для имя ошибочно."])),
    (422, _fields(name=["Значение поля name не существует."])),
    (422, _fields(name=["Такого значения поля name не существует."])),
    (422, _fields(name=["Тег не найден."])),
    (422, _fields(tag_id=["The selected tag id is invalid."])),
    (422, _fields(tag=["Tag does not exist"])),
    (422, _fields(variable=["Переменная отсутствует у контакта"])),
    (422, _fields(variable_id=["Variable not found"], name=["Variable not found"])),
    (422, _fields(id=["Выбранное значение для id недействительно."])),
    (422, _message("У контакта нет такого тега")),
    (422, _message("Contact doesn't have tag VIP")),
    (400, _message("Tag is not attached to the contact.")),
    (409, _message("Tag already removed")),
    (404, _message("Tag not found")),
    (404, _message("Тег не найден")),
    (404, _message("Переменная не найдена")),
    (404, _message("У контакта не найден тег VIP")),
    (404, _message(r"No query results for model [App\Models\Tag].")),
    (404, _message(r"No query results for model [App\Models\ContactVariable] 7")),
    (404, _message(r"No query results for model [App\Models\ContactTag].")),
    (404, _message("Not Found")),
    (404, _message("Not found.")),
    (404, _message("")),
    (410, _message("The variable could not be found")),
    (200, _message("Тег не найден", success=False)),
    (200, json.dumps({"error": "Variable not found"})),
    (200, _fields(name=["The selected name is invalid."])),
]


@pytest.mark.parametrize("call", [DETACH, DELETE], ids=["tag", "variable"])
@pytest.mark.parametrize(("status", "body"), ABSENT)
def test_a_refusal_that_says_it_is_not_there_counts_as_done(call: Call, status: int, body: str) -> None:
    error = _error(call, status, body)
    assert isinstance(error, WatbotNothingThere)
    assert verdict(error, 1, 0.0) == Done("nothing_there")


OTHERWISE: list[tuple[int, str, type[WatbotError]]] = [
    (422, _fields(contact_id=["The selected contact id is invalid."]), WatbotContactUnknown),
    (422, _fields(contact_id=["Контакт не найден."]), WatbotContactUnknown),
    (404, _message("Contact not found"), WatbotContactUnknown),
    (404, _message("Контакт не найден"), WatbotContactUnknown),
    (404, _message("Контакт с таким id не существует"), WatbotContactUnknown),
    (404, _message(r"No query results for model [App\Models\Contact] 41"), WatbotContactUnknown),
    (200, _fields(contact_id=["The selected contact id is invalid."]), WatbotContactUnknown),
    (422, _fields(contact_id=["?"], name=["The selected name is invalid."]), WatbotRefused),
    (422, _fields(name=["The selected contact is invalid."]), WatbotRefused),
    (422, _fields(name=["The name field is required."]), WatbotRefused),
    (422, _fields(name=["Поле name обязательно для заполнения."]), WatbotRefused),
    (422, _fields(name=["The name may not be greater than 255 characters."]), WatbotRefused),
    (422, _fields(name=["Количество символов в поле name не может превышать 255."]), WatbotRefused),
    (422, _fields(name=[]), WatbotRefused),
    (422, _fields(name=["Ошибка."]), WatbotRefused),
    (422, _fields(name=["The selected name is invalid.", "Too long."]), WatbotRefused),
    (422, _fields(bot_id=["The selected bot id is invalid."]), WatbotRefused),
    (422, _message("The given data was invalid."), WatbotRefused),
    (422, "<html>tag not found</html>", WatbotRefused),
    (400, _message("Bot not found"), WatbotRefused),
    (400, _message("Tags may not be removed from this contact"), WatbotRefused),
    (413, _message("Tag not found"), WatbotRefused),
    (404, "<html>404 Not Found</html>", WatbotNonsense),
    (404, "", WatbotNonsense),
    (404, _message("The route api/v1/detachTagFromContact could not be found."), WatbotNonsense),
    (405, _message("Not Found"), WatbotNonsense),
    (200, json.dumps({"error": "Internal error"}), WatbotNonsense),
    (200, "<html>тег не найден", WatbotNonsense),
    (422, _fields(api_token=["The selected api token is invalid."]), WatbotTokenRefused),
]


@pytest.mark.parametrize("call", [DETACH, DELETE], ids=["tag", "variable"])
@pytest.mark.parametrize(("status", "body", "kind"), OTHERWISE)
def test_a_refusal_for_another_reason_is_not_swallowed(
    call: Call, status: int, body: str, kind: type[WatbotError]
) -> None:
    assert type(_error(call, status, body)) is kind


SET: list[Call] = [SetVariable(watbot_id=41, name="Город", value="x"), SetStatus(watbot_id=41, status="Новый")]


@pytest.mark.parametrize("call", SET)
@pytest.mark.parametrize(("status", "body"), ABSENT)
def test_a_call_that_sets_something_is_never_done_by_a_refusal(call: Call, status: int, body: str) -> None:
    error = _error(call, status, body)
    assert error is not None
    assert not isinstance(error, WatbotNothingThere)
    assert not isinstance(verdict(error, 1, 0.0), Done)


def test_the_wish_is_settled_and_the_story_says_why() -> None:
    wish = Wish(element="tag:VIP", value=False, stamp="s" * 27, event="e", rule="r")
    known = Known(watbot_id=41, tags=("VIP", "B"), fields={"name": "Анна"}, seen_ms=5)
    state = ContactState(contact=ContactId(1, "whatsapp", "+79000000001"), wanted={"tag:VIP": wish}, known=known)
    planned = PlannedCall(DETACH, ("tag_unwanted",), ("tag:VIP",))
    answered = after_error(state, planned, WatbotNothingThere(404), now_ms=9, took_ms=3, jitter=0.0)
    assert answered.entry.settled == {"tag:VIP": wish.stamp}
    assert answered.entry.known is not None
    assert answered.entry.known.tags == ("B",)
    ((event, told),) = answered.entry.stories
    assert (event, told["answer"], told["reason"]) == ("e", "ok", "nothing_there")
