"""A draft of the rules held against the journal: who would gain and lose what, and what it is worth. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from processor.domain.delivery import Kept
from processor.domain.known import Account
from processor.domain.rule import Ruleset
from processor.rate import Limit, duration_ms
from processor.rehearse.price import policy_of, replay_calls
from processor.rehearse.result import Rehearsed
from processor.rehearse.run import SAMPLES, rehearse
from processor.rehearse.why import sampled, wanted_ids
from processor.store.account import account
from processor.store.connection import Store
from processor.store.contacts import states_of
from processor.store.span import READ_MAX, Selected, Span, select
from processor.telling.rehearsed import Priced, whole_of
from processor.text import Text

Part = Literal["events", "events_again", "price"]
PARTS: Final[Mapping[Part, Text]] = MappingProxyType(
    {
        "events": Text("события", "events"),
        "events_again": Text("события ещё раз", "events again"),
        "price": Text("цена", "price"),
    }
)
Watch = Callable[[Part, int, int], None]
"""Told what is done, how much of it, and of how much."""


def _unwatched(part: Part, done: int, total: int) -> None:
    """Nobody looks."""


def rehearsal(
    client: Store,
    published: Ruleset,
    draft: Ruleset,
    span: Span,
    *,
    rate: tuple[Limit, ...],
    now_ms: int,
    samples: int = SAMPLES,
    rule: str | None = None,
    show_people: bool = False,
    watch: Watch = _unwatched,
) -> dict[str, Any]:
    """What `draft` would have made of the span's events beside `published`, as telling/rehearsed.py shapes it.

    `rule`: only changes that a rule of this name decides. Raises StoreError.
    """
    known = account(client)
    selected = select(client, span)
    found = rehearse(published, draft, _Watched(selected, watch), account=known, samples=samples, rule=rule)
    calls = _replay(client, found, draft, known, now_ms, watch)
    read_again = selected.only(wanted_ids(sampled(found)))
    return whole_of(
        found,
        published,
        draft,
        events={kept.delivery.id: kept for kept in read_again},
        price=Priced(calls, duration_ms(calls, rate)),
        span=span,
        cut=selected.cut,
        show_people=show_people,
    )


def _replay(client: Store, found: Rehearsed, draft: Ruleset, known: Account, now_ms: int, watch: Watch) -> int:
    """The calls that replaying under the draft takes now, contact by contact as the store knows them."""
    keys, policy = list(found.wanted_after), policy_of(draft)
    calls = 0
    for start in range(0, len(keys), READ_MAX):
        chunk = keys[start : start + READ_MAX]
        for key, state in zip(chunk, states_of(client, chunk), strict=True):
            after, before = found.wanted_after[key], found.wanted_before.get(key, {})
            waiting, delivered = state.wanted, state.delivered
            calls += replay_calls(
                state.contact, after, before, waiting, state.known, delivered, known, policy, now_ms=now_ms
            )
        watch("price", start + len(chunk), len(keys))
    return calls


@dataclass(slots=True)
class _Watched:
    """Deliveries that tell how far they are, each time that they are gone through."""

    deliveries: Selected
    watch: Watch
    times: int = 0

    def __iter__(self) -> Iterator[Kept]:
        part: Part = "events_again" if self.times else "events"
        self.times += 1
        for done, kept in enumerate(self.deliveries, 1):
            yield kept
            self.watch(part, done, len(self.deliveries))
