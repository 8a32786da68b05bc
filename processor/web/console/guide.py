"""The senders' pages of the documents, in the console: where to click, what the sender never repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from processor.domain.hook import hook_address
from processor.errors import NotFound
from processor.text import Language, Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.visit import Visit

_PACKAGED: Final = Path(__file__).with_name("guides")
_DOCS: Final = Path(__file__).parents[3] / "docs"
FOLDERS: Final[dict[Language, Path]] = {
    "ru": _PACKAGED / "ru" if _PACKAGED.exists() else _DOCS / "ru" / "sources",
    "en": _PACKAGED / "en" if _PACKAGED.exists() else _DOCS / "sources",
}
INDEX: Final = "README"
PAGES_REMEMBERED_MAX: Final = 512

_NAME = re.compile(r"[a-z0-9_-]{1,40}|README", re.ASCII)
_RULES = re.compile(r"^(?:В правилах|In the rules)$")
_REPEATS = re.compile(r"повтор|repeat", re.IGNORECASE)
_ADDRESS = re.compile(r"(https://)?(?:ваш-сервер|your-server)/hooks/[\w-]+")
_LINK = re.compile(r"([A-Za-z0-9_-]+)\.md(?:#.*)?", re.ASCII)


class Html(str):
    """Text that is HTML already, of our own making."""

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Guide:
    """A page in parts: how the rules have it, where to click, what is not repeated, and the rest."""

    title: str
    rules: Html
    where: Html
    repeats: Html
    rest: Html


def guide(desk: Desk, visit: Visit) -> Reply:  # noqa: ARG001  as every page
    """The page of a sender. Raises NotFound."""
    found = guide_of(visit.named["page"], visit.look.language, visit.url("/guides/"))
    return Page("guide.html", {"guide": found})


@lru_cache(maxsize=PAGES_REMEMBERED_MAX)
def guide_of(page: str, language: Language, links: str, base: str = "", name: str = "") -> Guide:
    """The page as HTML; `links` is where other pages are, `base` and `name` make the address in it. Raises NotFound."""
    text = _read(page, language)
    if base:
        text = _ADDRESS.sub(lambda found: _address(base, name, whole=bool(found[1])), text)
    tokens = _MARKDOWN.parse(text)
    title = next((one.content for one in tokens if one.type == "inline"), page)
    first, *sections = _sections(tokens[3:])
    named = [(_heading(section), _html(section, links)) for section in sections]
    told = [(heading, html) for heading, html in named if not _RULES.match(heading)]
    repeats = [html for heading, html in told if _REPEATS.search(heading)]
    others = [html for heading, html in told if not _REPEATS.search(heading)]
    rules = [html for heading, html in named if _RULES.match(heading)]
    where = [_html(first, links), *others[:1]]
    return Guide(title, *(Html("".join(parts)) for parts in (rules, where, repeats, others[1:])))


def _read(page: str, language: Language) -> str:
    missing = NotFound(Text("такой страницы нет", "there is no such page"))
    if not _NAME.fullmatch(page):
        raise missing
    try:
        return (FOLDERS[language] / f"{page}.md").read_text("utf-8")
    except OSError:
        raise missing from None


def _address(base: str, name: str, *, whole: bool) -> str:
    address = hook_address(base, name)
    return address if whole else address.partition("://")[2]


def _sections(tokens: Sequence[Token]) -> list[list[Token]]:
    """What stands before the first heading of the second level, then each such heading with what follows."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            parts.append([])
        parts[-1].append(token)
    return parts


def _heading(section: Sequence[Token]) -> str:
    return section[1].content if len(section) > 1 else ""


def _html(tokens: Sequence[Token], links: str) -> Html:
    """Headings one step lower: the page around them has its own."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.children:
            token.children = list(_linked(token.children, links))
    return Html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _linked(children: Sequence[Token], links: str) -> Iterator[Token]:
    """Links to pages that are here, and to the web; of any other the text remains."""
    dropped = False
    for token in children:
        if token.type == "link_open":
            to = str(token.attrGet("href") or "")
            page = _LINK.fullmatch(to)
            dropped = page is None and not to.startswith("https://")
            if page:
                token.attrSet("href", links + page[1])
            token.attrSet("rel", "noopener noreferrer")
        if not (dropped and token.type in ("link_open", "link_close")):
            yield token
        if token.type == "link_close":
            dropped = False


def _fence(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return f'<pre data-copy tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'


def _table_open(*_: Any) -> str:
    return '<div class="scroll" tabindex="0"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


_MARKDOWN: Final = _reader()
