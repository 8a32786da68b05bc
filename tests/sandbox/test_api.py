"""The API over HTTP: the documented methods, their shapes, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.harness.sandbox import SandboxProcess
from tests.sandbox.conftest import TOKEN, api_client
from tests.sandbox.people import ANNA, BORIS, GLEB, VERA


def made(api: httpx.Client, **person: Any) -> dict[str, Any]:
    """The contact as createOrUpdateContact echoes it."""
    answer = api.post("/createOrUpdateContact", json=person)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_an_upsert_echoes_the_contact_in_the_documented_shape(api: httpx.Client) -> None:
    """Phone without plus, vk_id comes back as vk_user_id, an empty UTM is a list."""
    echo = made(api, **ANNA, email="anna@example.com", address="Москва", tags=["Покупатель"])
    created = datetime.fromisoformat(echo.pop("created_at"))
    assert created.utcoffset() is not None
    assert echo == {
        "id": 1,
        "bot_id": 1,
        "phone": "79000000001",
        "email": "anna@example.com",
        "name": "Анна",
        "address": "Москва",
        "messenger": "whatsapp",
        "utm": [],
        "avatar": None,
        "telegram_id": None,
        "telegram_username": None,
        "vk_user_id": None,
        "viber_id": None,
        "unsubscribed_at": None,
        "tags": ["Покупатель"],
        "variables": [],
    }
    assert made(api, **BORIS, telegram_username="boris")["telegram_id"] == 700001
    assert made(api, **GLEB)["vk_user_id"] == 500001
    assert made(api, **VERA)["viber_id"] == "abc=="


def test_the_list_has_another_shape_than_the_echo(api: httpx.Client) -> None:
    """telegram_id is text there, a messenger's keys are only on its contacts, tags are nowhere."""
    for person in (ANNA, BORIS, VERA, GLEB):
        made(api, **person, tags=["a"], utm={"utm_source": "vk"} if person is ANNA else {})
    anna, boris, vera, gleb = api.get("/getContacts").json()["data"]
    shared = {"id", "bot_id", "phone", "email", "name", "messenger", "address", "utm", "created_at"}
    assert set(anna) == set(gleb) == shared
    assert (anna["phone"], anna["utm"]) == ("79000000001", {"utm_source": "vk"})
    assert set(boris) == shared | {"telegram_id", "telegram_username"}
    assert (boris["telegram_id"], boris["utm"]) == ("700001", None)
    assert set(vera) == shared | {"viber_id"}


