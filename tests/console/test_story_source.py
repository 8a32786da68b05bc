"""A marketer without a terminal adds a Tilda source and sees the first lead arrive: the whole line, a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from processor.store.connection import connect
from tests.harness.browser import barriers, browsing, page_of
from tests.harness.deliveries import tilda_form
from tests.harness.line import Line
from tests.harness.visitor import PASSWORD, person

RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: generic, token: demo-crm-token}
rules:
  - name: Заявка
    when: {event: form.submitted}
    then: {tags: Заявка}
"""
PHONE, DIGITS = "+7 900 000-00-78", "79000000078"


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """Everything, with the sandbox in Watbot's place."""
    with Line(rules=RULES) as running:
        person(connect(running.settings), "Ольга", "owner")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browsing() as running:
        yield running


def _lead(line: Line, key: str) -> int:
    body, headers = tilda_form({"Phone": PHONE}, key=key)
    return httpx.post(f"{line.url}/hooks/tilda", content=body, headers=headers).status_code


def _fits(page: Page) -> None:
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_marketer_without_a_terminal_adds_a_tilda_source_and_sees_the_first_lead_arrive(
    line: Line, browser: Browser
) -> None:
    with page_of(browser, language="ru-RU", viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{line.url}/console/login")
        page.get_by_label("Имя").fill("Ольга")
        page.get_by_label("Пароль").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Источники", exact=True).click()
        page.get_by_role("link", name="Добавить источник").click()
        _fits(page)
        page.get_by_label("Название").fill("тиль")
        expect(page.get_by_role("link", name="Jotform")).to_be_hidden()
        page.get_by_role("link", name="Тильда").click()
        _fits(page)
        page.get_by_role("button", name="Добавить источник").click()
        expect(page.get_by_text("Ждём первую доставку")).to_be_visible()
        expect(page.get_by_text("Настройки сайта → Формы → Webhook")).to_be_visible()
        _fits(page)
        assert page.url.endswith("/sources/tilda"), "reloading shows the secret no more"
        expect(page.locator("#address")).to_have_text(f"{line.url}/hooks/tilda")
        key = page.locator("section.new code").inner_text()

        assert _lead(line, "another key") == 401
        expect(page.get_by_text("Пришло, но отказано")).to_be_visible()
        assert _lead(line, key) == 200
        expect(page.get_by_text("Доставка пришла:")).to_be_visible()
        line.wait_until_quiet()
        page.locator(".arrived a").click()
        expect(page.get_by_role("heading", name="form.submitted")).to_be_visible()
        expect(page.get_by_text("✓ Заявка")).to_be_visible()
        assert [tag for tag in line.contacts()[DIGITS]["tags"] if "Заявка" in str(tag)], "the workers know the source"

        page.goto(f"{line.url}/console/sources/tilda")
        assert key not in page.content()
        calls = len(line.calls())
        page.get_by_role("button", name="Пробная доставка").click()
        expect(page.get_by_text("Доказательство принято")).to_be_visible()
        expect(page.get_by_text("tag:Заявка")).to_be_visible()
        _fits(page)
        line.wait_until_quiet()
        assert len(line.calls()) == calls, "a test delivery never reaches Watbot"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_a_source_bars_anybodys_way(line: Line, browser: Browser, theme: str) -> None:
    with page_of(browser, color_scheme=theme) as page:
        page.goto(f"{line.url}/console/login")
        page.get_by_label("Name").fill("Ольга")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        page.goto(f"{line.url}/console/sources/new?preset=generic")
        page.get_by_text("Without a proof").click()
        page.get_by_text("More settings").click()
        assert barriers(page) == []
        page.goto(f"{line.url}/console/sources/crm")
        page.get_by_text("Change the source").click()
        assert barriers(page) == []
