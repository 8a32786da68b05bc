"""Users of the console, and the visitor's own account and sessions."""

from __future__ import annotations

import msgspec

from processor.domain.role import ROLES
from processor.errors import FaultsFound, NotFound, Refused
from processor.passwords import hash_password, is_password
from processor.store.sessions import end_sessions, sessions
from processor.store.users import NAME_CHARACTERS_MAX, User, add_user, change_user, remove_user, user_named, users
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.visit import Visit


def account(desk: Desk, visit: Visit) -> Reply:
    """The visitor's own sessions and password. Raises StoreError."""
    return _account(desk, visit)


def change_password(desk: Desk, visit: Visit) -> Reply:
    """A new password ends the user's other sessions. Raises StoreError."""
    user = _self(visit)
    if not is_password(visit.form.get("old", ""), user.password):
        return _account(desk, visit, Text("прежний пароль не подходит", "the old password is wrong"))
    try:
        kept = hash_password(visit.form.get("new", ""))
    except FaultsFound as error:
        return _account(desk, visit, error.text)
    change_user(desk.client, msgspec.structs.replace(user, password=kept))
    ours = visit.session.digest if visit.session else ""
    others = [one.digest for one in sessions(desk.client, user.name) if one.digest != ours]
    end_sessions(desk.client, user.name, others)
    return Redirect(
        "/account", Text("пароль изменён, остальные входы завершены", "password changed, others logged out")
    )


def end_session(desk: Desk, visit: Visit) -> Reply:
    """End one of the visitor's own sessions. Raises StoreError."""
    user, meant = _self(visit), visit.form.get("session", "")
    end_sessions(
        desk.client, user.name, [one.digest for one in sessions(desk.client, user.name) if one.digest == meant]
    )
    return Redirect("/account", Text("вход завершён", "logged out there"))


def people(desk: Desk, visit: Visit) -> Reply:  # noqa: ARG001  as every page
    """Everybody. Raises StoreError."""
    return _people(desk)


def add(desk: Desk, visit: Visit) -> Reply:
    """Somebody new. Raises StoreError."""
    name, role = visit.form.get("name", "").strip(), visit.form.get("role", "viewer")
    if not name or len(name) > NAME_CHARACTERS_MAX or role not in ROLES:
        text = Text(f"имя: от 1 до {NAME_CHARACTERS_MAX} символов", f"a name of 1 to {NAME_CHARACTERS_MAX} characters")
        return _people(desk, text, 422)
    try:
        kept = hash_password(visit.form.get("password", ""))
        user = User(name=name, role=role, password=kept, since_ms=desk.clock.now_ms())
        add_user(desk.client, user)
    except (FaultsFound, Refused) as error:
        return _people(desk, error.text, 422)
    return Redirect("/people", Text(f"добавлен: {name}", f"added: {name}"))


def change(desk: Desk, visit: Visit) -> Reply:
    """Another role for somebody; their sessions end. Raises NotFound, StoreError."""
    name, role = visit.form.get("name", ""), visit.form.get("role", "")
    user = user_named(desk.client, name)
    if user is None or role not in ROLES:
        raise NotFound(Text(f"нет пользователя {name}", f"no user {name}"))
    try:
        change_user(desk.client, msgspec.structs.replace(user, role=role))
    except Refused as error:
        return _people(desk, error.text, 409)
    return Redirect("/people", Text(f"роль изменена: {user.name}", f"role changed: {user.name}"))


def remove(desk: Desk, visit: Visit) -> Reply:
    """Remove somebody and end their sessions. Raises NotFound, StoreError."""
    name = visit.form.get("name", "")
    try:
        remove_user(desk.client, name)
    except Refused as error:
        return _people(desk, error.text, 409)
    end_sessions(desk.client, name, [one.digest for one in sessions(desk.client, name)])
    return Redirect("/people", Text(f"удалён: {name}", f"removed: {name}"))


def _self(visit: Visit) -> User:
    if visit.user is None:
        raise NotFound(Text("сначала войдите", "log in first"))
    return visit.user


def _account(desk: Desk, visit: Visit, text: Text | None = None) -> Page:
    mine = sessions(desk.client, _self(visit).name)
    return Page("account.html", {"sessions": mine, "problem": text}, 422 if text else 200)


def _people(desk: Desk, text: Text | None = None, status: int = 200) -> Page:
    everybody = [(user, len(sessions(desk.client, user.name))) for user in users(desk.client)]
    return Page("people.html", {"people": everybody, "roles": ROLES, "problem": text}, status)
