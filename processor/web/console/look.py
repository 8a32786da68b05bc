"""How a visitor wants to see pages: language, theme and time zone, kept in cookies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from processor.text import LANGUAGES, Language
from processor.web.console.desk import Desk
from processor.web.console.reply import Redirect, Reply
from processor.web.console.visit import Look, Theme, Visit

THEMES: Final[tuple[Theme, ...]] = ("auto", "light", "dark")
ZONE: Final = "Europe/Moscow"
ZONE_CHARACTERS_MAX: Final = 60
LANGUAGE_COOKIE, THEME_COOKIE, ZONE_COOKIE = "wh_language", "wh_theme", "wh_zone"


def look_of(cookies: Mapping[str, str], accepts: str, usual: Language) -> Look:
    """By the cookies, else by what the browser accepts, else as set for everybody. Pure."""
    language = cookies.get(LANGUAGE_COOKIE) or _accepted(accepts) or usual
    theme = cookies.get(THEME_COOKIE, "auto")
    return Look(
        language=language if language in LANGUAGES else usual,
        theme=theme if theme in THEMES else "auto",
        zone=_zone(cookies.get(ZONE_COOKIE, ZONE)),
    )


def choose_look(desk: Desk, visit: Visit) -> Reply:  # noqa: ARG001  as every page
    """Back to where the visitor was; the rim sets the cookies of what was chosen."""
    return Redirect(visit.form.get("back", "/"))


def _accepted(accepts: str) -> str | None:
    for one in accepts.lower().split(","):
        language = one.split(";")[0].strip()[:2]
        if language in LANGUAGES:
            return language
    return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if len(name) <= ZONE_CHARACTERS_MAX else ZoneInfo(ZONE)
    except (ValueError, OSError):
        return ZoneInfo(ZONE)
