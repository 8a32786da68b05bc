"""A real browser: the system's own Chromium. Without one a laptop's run skips, CI's fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Of axe's grades: what bars somebody's way.
GRAVE = frozenset({"serious", "critical"})


def chromium() -> str:
    """The program; skips or fails the test without one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("no Chromium here")
    return found


@contextmanager
def browsing() -> Iterator[Browser]:
    """The browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def page_of(
    browser: Browser, *, language: str = "en-US", zone: str = "Europe/Moscow", **more: object
) -> Iterator[Page]:
    """A page in a context of its own; whatever it complains of fails the test."""
    context = browser.new_context(locale=language, timezone_id=zone, **more)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.set_default_timeout(20_000)
    yield page
    context.close()
    assert not complaints, complaints


def barriers(page: Page) -> list[str]:
    """What axe finds serious on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']} ({', '.join(node['target'][0] for node in one['nodes'][:3])})"
        for one in found
        if one["impact"] in GRAVE
    ]
