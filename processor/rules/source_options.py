"""What else a source may say of itself: its names of things, its country and zone, where to ask for more."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from processor.domain.phone import REGIONS
from processor.domain.source import Api
from processor.rules.meant import said
from processor.rules.reading import fields, text_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.secrets import secrets_of
from processor.rules.source_draft import Draft
from processor.rules.tree import Table, Tree
from processor.text import Text

CONFIRMATION_CHARACTERS_MAX = 64
ACCOUNT_CHARACTERS_MAX = 255

_KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def key_name_of(draft: Draft) -> str | None:
    """The name under which a key comes."""
    if "key_name" not in draft.found:
        return None
    tree = draft.found["key_name"].value
    name = text_of(tree, draft.report)
    if name is not None and not _KEY_NAME.fullmatch(name):
        text = Text("имя ключа не годится", "the key's name is wrong")
        draft.report.add("source.key_name", text, tree.place, Text("латиница, цифры, . _ -", "a-z, 0-9, . _ -"))
    return name


def confirmation_of(draft: Draft) -> str | None:
    """What the sender wants to hear when it asks whether the address is ours."""
    if "confirmation" not in draft.found:
        return None
    found = draft.secrets("confirmation")
    return found[0][:CONFIRMATION_CHARACTERS_MAX] if found else None


def accounts_of(draft: Draft) -> tuple[str, ...]:
    """The shops, portals or groups that may send, as they call themselves; trimmed, lower case."""
    if "account" not in draft.found:
        return ()
    found = texts_of(draft.found["account"].value, draft.report, ACCOUNT_CHARACTERS_MAX)
    return tuple(text.strip().lower() for text, _ in found)


def api_of(draft: Draft) -> Api | None:
    """Where to ask the sender for what its deliveries leave out: `{url, token}`, either from the environment."""
    if "api" not in draft.found:
        return None
    tree = draft.found["api"].value
    found = fields(tree, ("url", "token"), draft.report)
    if not found and isinstance(tree, Table):
        text = Text("не сказано, где спрашивать", "it does not say where to ask")
        draft.report.add("source.api", text, draft.found["api"].key.place, Text("url и token", "url and token"))
    read = {
        name: secrets_of(field.value, draft.environ, draft.report, demo=draft.demo) for name, field in found.items()
    }
    url = next(iter(read.get("url", ())), None)
    if url is not None and not _is_address(url):
        text = Text("адрес записан неверно", "the address is wrong")
        example = Text("https://… без пробелов", "https://… without spaces")
        draft.report.add("source.api", text, found["url"].value.place, example)
    return Api(url=url, token=next(iter(read.get("token", ())), None))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        return False


def region_of(draft: Draft) -> str:
    """The country of phones written without one."""
    if "region" not in draft.found:
        return "RU"
    tree = draft.found["region"].value
    region = text_of(tree, draft.report)
    if region is not None and region.upper() in REGIONS:
        return region.upper()
    if region is not None:
        text = Text(f"неизвестная страна «{named(region)}»", f'unknown country "{named(region)}"')
        codes = Text("двухбуквенный код: RU, KZ, BY, UZ…", "a code of two letters: RU, KZ, BY, UZ…")
        draft.report.add("source.region", text, tree.place, codes, said(region, tuple(sorted(REGIONS))))
    return "RU"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def timezone_of(draft: Draft) -> str:
    """The zone of times written without one: the source's own, or the file's."""
    if "timezone" not in draft.found:
        return draft.timezone
    return zone_of(draft.found["timezone"].value, draft.report) or draft.timezone


def zone_of(tree: Tree, report: Report) -> str | None:
    """The name of a time zone, such as Asia/Almaty; or None, with a fault."""
    zone = text_of(tree, report)
    # A machine without time zone data cannot tell a wrong name: the name is taken as it is.
    if zone is None or zone in _zones() or not _zones():
        return zone
    text = Text(f"неизвестный часовой пояс «{named(zone)}»", f'unknown time zone "{named(zone)}"')
    example = Text("например Europe/Moscow или Asia/Almaty", "such as Europe/Moscow or Asia/Almaty")
    report.add("source.timezone", text, tree.place, example, near(zone, _zones()))
    return None
