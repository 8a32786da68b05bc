"""One event, or a pasted delivery, under the draft: every rule with every condition, and what would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from processor.domain.delivery import Delivery
from processor.domain.plan import plan
from processor.domain.remembered import Numbered, Reading, nothing_before
from processor.domain.rule import Ruleset
from processor.errors import NotFound, Refused, Unreadable
from processor.sources.registry import preset_of
from processor.store.history import history_of
from processor.store.journal import EVENT_ID, story_of
from processor.story import Explained, explain_delivery
from processor.telling.later import span_text
from processor.telling.nearest import tell_nearest
from processor.telling.story import flat, plain, value_text
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.drafting import compiled, file_of, work_of
from processor.web.console.reply import Page, Reply
from processor.web.console.visit import Visit

BODY_CHARACTERS_MAX: Final = 1_000_000
CONTENT_TYPES: Final = ("application/json", "application/x-www-form-urlencoded", "text/xml")


def try_event(desk: Desk, visit: Visit) -> Reply:
    """The form, and with `?event=` that event under the draft. Raises NotFound, Refused, StoreError."""
    id_ = visit.query.get("event", "").strip()
    if not id_:
        return _page(desk, visit, (), {})
    if not EVENT_ID.fullmatch(id_):
        raise NotFound(Text("такого события нет", "there is no such event"))
    story = story_of(desk.client, id_)
    if story.delivery is None:
        raise NotFound(Text("тело этого события уже не хранится", "the body of this event is not kept any more"))

    def past(contact: str) -> Sequence[Any]:
        return history_of(desk.client, contact).entries

    return _page(desk, visit, _tried(desk, visit, story.delivery, past, story.numbered), {"event": id_})


def try_pasted(desk: Desk, visit: Visit) -> Reply:
    """A pasted delivery under the draft; its proof is not asked for. Raises Refused, StoreError."""
    body, source = visit.form.get("body", ""), visit.form.get("source", "")
    kind = visit.form.get("content_type", CONTENT_TYPES[0])
    filled = {"body": body, "source": source, "content_type": kind}
    rules = _rules(desk, visit)
    of = rules.sources.get(source)
    if of is None or len(body) > BODY_CHARACTERS_MAX:
        text = Text("нет такого источника, или тело велико", "there is no such source, or the body is too large")
        return _page(desk, visit, (), filled | {"problem": text}, 422)
    delivery = Delivery(
        id="try",
        source=source,
        preset=of.preset,
        received_ms=desk.clock.now_ms(),
        headers={"content-type": kind, **_headers(visit.form.get("headers", ""))},
        query="",
        body=body.encode(),
    )
    try:
        preset_of(of).normalise(delivery, of)
    except Unreadable as error:
        return _page(desk, visit, (), filled | {"problem": error.text}, 422)
    return _page(desk, visit, _tried(desk, visit, delivery, nothing_before, None), filled)


def nearest_lines(found: Sequence[Explained], visit: Visit) -> list[list[str]]:
    """Of each event the rules that came nearest, where none matched."""
    return [[line.strip() for line in tell_nearest(one.rules, visit.look.language)] for one in found]


def _rules(desk: Desk, visit: Visit) -> Ruleset:
    """The draft's rules. Raises Refused when it has faults, StoreError."""
    rules = compiled(work_of(desk, visit).text, file_of(desk)).rules
    if rules is None:
        raise Refused(
            "draft_faulty", Text("в черновике ошибки: сначала исправьте их", "the draft has faults: mend them first")
        )
    return rules


def _tried(
    desk: Desk, visit: Visit, delivery: Delivery, past: Reading, numbered: Numbered | None
) -> list[dict[str, Any]]:
    rules = _rules(desk, visit)
    found = explain_delivery(delivery, rules, past, numbered)
    told = []
    for one, nearest in zip(found, nearest_lines(found, visit), strict=True):
        planned = plan(rules, one.event, stamp=one.stamp, event_id=delivery.id, earlier=one.earlier)
        told.append(
            {
                "explained": one,
                "nearest": nearest,
                "fields": list(flat(plain(one.event))),
                "changes": [
                    {
                        "contact": of.contact.key,
                        "element": wish.element,
                        "value": value_text(wish.value),
                        "rule": wish.rule,
                    }
                    for of in planned.contacts
                    for wish in of.wishes
                ],
                "later": [
                    (later.rule, span_text(_after_ms(rules, later.rule), visit.look.language))
                    for later in planned.later
                ],
                "problems": planned.problems,
            }
        )
    return told


def _after_ms(rules: Ruleset, name: str) -> int:
    return next((rule.after_ms or 0 for rule in rules.rules if rule.name == name), 0)


def _headers(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines()[:50])
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon and name.strip()}


def _page(desk: Desk, visit: Visit, tried: Sequence[dict[str, Any]], filled: dict[str, Any], status: int = 200) -> Page:
    asked = bool(filled.get("event") or filled.get("body"))
    values = {
        "tried": tried,
        "asked": asked,
        "filled": filled,
        "problem": filled.get("problem"),
        "sources": list(desk.book.current().sources),
        "content_types": CONTENT_TYPES,
        "headers": visit.form.get("headers", ""),
    }
    return Page("trying.html", values, status)
