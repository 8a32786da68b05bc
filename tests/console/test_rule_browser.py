"""The form of a rule in a real browser: by keyboard, on a phone, in both themes, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from processor.store.drafts import draft_of
from tests.harness.browser import barriers, browsing, page_of
from tests.harness.visitor import PASSWORD, person
from tests.web.asking import order
from tests.web.receiver import Receiver

PAGES = ("/rules/rule/0", "/rules/rule/new", "/rules/rehearse?go=1", "/rules/examples", "/rules/try?event={id}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browsing() as running:
        yield running


def _log_in(page: Page, receiver: Receiver, name: str = "egor") -> None:
    page.goto(f"{receiver.url}/console/login")
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def _paths(receiver: Receiver, store: redis.Redis) -> list[str]:
    id_ = order(receiver).json()["id"]
    return [*(path.replace("{id}", id_) for path in PAGES), f"/events/{id_}"]


def test_a_rule_is_written_by_keyboard_alone(receiver: Receiver, store: redis.Redis, browser: Browser) -> None:
    person(store, "Egor", "editor")
    order(receiver)
    with page_of(browser) as page:
        _log_in(page, receiver)
        page.goto(f"{receiver.url}/console/rules/rule/new")
        page.get_by_label("Name", exact=True).fill("Big")
        page.get_by_label("type of event").fill("order.created")
        page.get_by_role("button", name="+ condition").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator('[name="when.0.field"]')).to_be_focused()
        page.keyboard.type("order.total")
        page.keyboard.press("Tab")
        page.keyboard.type("at least")
        page.keyboard.press("Tab")
        page.keyboard.type("5000")
        page.locator('[name="tags.0"]').fill("Big")
        expect(page.locator("#preview")).to_contain_text("order.total: {at_least: 5000}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("saved in your draft")
        draft = draft_of(store, "Egor")
        assert draft is not None
        assert "tags: Big" in draft.text


def test_what_was_typed_is_there_again_after_the_tab_was_closed(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    with page_of(browser) as page:
        _log_in(page, receiver)
        page.goto(f"{receiver.url}/console/rules/rule/0")
        page.get_by_label("Note for colleagues").fill("Half a thought")
        page.get_by_role("button", name="+ tag").first.click()
        page.locator('[name="tags.1"]').fill("Second")
        other = page.context.new_page()
        page.close()
        other.goto(f"{receiver.url}/console/rules/rule/0")
        expect(other.get_by_label("Note for colleagues")).to_have_value("Half a thought")
        expect(other.locator('[name="tags.1"]')).to_have_value("Second")
        other.get_by_role("button", name="Save in the draft").click()
        expect(other.get_by_role("status")).to_contain_text("saved in your draft")


def test_a_field_is_inserted_where_the_cursor_was(receiver: Receiver, store: redis.Redis, browser: Browser) -> None:
    person(store, "Egor", "editor")
    with page_of(browser) as page:
        _log_in(page, receiver)
        page.goto(f"{receiver.url}/console/rules/rule/0")
        page.locator("[name=status]").fill("Order ")
        page.get_by_text("Fields to insert").click()
        page.locator('[data-insert="order.number"]').click()
        expect(page.locator("[name=status]")).to_have_value("Order {{ order.number }}")


def test_without_scripts_every_button_still_does_its_work(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    with page_of(browser, java_script_enabled=False) as page:
        _log_in(page, receiver)
        page.goto(f"{receiver.url}/console/rules/rule/0")
        page.get_by_role("button", name="+ tag").first.click()
        page.locator('[name="tags.1"]').fill("Второй")
        page.get_by_role("button", name="Look").click()
        expect(page.locator("#preview")).to_contain_text("tags: [Покупатель, Второй]")
        page.get_by_role("button", name="Save in the draft").click()
        expect(page.get_by_role("status")).to_contain_text("saved in your draft")


def test_no_page_of_the_rule_bars_anybodys_way(receiver: Receiver, store: redis.Redis, browser: Browser) -> None:
    person(store, "Egor", "editor")
    paths = _paths(receiver, store)
    for theme, language in (("light", "ru-RU"), ("dark", "en-US")):
        with page_of(browser, language=language, color_scheme=theme) as page:
            _log_in(page, receiver)
            for path in paths:
                page.goto(f"{receiver.url}/console{path}")
                assert barriers(page) == [], f"{path}, {theme}"


def test_on_a_phone_no_page_of_the_rule_is_wider_than_the_screen(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    paths = _paths(receiver, store)
    with page_of(browser, viewport={"width": 360, "height": 740}) as page:
        _log_in(page, receiver)
        for path in paths:
            page.goto(f"{receiver.url}/console{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