def test_the_list_comes_in_pages_whose_links_hold_no_token(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """Laravel's paginator: links, meta, stable order by id."""
    for number in range(5):
        made(api, **{**BORIS, "telegram_id": 700001 + number})
    made(api, **GLEB)
    page = api.get("/getContacts", params={"bot_id": 1, "count": 2, "page": 2}).json()
    path = f"{sandbox.url}/getContacts"
    assert [contact["id"] for contact in page["data"]] == [3, 4]
    assert page["links"] == {
        "first": f"{path}?page=1",
        "last": f"{path}?page=3",
        "prev": f"{path}?page=1",
        "next": f"{path}?page=3",
    }
    assert page["meta"] == {
        "current_page": 2,
        "from": 3,
        "last_page": 3,
        "path": path,
        "per_page": 2,
        "to": 4,
        "total": 5,
    }
    beyond = api.get("/getContacts", params={"bot_id": 1, "page": 99}).json()
    assert (beyond["data"], beyond["meta"]["from"], beyond["links"]["next"]) == ([], None, None)


def test_the_list_is_filtered_by_the_moment_of_creation(api: httpx.Client) -> None:
    """Unix seconds, both ends included."""
    created = int(datetime.fromisoformat(made(api, **ANNA)["created_at"]).timestamp())
    cases = [(created, created, 1), (created + 1, None, 0), (None, created - 1, 0), (created - 1, created + 1, 1)]
    for date_from, date_to, count in cases:
        sent = {name: at for name, at in (("date_from", date_from), ("date_to", date_to)) if at is not None}
        assert api.get("/getContacts", params=sent).json()["meta"]["total"] == count


def test_a_status_is_answered_with_204_and_nothing_else(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """64 characters are counted as characters; only the back door shows the status."""
    contact_id = made(api, **ANNA)["id"]
    for status in ("Новый заказ", "я" * 64):
        answer = api.post("/setYsellStatus", json={"contact_id": contact_id, "status": status})
        assert (answer.status_code, answer.content) == (204, b"")
    assert api.post("/setYsellStatus", json={"contact_id": contact_id, "status": "я" * 65}).status_code == 422
    [contact] = sandbox.contacts()
    assert (contact["status"], contact["statuses"]) == ("я" * 64, ["Новый заказ", "я" * 64])


def test_tags_are_attached_and_detached_one_by_one(api: httpx.Client) -> None:
    """By name or by the bot's number of it; a tag that is not there is no fault."""
    contact_id = made(api, **ANNA, tags=["Покупатель"])["id"]
    gleb_id = made(api, **GLEB, tags=["Чужая"])["id"]
    assert api.post("/attachTagToContact", json={"contact_id": contact_id, "name": "Горячий"}).is_success
    assert api.get("/getContactTags", params={"contact_id": contact_id}).json() == {"data": ["Покупатель", "Горячий"]}
    for body in ({"tag_id": 1}, {"name": "Нет такой"}):
        assert api.post("/detachTagFromContact", json={"contact_id": contact_id, **body}).is_success
    assert api.get("/getContactTags", params={"contact_id": contact_id}).json() == {"data": ["Горячий"]}
    assert api.get("/getBotTags", params={"bot_id": 1}).json() == {"data": ["Покупатель", "Горячий"]}
    foreign = api.post("/attachTagToContact", json={"contact_id": gleb_id, "tag_id": 1})
    assert (foreign.status_code, list(foreign.json()["errors"])) == (422, ["tag_id"])


def test_variables_are_set_listed_and_deleted(api: httpx.Client) -> None:
    """One variable a call; a missing one is created."""
    contact_id = made(api, **ANNA)["id"]
    sent = {"contact_id": contact_id, "name": "Последний заказ", "value": "1001", "deletable": 0}
    assert api.post("/setContactVariable", json=sent).is_success
    assert api.get("/getContactVariables", params={"contact_id": contact_id}).json()["data"] == [
        {
            "id": 1,
            "name": "Последний заказ",
            "value": "1001",
            "deletable": False,
            "variable": {"id": 1, "name": "Последний заказ"},
        }
    ]
    assert api.post("/deleteContactVariable", json={"contact_id": contact_id, "id": 1}).is_success
    assert api.get("/getContactVariables", params={"contact_id": contact_id}).json() == {"data": []}


def test_a_form_does_what_json_does(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """PHP's clients send forms; parameters may stand in the query, too."""
    form = "bot_id=1&messenger=telegram&telegram_id=700001&tags[]=a&tags[]=b&utm[utm_source]=vk"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = api.post("/createOrUpdateContact", params={"name": "Борис"}, content=form, headers=kind)
    assert answer.status_code == 200
    [contact] = sandbox.contacts()
    assert (contact["name"], contact["tags"], contact["utm"]) == ("Борис", ["a", "b"], {"utm_source": "vk"})


def test_what_is_wrong_is_named_in_laravels_shape(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """422, all fields at once, in Russian; and nothing is changed."""
    answer = api.post("/createOrUpdateContact", json={"bot_id": 1, "messenger": "whatsapp"})
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "The given data was invalid.",
        "errors": {
            "name": ["Поле name обязательно для заполнения."],
            "phone": ["Поле phone обязательно для заполнения, когда messenger равно whatsapp."],
        },
    }
    assert sandbox.contacts() == []


@pytest.mark.parametrize(
    ("verb", "path", "status", "message"),
    [
        ("GET", "/createOrUpdateContact", 405, "The GET method is not supported for this route."),
        ("POST", "/getContacts", 405, "The POST method is not supported for this route."),
        ("DELETE", "/getMe", 405, "The DELETE method is not supported for this route."),
        ("GET", "/getNothing", 404, "Not Found."),
        ("POST", "/", 404, "Not Found."),
        ("GET", "/getMe/", 404, "Not Found."),
        ("GET", "/getMe", 200, ""),
    ],
)
def test_unknown_paths_and_wrong_verbs_are_refused_in_json(
    api: httpx.Client, verb: str, path: str, status: int, message: str
) -> None:
    """404 and 405 as Laravel says them."""
    answer = api.request(verb, path)
    assert answer.status_code == status
    assert answer.json().get("message", "").startswith(message)


def test_without_a_token_nothing_is_done(sandbox: SandboxProcess) -> None:
    """A missing or an empty api_token in the query, or one in the body: 401."""
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        for query in ("", "?api_token=", "?token=x"):
            answer = client.post(f"/createOrUpdateContact{query}", json={**ANNA, "api_token": TOKEN})
            assert (answer.status_code, answer.json()) == (401, {"message": "Unauthenticated."})
    assert sandbox.contacts() == []
    assert [call["status"] for call in sandbox.calls()] == [401, 401, 401]


def test_the_calls_are_listed_in_order_without_the_token(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """Number, moment, method, path, body, status and contact; `since` leaves out what was seen."""
    made(api, **ANNA)
    api.post("/setYsellStatus", json={"contact_id": 1, "status": "Новый", "api_token": TOKEN})
    api.get("/getContacts", params={"count": 501})
    calls = sandbox.calls()
    assert [(call["n"], call["method"], call["path"], call["status"], call["contact_id"]) for call in calls] == [
        (1, "POST", "/api/v1/createOrUpdateContact", 200, 1),
        (2, "POST", "/api/v1/setYsellStatus", 204, 1),
        (3, "GET", "/api/v1/getContacts", 422, None),
    ]
    assert [call["body"] for call in calls] == [ANNA, {"contact_id": 1, "status": "Новый"}, {"count": "501"}]
    assert calls[0]["at"] <= calls[1]["at"]
    assert calls[0]["monotonic_ms"] < calls[1]["monotonic_ms"]
    assert sandbox.calls(since=2) == calls[2:]
    assert sandbox.calls(since=99) == []
    assert TOKEN not in str(calls)


def test_a_reset_forgets_everything(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """Contacts, calls, faults, numbers."""
    made(api, **ANNA)
    sandbox.fault(status=500)
    sandbox.reset()
    assert (sandbox.contacts(), sandbox.calls(), sandbox.faults()) == ([], [], [])
    assert made(api, **BORIS)["id"] == 1


def test_a_body_over_one_mebibyte_is_refused(api: httpx.Client) -> None:
    """413, and the next call is fine."""
    assert api.post("/createOrUpdateContact", json={**ANNA, "address": "а" * 1024 * 1024}).status_code == 413
    assert made(api, **ANNA)["id"] == 1


def test_only_the_given_token_is_accepted_where_one_is_given() -> None:
    """`--token`; and it is printed nowhere."""
    with SandboxProcess(token=TOKEN) as strict:
        for token, status in ((TOKEN, 200), (TOKEN + "x", 401), ("жетон", 401)):
            with api_client(strict, token) as api:
                assert api.get("/getMe").status_code == status
        assert TOKEN not in strict.output()


@pytest.mark.parametrize(("reading", "after"), [("add", ["a", "b"]), ("replace", ["b"])])
def test_the_process_plays_either_reading_of_tags(reading: str, after: list[str]) -> None:
    """`--tags`; absent tags are left alone under both."""
    with SandboxProcess(tags=reading) as other, api_client(other) as api:
        assert made(api, **ANNA, tags=["a"])["tags"] == ["a"]
        assert made(api, **ANNA, tags=["b"])["tags"] == after
        assert made(api, **ANNA)["tags"] == after


@pytest.mark.parametrize(("reading", "after"), [("store", {"utm_source": "vk", "utm_medium": "cpc"}), ("ignore", [])])
def test_the_process_plays_either_reading_of_utm(reading: str, after: object) -> None:
    """`--utm`."""
    with SandboxProcess(utm=reading) as other, api_client(other) as api:
        made(api, **ANNA, utm={"utm_source": "vk"})
        assert made(api, **ANNA, utm={"utm_medium": "cpc"})["utm"] == after
        assert made(api, **ANNA)["utm"] == after


@pytest.mark.parametrize(("order", "pages"), [("oldest", [[1, 2], [3]]), ("newest", [[3, 2], [1]])])
def test_the_process_lists_contacts_in_either_order(order: str, pages: list[list[int]]) -> None:
    with SandboxProcess(order=order) as process, api_client(process) as api:
        for body in (ANNA, BORIS, VERA):
            made(api, **body)
        answers = [api.get("/getContacts", params={"bot_id": 1, "count": 2, "page": n}).json() for n in (1, 2)]
    assert [[contact["id"] for contact in answer["data"]] for answer in answers] == pages
