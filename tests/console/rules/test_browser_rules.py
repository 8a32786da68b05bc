"""The pages of rules in a real browser: typing, closing the tab, coming back; and nobody's way is barred."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from processor.store.drafts import draft_of
from tests.console.rules.pages import FEW, SECRET, rules_file
from tests.harness.browser import barriers, browsing, page_of
from tests.harness.visitor import PASSWORD, Visitor, person
from tests.harness.waiting import wait_until
from tests.web.receiver import Receiver

PAGES = ("/rules", "/rules/text", "/rules/publish", "/rules/history", "/rules/history?old=1&new=1", "/rules/version/1")


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


def _type(page: Page, old: str, new: str) -> None:
    """Select `old` in the text and type over it."""
    box = page.get_by_label("Text of the rules")
    box.evaluate(
        "(box, old) => box.setSelectionRange(box.value.indexOf(old), box.value.indexOf(old) + old.length)", old
    )
    box.focus()
    page.keyboard.insert_text(new)


def _draft(store: redis.Redis) -> str:
    held = draft_of(store, "Egor")
    return held.text if held else ""


def test_a_text_is_typed_the_tab_is_closed_and_all_of_it_is_there_again(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    with page_of(browser) as page:
        _log_in(page, receiver, "egor")
        page.goto(f"{receiver.url}/console/rules/text")
        expect(page.get_by_text("No faults")).to_be_visible()
        _type(page, "order.paid", "order.payd")
        expect(page.get_by_text("Draft saved")).to_be_visible()
        expect(page.get_by_text("it cannot be published so")).to_be_visible()
        expect(page.locator(".gutter .bad")).to_have_text("12")
        other = page.context.new_page()
        other.goto(f"{receiver.url}/console/")
        _type(page, "Оплатил", "Последнее слово")
        page.close(run_before_unload=False)  # in the middle of it: nothing waited for
        wait_until(lambda: "Последнее слово" in _draft(store), what="the last word is kept")
        assert SECRET in _draft(store)
        other.goto(f"{receiver.url}/console/rules/text")
        box = other.get_by_label("Text of the rules")
        assert "order.payd" in box.input_value()
        assert "Последнее слово" in box.input_value()
        other.get_by_role("button", name="Mend").first.click()
        expect(other.get_by_text("No faults")).to_be_visible()
        other.get_by_role("button", name="To publishing").click()
        other.get_by_label("Why").fill("Исправил слово")
        other.get_by_role("button", name="Publish", exact=True).click()
        expect(other.get_by_text("the rules are published: version 2")).to_be_visible()
    assert "Последнее слово" in rules_file(receiver).read_text("utf-8")
    assert "order.paid}" in rules_file(receiver).read_text("utf-8")


def test_a_change_on_disk_is_told_while_somebody_types(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    with page_of(browser) as page:
        _log_in(page, receiver, "egor")
        page.goto(f"{receiver.url}/console/rules/text")
        _type(page, "Оплатил", "Моё")
        expect(page.get_by_text("Draft saved")).to_be_visible()
        rules_file(receiver).write_text(FEW + "# by hand\n", "utf-8")
        expect(page.get_by_text("The rules file was changed meanwhile")).to_be_visible()
        assert "Моё" in page.get_by_label("Text of the rules").input_value()
        page.get_by_role("link", name="Compare and bring together").click()
        page.get_by_role("button", name="Put my changes on top").click()
        expect(page.get_by_role("heading", name="What will change")).to_be_visible()


def test_a_second_tab_is_told_and_nothing_of_either_is_lost(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    person(store, "Egor", "editor")
    with page_of(browser) as page:
        _log_in(page, receiver, "egor")
        page.goto(f"{receiver.url}/console/rules/text")
        other = page.context.new_page()
        other.goto(f"{receiver.url}/console/rules/text")
        _type(page, "Оплатил", "Первая")
        expect(page.get_by_text("Draft saved")).to_be_visible()
        _type(other, "Оплатил", "Вторая")
        expect(other.get_by_text("changed in another tab")).to_be_visible()
        assert "Первая" in _draft(store)
        other.get_by_role("button", name="Keep what is here").click()
        expect(other.get_by_text("Draft saved")).to_be_visible()
        assert "Вторая" in _draft(store)


def _prepare(receiver: Receiver, store: redis.Redis) -> None:
    """A draft with a fault, a warning and a file that moved: all that the pages can show."""
    person(store, "Olga", "owner")
    with Visitor(f"{receiver.url}/console") as olga:
        olga.log_in("olga")
        olga.post("/rules", do="copy", rule="Второе")
        olga.post("/rules", do="on", rule="Второе 2")


def test_no_page_of_rules_bars_anybodys_way_and_none_is_wider_than_a_phone(
    receiver: Receiver, store: redis.Redis, browser: Browser
) -> None:
    _prepare(receiver, store)
    for theme in ("light", "dark"):
        with page_of(browser, color_scheme=theme, viewport={"width": 360, "height": 740}) as page:
            _log_in(page, receiver, "olga")
            for path in PAGES:
                page.goto(f"{receiver.url}/console{path}")
                assert barriers(page) == [], f"{path}, {theme}"
                assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            page.goto(f"{receiver.url}/console/rules/text")
            if theme == "light":
                _type(page, "order.paid", "order.payd")
            expect(page.get_by_text("it cannot be published so")).to_be_visible()
            assert barriers(page) == [], theme
            page.goto(f"{receiver.url}/console/rules/publish")
            expect(page.get_by_role("heading", name="Mend this first")).to_be_visible()
            assert barriers(page) == [], theme
