"""Forget a person everywhere in the store: events, deliveries, stories, wishes, confirmed state, dead letters, index.

Events go first and contacts last, each in one step of the store: cut short, it is begun again by the same phone, and
ends. Whoever works for the person at that moment finds its lease gone and writes nothing. What arrives meanwhile is
looked for again at the end. The digests of deliveries stay (DEDUPE_DAYS): a repetition of what was forgotten is a
repetition still, and brings nothing back.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
import redis

from processor.clock import Clock
from processor.domain.person import Person, ids_of
from processor.domain.terms import terms_of
from processor.store.connection import translated
from processor.store.keys import DAY_MS, name_of
from processor.store.receipts import Receipt, keep, new_number
from processor.store.script import run
from processor.store.sift import Concern, Scope, concerns_after, last_number, read_again, scope_among, scope_of

# New events may come as fast as the person acts; nobody acts for ever.
ROUNDS_MAX: Final = 5
CHANGED_MAX: Final = 20
# Of an event that is somebody else's too these stay, for they name nobody: calls, problems and edits go.
_KEPT: Final = frozenset(
    {"applied", "outdated", "superseded", "parked", "resumed", "retried", "dropped", "no_call", "crashed"}
    | {"thin", "fetched", "fetch_failed", "not_fetched"}
)

_json = msgspec.json.Encoder(decimal_format="string").encode


def forget(
    client: redis.Redis,
    person: Person,
    bots: Sequence[int],
    *,
    by: str,
    clock: Clock,
    journal_days: int,
    rules_lines: Sequence[int] = (),
) -> Receipt:
    """Forget the person and leave the receipt, which is in the store when this returns. Raises StoreError.

    `by` is who asks, `bots` those at which the person may have a contact; `rules_lines` are lines of the rules
    file that name the person and stay: somebody must take them out.
    """
    went: Counter[str] = Counter()
    seen = last_number(client)
    scope = scope_of(client, person, bots)
    for _ in range(ROUNDS_MAX):
        _forget_events(client, scope, went, journal_days)
        for key in scope.contacts:
            wishes, refused, _, _ = _run(client, "forget_contact", key, by, journal_days * DAY_MS)
            went.update(contacts=1, wishes=wishes, refused=refused)
        before, seen = seen, last_number(client)
        # What waited may have been applied meanwhile, and so may have what came.
        came = [*read_again(client, scope.waiting), *concerns_after(client, scope.person, before)]
        scope = scope_among(client, scope.person, {one.row.id: one for one in came}.values())
        if not scope.contacts and not scope.whole and not scope.part:
            break
    receipt = Receipt(
        number=new_number(),
        at_ms=clock.now_ms(),
        by=by,
        waiting=len(scope.waiting),
        rules_lines=tuple(rules_lines),
        **went,
    )
    keep(client, receipt)
    _rewrite_file(client)
    return receipt


def _forget_events(client: redis.Redis, scope: Scope, went: Counter[str], journal_days: int) -> None:
    # Those that only an e-mail ties to the person go first: by the others it is learnt again should this be cut short.
    for one in sorted(scope.whole, key=lambda one: any(ids_of(event.customer) for event in one.events)):
        gone = _run(client, "forget_event", one.row.id)
        if gone:
            _count(went, gone, "events")
    for one in scope.part:
        for _ in range(CHANGED_MAX):
            told = _story(client, one.row.id)
            left = _json(_left(one, scope.person, told))
            gone = _run(client, "forget_event", one.row.id, len(told), left, journal_days * DAY_MS)
            if gone != [b"changed"]:
                break
        else:
            continue
        if gone:
            _count(went, gone, "events_in_part")


def _count(went: Counter[str], gone: Sequence[int], events: str) -> None:
    deliveries, steps, documents, terms = gone
    went.update({events: 1, "deliveries": deliveries, "steps": steps, "documents": documents, "terms": terms})


def _left(one: Concern, person: Person, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What stays of an event that is somebody else's too."""
    events = [event for event in one.events if not person.has(event.customer)]
    contacts = [key for key in one.contacts if key not in person.contacts]
    story = [_json(_others(entry, person)).decode() for entry in told if entry.get("what") in _KEPT]
    return {
        "fields": {
            "events": _json(events).decode(),
            "contacts": ", ".join(contacts),
            "past": " ".join(key for key in one.past if key not in person.contacts),
            "type": ", ".join(dict.fromkeys(event.event for event in events)),
        },
        "story": story,
        "terms": terms_of(events, contacts),
        "salt": secrets.token_hex(16),
    }


def _others(entry: Mapping[str, Any], person: Person) -> dict[str, Any]:
    left = dict(entry)
    if "changes" in left:
        left["changes"] = [change for change in left["changes"] if change["contact"] not in person.contacts]
    if "problems" in left:
        left["problems"] = []
    return left


def _story(client: redis.Redis, id_: str) -> list[Mapping[str, Any]]:
    with translated():
        entries: Any = client.lrange(name_of("story", id_), 0, -1)
    return [msgspec.json.decode(entry) for entry in entries]


def _run(client: redis.Redis, script: str, *args: str | int | bytes) -> Any:
    with translated():
        return run(client, script, *args)


def _rewrite_file(client: redis.Redis) -> None:
    """What was forgotten still stands in the file of a store that appends, until it is written anew."""
    with suppress(redis.RedisError):
        client.bgrewriteaof()
