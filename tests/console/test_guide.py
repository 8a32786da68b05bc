"""The senders' pages in the console."""

from __future__ import annotations

import re

import pytest

from processor.domain.sender import SENDERS
from processor.errors import NotFound
from processor.text import LANGUAGES, Language
from processor.web.console.guide import FOLDERS, guide_of
from tests.harness.visitor import Visitor

LINKS = "/prefix/console/guides/"
PAGES = sorted(path.stem for path in FOLDERS["en"].glob("*.md"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", SENDERS)
def test_every_sender_says_where_to_click_and_what_is_repeated(preset: str, language: Language) -> None:
    found = guide_of(preset, language, LINKS, "https://hooks.example.com/p", "my-source")
    assert found.title
    assert "<h3>" in found.where
    assert found.repeats
    assert found.rules
    whole = found.where + found.repeats + found.rest
    assert "my-source" in whole or preset in ("standard_webhooks", "google_forms")
    assert "your-server/" not in whole
    assert "ваш-сервер/" not in whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str, language: Language) -> None:
    found = guide_of(page, language, LINKS)
    for to in re.findall(r'href="([^"]*)"', found.rules + found.where + found.repeats + found.rest):
        assert to.startswith("https://") or to.removeprefix(LINKS) in PAGES, to


@pytest.mark.parametrize("page", ["../rules", "nothing", "", "tilda.md", "..%2f..", "a" * 100])
def test_no_other_file_is_read(page: str) -> None:
    with pytest.raises(NotFound):
        guide_of(page, "en", LINKS)


def test_a_viewer_reads_them_in_both_languages(viewer: Visitor) -> None:
    assert "In Tilda" in viewer.see("/guides/tilda")
    assert viewer.get("/guides/nothing").status_code == 404
    viewer.post("/look", language="ru")
    assert "В Tilda" in viewer.see("/guides/tilda")
