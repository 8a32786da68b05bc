"""Whether a form was sent from our own pages: no other site may act in a visitor's name. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from processor.text import Text

_ELSEWHERE = Text("форма отправлена с чужой страницы", "the form was sent from another site's page")
_OLD = Text("страница устарела: откройте её заново и повторите", "the page is out of date: open it again and repeat")


def foreign(headers: Mapping[str, str]) -> Text | None:
    """Why a POST is not taken for our own page's, by what browsers say of it; `headers` in lower case.

    Sec-Fetch-Site says it outright; browsers without it send Origin with every POST; neither: no browser at all.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return _ELSEWHERE
    origin = headers.get("origin")
    if site is None and origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        return _ELSEWHERE
    return None


def forged(given: str, csrf: str) -> Text | None:
    """Why a form without the session's own mark is not taken."""
    return None if secrets.compare_digest(given.encode(), csrf.encode()) else _OLD
