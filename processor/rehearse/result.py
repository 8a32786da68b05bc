"""What a rehearsal found, frozen: who gains and loses what, rule by rule, and what it is worth in calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from processor.domain.wish import Wanted, Wish
from processor.rehearse.history import History
from processor.text import Text

Kind = Literal["tag", "tag_off", "status", "variable", "utm", "field"]
KINDS: tuple[Kind, ...] = ("tag", "tag_off", "status", "variable", "utm", "field")
Sort = Literal["gained", "lost", "changed"]
SORTS: tuple[Sort, ...] = ("gained", "lost", "changed")


class Pair(msgspec.Struct, frozen=True):
    """A number under the published rules and under the draft."""

    before: int = 0
    after: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One element of one contact that ends up otherwise; None: nobody wishes it there.

    `before` is what the published rules wish in the end, `after` the draft; each names the event and the rule that
    decided.
    """

    contact: str
    element: str
    before: Wish | None
    after: Wish | None


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that contacts can have, such as a tag, and how many of them gain, lose or have it changed.

    `label` is its name or, where a rule makes the text from the event, the rule's template. `samples` holds at most as
    many of each sort as asked.
    """

    kind: Kind
    label: str
    gained: int = 0
    lost: int = 0
    changed: int = 0
    samples: Mapping[Sort, tuple[Change, ...]] = {}

    @property
    def contacts(self) -> int:
        """How many contacts are concerned, one that gains and loses (two statuses of a row) twice."""
        return self.gained + self.lost + self.changed


class Some(msgspec.Struct, frozen=True):
    """How many, and a few of them by their ids."""

    count: int = 0
    samples: tuple[str, ...] = ()


class RuleCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many events matched a rule of this name; None: there is none in that file."""

    rule: str
    before: int | None
    after: int | None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What a matched rule, or a source's mapping, could not fill in: how often, and the first time as an example."""

    rule: str
    element: str
    before: int
    after: int
    text: Text
    event: str


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it.

    `deliveries` were read, from `first_ms` to `last_ms` (Unix ms; 0: none). Of `contacts` that either file touches
    `changed` end up otherwise; `appear` and `disappear` are those that only one of the files touches. `matchless` and
    `matched` are deliveries that match nothing any more, or newly match something. `unreadable` and `sourceless` are
    deliveries without any event. Of delayed rules that matched, `acted` did so when due and `cancelled` were made
    needless. `looks_around`: rules ask for other events of a contact, of which only these deliveries are seen (the
    histories are kept for `why`). `calls`: what the events would have cost one by one, nothing merged. `wanted_before`
    and `wanted_after` are the final wanted states, by contact.
    """

    deliveries: int
    first_ms: int
    last_ms: int
    contacts: int
    changed: int
    appear: Some
    disappear: Some
    totals: tuple[Total, ...]
    rules: tuple[RuleCount, ...]
    matchless: Some
    matched: Some
    unreadable: Pair
    sourceless: Pair
    troubles: tuple[Trouble, ...]
    acted: Pair
    cancelled: Pair
    looks_around: bool
    calls: Pair
    history_before: History
    history_after: History
    wanted_before: Mapping[str, Wanted]
    wanted_after: Mapping[str, Wanted]
