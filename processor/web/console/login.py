"""Entering and leaving the console, and its first owner."""

from __future__ import annotations

import threading
from typing import Final

from processor.errors import FaultsFound, Refused
from processor.log import logger
from processor.passwords import hash_password, is_password
from processor.store.attempts import forgive, too_many
from processor.store.audit import Deed, note
from processor.store.sessions import end_sessions, open_session
from processor.store.users import NAME_CHARACTERS_MAX, User, first_user, is_first_key, user_named, users
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.visit import Visit

MINUTE_MS: Final = 60_000
# Each check takes 19 MiB and a core.
_TURNS: Final = threading.BoundedSemaphore(2)

_log = logger("console")


def login_form(desk: Desk, visit: Visit) -> Reply:
    """The form; without any user yet, what the installer has to do. Raises StoreError."""
    if visit.user:
        return Redirect("/")
    return _form(desk, visit)


def log_in(desk: Desk, visit: Visit) -> Reply:
    """Begin a session for the right name and password. Raises StoreError."""
    name, password = visit.form.get("name", "").strip().casefold(), visit.form.get("password", "")
    wait_ms = too_many(desk.client, name, visit.client)
    if wait_ms is not None:
        minutes = -(-wait_ms // MINUTE_MS)
        text = Text(f"слишком много попыток; подождите {minutes} мин", f"too many attempts; wait {minutes} min")
        return _form(desk, visit, text, status=429)
    user = user_named(desk.client, name)
    with _TURNS:
        right = is_password(password, user.password if user else None)
    if user is None or not right:
        _log.warning("login refused", client=visit.client)
        return _form(desk, visit, Text("имя или пароль не подходят", "wrong name or password"), status=401)
    forgive(desk.client, name, visit.client)
    note(desk.client, Deed(user.name, "/login", Text("вход", "logged in"), visit.client))
    return _enter(desk, visit, user, visit.form.get("next", "/"))


def log_out(desk: Desk, visit: Visit) -> Reply:
    """End this session. Raises StoreError."""
    if visit.session and visit.user:
        end_sessions(desk.client, visit.user.name, [visit.session.digest])
    return Redirect("/login", Text("вы вышли", "you are logged out"), token="")


def start_form(desk: Desk, visit: Visit) -> Reply:
    """Where the first owner chooses name and password, by the one-time link. Raises StoreError."""
    if users(desk.client):
        return Redirect("/login")
    key = visit.query.get("key", "")
    return Page("start.html", {"key": key, "right": is_first_key(desk.client, key)})


def start(desk: Desk, visit: Visit) -> Reply:
    """Add the first owner and let them in. Raises StoreError."""
    key, name = visit.form.get("key", ""), visit.form.get("name", "").strip()
    values = {"key": key, "right": True, "name": name}
    if not name or len(name) > NAME_CHARACTERS_MAX:
        text = Text(f"имя: от 1 до {NAME_CHARACTERS_MAX} символов", f"a name of 1 to {NAME_CHARACTERS_MAX} characters")
        return Page("start.html", values | {"problem": text}, 422)
    if not is_first_key(desk.client, key):
        return Page("start.html", values | {"right": False}, 403)
    try:
        with _TURNS:
            kept = hash_password(visit.form.get("password", ""))
        owner = User(name=name, role="owner", password=kept, since_ms=desk.clock.now_ms())
        first_user(desk.client, owner, key)
    except (FaultsFound, Refused) as error:
        return Page("start.html", values | {"problem": error.text}, 422)
    return _enter(desk, visit, owner, "/")


def _enter(desk: Desk, visit: Visit, user: User, to: str) -> Redirect:
    token = open_session(
        desk.client,
        user.name,
        address=visit.client,
        agent=visit.agent,
        idle_hours=desk.settings.session_hours,
    )
    return Redirect(to, token=token)


def _form(desk: Desk, visit: Visit, text: Text | None = None, status: int = 200) -> Page:
    values = {
        "name": visit.form.get("name", ""),
        "next": visit.form.get("next") or visit.query.get("next", "/"),
        "problem": text,
        "nobody": not users(desk.client),
    }
    return Page("login.html", values, status)
