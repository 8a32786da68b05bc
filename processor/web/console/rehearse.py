"""A draft tried on what really came: who would gain and lose what, before it is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from processor.domain.rule import Ruleset
from processor.rehearsal import PARTS, Part, rehearsal
from processor.store.span import Span
from processor.telling.rehearsal_words import contacts_text, reason_line, total_line
from processor.telling.story import value_text
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.drafting import compiled, file_of, work_of
from processor.web.console.rehearsals import Rehearsing
from processor.web.console.reply import Page, Reply
from processor.web.console.visit import Fields, Visit

LIMIT: Final = 1_000
LIMIT_MAX: Final = 10_000
LIMITS: Final = (100, 1_000, 5_000, 10_000)
# A small rehearsal is done before anybody would see its progress.
AT_ONCE_S: Final = 2.0
SHOWN_MAX: Final = 200
FIELDS: Final = ("limit", "since", "until", "source", "author")


def rehearse(desk: Desk, visit: Visit) -> Reply:
    """Ask for a stretch of events, `go=1` begins, `again=1` begins anew. Raises Refused, StoreError."""
    asked = {name: visit.query[name].strip() for name in FIELDS if visit.query.get(name, "").strip()}
    work = work_of(desk, visit, asked.get("author", ""))
    published, found = desk.book.current(), compiled(work.text, file_of(desk))
    values: dict[str, Any] = {
        "asked": asked,
        "limits": LIMITS,
        "limit": _limit(asked),
        "sources": list(published.sources),
        "faults": found.faults,
        "same": work.text == published.text,
        "running": None,
        "whole": None,
        "parts": PARTS,
    }
    if found.rules is None:
        return Page("rehearse.html", values, 422)
    key = (found.rules.version, published.version, *sorted(asked.items()), str(visit.look.zone))
    running = desk.rehearsals.of(key)
    if visit.query.get("again") or (visit.query.get("go") and running is None):
        running = desk.rehearsals.start(key, _work(desk, published, found.rules, span_of(asked, visit.look.zone)))
        running.over.wait(AT_ONCE_S)
    return Page("rehearse.html", values | _shown(running, visit))


def span_of(asked: Fields, zone: ZoneInfo) -> Span:
    """What is asked for; `since` and `until` are days in the visitor's zone, both included. Pure."""
    return Span(
        _limit(asked),
        _day_ms(asked.get("since", ""), zone, 0),
        _day_ms(asked.get("until", ""), zone, 1),
        asked.get("source"),
    )


def _limit(asked: Fields) -> int:
    written = asked.get("limit", "")
    return (
        max(1, min(int(written), LIMIT_MAX)) if written.isascii() and written.isdigit() and len(written) < 7 else LIMIT
    )


def _day_ms(text: str, zone: ZoneInfo, days_more: int) -> int | None:
    try:
        day = datetime.fromisoformat(text)
        return int((day.replace(tzinfo=zone) + timedelta(days=days_more)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _work(
    desk: Desk, published: Ruleset, draft: Ruleset, span: Span
) -> Callable[[Callable[[str, int, int], None]], dict[str, Any]]:
    def work(watch: Callable[[str, int, int], None]) -> dict[str, Any]:
        def told(part: Part, done: int, total: int) -> None:
            watch(part, done, total)

        now_ms = desk.clock.now_ms()
        # People are masked where the page is written, for whoever may not see them.
        whole = rehearsal(
            desk.client,
            published,
            draft,
            span,
            rate=desk.settings.watbot_rate,
            now_ms=now_ms,
            show_people=True,
            watch=told,
        )
        return whole | {"at_ms": now_ms}

    return work


def _shown(running: Rehearsing | None, visit: Visit) -> dict[str, Any]:
    if running is None:
        return {}
    if not running.over.is_set():
        return {"running": running}
    if running.whole is None:
        return {"problem": running.failed or Text("не получилось", "that did not work")}
    whole, language = running.whole, visit.look.language
    rules = whole["rules"]
    return {
        "whole": whole,
        "changed": contacts_text(whole["changed"], language),
        "totals": [
            {
                "line": total_line(total, language),
                "samples": [
                    _sample(sort, change, visit) for sort, changes in total["samples"].items() for change in changes
                ],
            }
            for total in whole["totals"][:SHOWN_MAX]
        ],
        "totals_more": max(0, len(whole["totals"]) - SHOWN_MAX),
        "rules_differ": [one for one in rules if one["before"] != one["after"]][:SHOWN_MAX],
        "rules_alike": sum(one["before"] == one["after"] for one in rules),
    }


def _sample(sort: str, change: dict[str, Any], visit: Visit) -> dict[str, Any]:
    before, after = change["before"], change["after"]
    decided = after or before
    return {
        "sort": sort,
        "contact": change["contact"],
        "tag": change["element"].startswith("tag:"),
        "before": value_text(before["value"]) if before else None,
        "after": value_text(after["value"]) if after else None,
        "rule": decided["rule"],
        "event": decided["event"],
        "why": reason_line(change, visit.look.language),
    }
