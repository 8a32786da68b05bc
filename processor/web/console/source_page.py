"""One source's page: its address, where to click, what came and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from processor.domain.hook import TOKEN_SHOWN, pasted_address, proof_told
from processor.domain.proof_advice import proof_advice
from processor.domain.sender import SENDERS, senders_with
from processor.domain.source import Source
from processor.errors import FaultsFound, NotFound
from processor.rules.file import read_rules
from processor.rules.secret_file import may_keep
from processor.store.journal import newest
from processor.store.refused import refused
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.guide import guide_of
from processor.web.console.reply import Page
from processor.web.console.snapshot import EVENTS_LOOKED_AT
from processor.web.console.source_written import written_of
from processor.web.console.visit import Visit

REFUSALS_SHOWN: Final = 20
EVENTS_SHOWN: Final = 20
WAITING: Final = "source_waiting.html"
# Those that most who read Russian pages need; any other may be typed.
ZONES: Final = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk"),
    *("Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Kamchatka", "Europe/Minsk"),
    *("Asia/Almaty", "Asia/Tashkent", "Asia/Bishkek", "Asia/Tbilisi", "Asia/Yerevan", "UTC"),
)


def source_named(desk: Desk, name: str) -> Source:
    """The source of the rules in force. Raises NotFound."""
    found = desk.book.current().sources.get(name)
    if found is None:
        raise NotFound(Text(f"нет источника {name}", f"no source {name}"))
    return found


def source_page(
    desk: Desk, visit: Visit, of: Source, more: Mapping[str, Any], status: int = 200, *, guide: str = ""
) -> Page:
    """The page; `more` may hold `once`, a secret to be shown this once. Raises StoreError."""
    settings, sender = desk.settings, SENDERS[of.preset]
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    page = _guide(guide or of.preset, of, base, visit)
    values = {
        "source": of,
        "sender": sender,
        "proof": proof_told(of),
        "address": _address(base, of, str(more.get("once", ""))),
        "reachable": bool(settings.public_url),
        "maps": of.preset in senders_with("fields"),
        "guide": page,
        "keeps": may_keep(desk.known.kept_in),
        "written": _written(desk, of),
        "once": "",
        "zones": ZONES,
        "problems": (),
        "diff": (),
    }
    return Page("source.html", values | came(desk, of) | dict(more), status)


def waiting(desk: Desk, of: Source) -> Page:
    """The part of the page that is exchanged while a delivery is waited for. Raises StoreError."""
    return Page(WAITING, {"source": of, **came(desk, of)})


def came(desk: Desk, of: Source) -> dict[str, Any]:
    """The last events of the source, and its last refusals with advice. Raises StoreError."""
    events = [row for row in newest(desk.client, limit=EVENTS_LOOKED_AT) if row.source == of.name]
    refusals = refused(desk.client, [of.name], limit=REFUSALS_SHOWN, journal_days=desk.settings.journal_days)
    return {"events": events[:EVENTS_SHOWN], "refusals": [(one, proof_advice(one.code)) for one in refusals]}


def _address(base: str, of: Source, once: str) -> Text:
    """What to paste at the sender; a token that is shown once stands in it as it is."""
    address = pasted_address(base, of, SENDERS[of.preset])
    if not once:
        return address
    return Text(
        address.ru.replace(TOKEN_SHOWN.ru, quote(once, safe="")),
        address.en.replace(TOKEN_SHOWN.en, quote(once, safe="")),
    )


def _guide(page: str, of: Source, base: str, visit: Visit) -> Any:
    links, language = visit.url("/guides/"), visit.look.language
    try:
        return guide_of(page, language, links, base, of.name)
    except NotFound:  # somebody's own word in the form
        return guide_of(of.preset, language, links, base, of.name)


def _written(desk: Desk, of: Source) -> Mapping[str, str]:
    """Its settings as the file has them; none while the file cannot be read."""
    try:
        return written_of(read_rules(desk.publisher.path), desk.publisher.path.name, of.name)
    except (FaultsFound, NotFound):
        return {}
