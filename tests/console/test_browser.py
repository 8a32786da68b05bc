"""The console in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from processor.store.users import begin
from tests.harness.browser import barriers, browsing, page_of
from tests.harness.visitor import PASSWORD, person
from tests.web.asking import order
from tests.web.receiver import Receiver

PAGES = (
    "/",
    "/events",
    "/contacts",
    "/forgotten",
    "/queue",
    "/sources",
    "/sources/crm",
    "/sources/new",
    "/sources/new?preset=amocrm",
    "/guides/tilda",
    "/account",
    "/people",
    "/audit",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browsing() as running:
        yield running


def _log_in(page: Page, receiver: Receiver, name: str) -> None:
    page.goto(f"{receiver.url}/console/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_first_owner_begins_and_sees_a_delivery_arrive(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    with page_of(browser, language="ru-RU", zone="Asia/Vladivostok") as page:
        page.goto(f"{receiver.url}/console/start?key={begin(store)}")
        page.get_by_label("Имя").fill("Ольга")
        page.get_by_label("Пароль, от 10 символов").fill(PASSWORD)
        page.get_by_role("button", name="Начать").click()
        expect(page.get_by_role("heading", name="Обзор")).to_be_visible()
        expect(page.get_by_text("Событий пришло: 0")).to_be_visible()
        order(receiver)
        expect(page.get_by_text("Событий пришло: 1")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_no_page_bars_anybodys_way_in_either_theme(receiver: Receiver, store: redis.Redis, browser: Browser) -> None:
    person(store, "Olga", "owner")
    order(receiver, secret="another")
    order(receiver)
    for theme in ("light", "dark"):
        with page_of(browser, color_scheme=theme) as page:
            page.goto(f"{receiver.url}/console/login")
            assert barriers(page) == []
            _log_in(page, receiver, "olga")
            for path in PAGES:
                page.goto(f"{receiver.url}/console{path}")
                assert barriers(page) == [], f"{path}, {theme}"


def test_on_a_phone_no_page_is_wider_than_the_screen(receiver: Receiver, store: redis.Redis, browser: Browser) -> None:
    person(store, "Olga", "owner")
    order(receiver)
    with page_of(browser, viewport={"width": 360, "height": 740}) as page:
        _log_in(page, receiver, "olga")
        for path in PAGES:
            page.goto(f"{receiver.url}/console{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
