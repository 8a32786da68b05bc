"""Every address of the console, asked by a stranger, a viewer, an editor and an owner; and forms from elsewhere."""

from __future__ import annotations

import re

import pytest

from processor.domain.role import RIGHTS, Role
from processor.web.console.endpoint import Endpoint
from processor.web.console.endpoints import ENDPOINTS
from tests.harness.visitor import Visitor

GUARDED = [one for one in ENDPOINTS if one.access != "anyone" and one.path != "/logout"]
POSTS = [one for one in GUARDED if one.method == "POST"]


def _path(endpoint: Endpoint) -> str:
    known = {"name": "crm", "page": "tilda", "number": "1"}
    return re.sub("{([a-z]+)}", lambda named: known.get(named[1], "0"), endpoint.path)


def _ask(visitor: Visitor, endpoint: Endpoint) -> int:
    path = _path(endpoint)
    return (visitor.get(path) if endpoint.method == "GET" else visitor.post(path)).status_code


def test_a_stranger_is_led_to_the_login_from_everywhere(stranger: Visitor) -> None:
    for endpoint in GUARDED:
        path = _path(endpoint)
        answer = stranger.get(path) if endpoint.method == "GET" else stranger.post(path)
        assert answer.status_code == 303, endpoint
        assert "/console/login" in answer.headers["location"], endpoint


@pytest.mark.parametrize("role", ["viewer", "editor", "owner"])
def test_each_role_may_what_it_may(role: Role, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = request.getfixturevalue(role)
    for endpoint in GUARDED:
        refused = _ask(visitor, endpoint) == 403
        assert refused == (endpoint.access not in RIGHTS[role]), endpoint


def test_a_form_without_the_sessions_own_mark_is_refused(owner: Visitor) -> None:
    for endpoint in POSTS:
        path = _path(endpoint)
        assert owner.post(path, csrf="").status_code == 403, endpoint
        assert owner.post(path, csrf="another's").status_code == 403, endpoint


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_from_another_site_is_refused(owner: Visitor, headers: dict[str, str]) -> None:
    assert owner.post("/people/add", headers=headers, name="Mallory", password="a password of ten").status_code == 403
    assert owner.post("/login", headers=headers, name="olga", password="x").status_code == 403


def test_a_removed_user_is_out_at_once(owner: Visitor, viewer: Visitor) -> None:
    assert owner.post("/people/remove", name="Vera").status_code == 303
    assert viewer.get("/").status_code == 303


def test_the_last_owner_stays(owner: Visitor) -> None:
    assert owner.post("/people/remove", name="Olga").status_code == 409
    assert owner.post("/people/role", name="olga", role="viewer").status_code == 409
    assert owner.post("/people/add", name="Second", password="a password of ten", role="owner").status_code == 303
    assert owner.post("/people/add", name="second", password="a password of ten", role="owner").status_code == 422
    assert owner.post("/people/role", name="olga", role="viewer").status_code == 303
    assert owner.get("/people").status_code == 403, "the new role holds at once"
