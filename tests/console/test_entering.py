"""Who may enter: the first owner by a link for once, then by name and password; guessing does not pay."""

from __future__ import annotations

import redis

from processor.store.attempts import PAIR_MAX
from processor.store.sessions import open_session, session_of, sessions
from processor.store.users import begin, users
from tests.harness.visitor import PASSWORD, Visitor, person
from tests.web.receiver import Receiver


def test_the_link_makes_the_first_owner_once(receiver: Receiver, store: redis.Redis, stranger: Visitor) -> None:
    key = begin(store)
    assert key
    assert 'name="password"' in stranger.see(f"/start?key={key}")
    answer = stranger.post("/start", key=key, name="Olga", password=PASSWORD)
    assert answer.status_code == 303
    assert "Overview" in stranger.see("/")
    assert [(user.name, user.role) for user in users(store)] == [("Olga", "owner")]
    assert begin(store) is None, "nobody else becomes the first"
    with Visitor(stranger.console) as second:
        assert second.get(f"/start?key={key}").headers["location"].endswith("/console/login")
        assert second.post("/start", key=key, name="Mallory", password=PASSWORD).status_code == 403


def test_a_newer_link_voids_the_older(store: redis.Redis, stranger: Visitor) -> None:
    older, newer = begin(store), begin(store)
    assert older
    assert newer
    assert 'name="password"' not in stranger.see(f"/start?key={older}")
    assert stranger.post("/start", key=older, name="Olga", password=PASSWORD).status_code == 403
    assert stranger.post("/start", key=newer, name="Olga", password="short").status_code == 422
    assert stranger.post("/start", key=newer, name=" ", password=PASSWORD).status_code == 422
    assert stranger.post("/start", key=newer, name="Olga", password=PASSWORD).status_code == 303


def test_without_anybody_the_login_page_says_how_to_begin(stranger: Visitor) -> None:
    assert "watbot-hooks user link" in stranger.see("/login")


def test_a_stranger_is_led_to_the_login_and_then_where_they_wanted(store: redis.Redis, stranger: Visitor) -> None:
    person(store, "Olga", "owner")
    led = stranger.get("/sources")
    assert led.status_code == 303
    assert led.headers["location"] == "/console/login?next=/sources"
    entered = stranger.post("/login", name="OLGA", password=PASSWORD, next="/sources")
    assert (entered.status_code, entered.headers["location"]) == (303, "/console/sources")
    assert stranger.get("/sources").status_code == 200


def test_what_comes_after_the_login_is_a_page_of_ours(store: redis.Redis, stranger: Visitor) -> None:
    person(store, "Olga", "owner")
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example"):
        answer = stranger.post("/login", name="olga", password=PASSWORD, next=elsewhere)
        assert answer.headers["location"].startswith("/console/"), elsewhere


def test_the_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(store: redis.Redis, stranger: Visitor) -> None:
    person(store, "Olga", "owner")
    (cookie,) = stranger.log_in("olga").headers.get_list("set-cookie")
    assert cookie.startswith("wh_session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/console"} <= set(cookie.split("; "))


def test_names_and_passwords_that_are_wrong_are_told_apart_by_nobody(store: redis.Redis, stranger: Visitor) -> None:
    person(store, "Olga", "owner")
    wrong, nobody = stranger.log_in("olga", "not the password"), stranger.log_in("nobody", PASSWORD)
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text.replace("olga", "nobody") == nobody.text


def test_whoever_guesses_has_to_wait_even_with_the_right_password(store: redis.Redis, stranger: Visitor) -> None:
    person(store, "Olga", "owner")
    person(store, "Vera", "viewer")
    for _ in range(PAIR_MAX):
        assert stranger.log_in("olga", "guess").status_code == 401
    answer = stranger.log_in("olga")
    assert answer.status_code == 429
    assert "wait 15 min" in answer.text
    assert stranger.log_in("vera").status_code == 303, "another user is not locked out"


def test_logging_out_ends_the_session_here_and_there(store: redis.Redis, owner: Visitor) -> None:
    token = owner.cookie("wh_session")
    assert token
    assert owner.post("/logout").status_code == 303
    assert sessions(store, "Olga") == []
    assert owner.get("/").status_code == 303
    assert session_of(store, token, idle_hours=1) is None


def test_sessions_end_when_idle_and_after_a_month_whatever_is_done(store: redis.Redis) -> None:
    token = open_session(store, "olga", address="", agent="", idle_hours=1)
    (name,) = store.scan_iter("wh:session:*")
    assert 3_590_000 < int(str(store.pttl(name))) <= 3_600_000
    assert session_of(store, token, idle_hours=2)
    assert int(str(store.pttl(name))) <= 3_600_000, "seen again within a minute, nothing is written"
    store.hset(name, "seen", 0)
    assert session_of(store, token, idle_hours=2)
    assert int(str(store.pttl(name))) > 3_600_000, "being seen, it lives on"
    store.hset(name, "ends", 1)
    assert session_of(store, token, idle_hours=2) is None
    assert not store.exists(name)


def test_a_new_password_ends_the_other_sessions(store: redis.Redis, owner: Visitor) -> None:
    with Visitor(owner.console) as elsewhere:
        elsewhere.log_in("olga")
        assert owner.post("/account/password", old="wrong", new="another password").status_code == 422
        assert owner.post("/account/password", old=PASSWORD, new="short").status_code == 422
        assert owner.post("/account/password", old=PASSWORD, new="another password").status_code == 303
        assert elsewhere.get("/").status_code == 303
        assert owner.get("/").status_code == 200
        assert elsewhere.log_in("olga").status_code == 401
        assert elsewhere.log_in("olga", "another password").status_code == 303


def test_a_session_can_be_ended_from_another(store: redis.Redis, owner: Visitor) -> None:
    with Visitor(owner.console) as elsewhere:
        elsewhere.log_in("olga")
        newest = sessions(store, "Olga")[0]
        assert owner.post("/account/session", session=newest.digest).status_code == 303
        assert elsewhere.get("/").status_code == 303


def test_nobody_ends_another_ones_session(store: redis.Redis, viewer: Visitor, owner: Visitor) -> None:
    (theirs,) = sessions(store, "Olga")
    viewer.post("/account/session", session=theirs.digest)
    assert owner.get("/").status_code == 200
