"""Somebody who uses the console: a browser's cookies and forms, over HTTP alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType

import httpx
import redis

from processor.domain.role import Role
from processor.passwords import hash_password
from processor.store.users import User, add_user

PASSWORD = "a password of ten"
_KEPT = hash_password(PASSWORD)
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def person(client: redis.Redis, name: str, role: Role) -> User:
    """Somebody new, whose password is PASSWORD."""
    user = User(name=name, role=role, password=_KEPT, since_ms=0)
    add_user(client, user)
    return user


class Visitor:
    """Use as a context manager; `console` is where the console is, such as http://127.0.0.1:8000/console."""

    def __init__(self, console: str, language: str = "en") -> None:
        self.console = console
        self._http = httpx.Client(headers={"accept-language": language, "user-agent": "Visitor/1"}, timeout=30)

    def log_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Send the form of the login page."""
        return self.post("/login", name=name, password=password)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page of the console."""
        return self._http.get(self.console + path, headers=headers)

    def see(self, path: str) -> str:
        """A page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return answer.text

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Send a form as our own page would, without following where it leads."""
        if "csrf" not in fields and self._http.cookies.get("wh_session"):
            fields["csrf"] = self.csrf()
        return self._http.post(self.console + path, data=fields, headers=headers)

    def send(self, path: str, fields: Mapping[str, str], **more: str) -> httpx.Response:
        """The same with fields whose names are no names of Python."""
        return self.post(path, headers=None, **{**fields, **more})

    def csrf(self) -> str:
        """The mark of this session's forms."""
        found = _CSRF.search(self.get("/account").text)
        return found[1] if found else ""

    def cookie(self, name: str) -> str | None:
        """A cookie's value."""
        return self._http.cookies.get(name)

    def stream(self, path: str) -> AbstractContextManager[httpx.Response]:
        """A page that goes on being sent."""
        return self._http.stream("GET", self.console + path)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
