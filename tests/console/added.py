"""What a page about a source shows, and what came of it in the files."""

from __future__ import annotations

import html
import re

import httpx

from tests.web.receiver import Receiver


def rules_of(own: Receiver) -> str:
    """The rules file."""
    return (own.folder / "rules.yaml").read_text("utf-8")


def kept_of(own: Receiver) -> str:
    """`.env` beside it, empty when there is none."""
    path = own.folder / ".env"
    return path.read_text("utf-8") if path.exists() else ""


def shown_once(page: httpx.Response) -> str:
    """The secret that the page shows."""
    assert page.status_code == 200, page.text[:3000]
    found = re.search(r"will not be shown again.*?<pre[^>]*><code>([^<]*)</code>", page.text, re.DOTALL)
    assert found, page.text[:3000]
    return html.unescape(found[1])


def told(page: httpx.Response) -> str:
    """What the page complains of."""
    found = re.search(r'<div class="wrong" role="alert">(.*?)</div>', page.text, re.DOTALL)
    assert found, page.text[:2000]
    return html.unescape(re.sub("<[^>]+>", " ", found[1]))
