"""The rehearsal itself: every delivery under both rules files, then what comes of it in the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from processor.domain.delivery import Kept
from processor.domain.known import Account
from processor.domain.rule import Ruleset
from processor.rehearse.compare import Comparison, changes_of, decided_by
from processor.rehearse.history import looks_around
from processor.rehearse.reading import Read, alike, read
from processor.rehearse.result import Pair, Rehearsed, RuleCount, Some, Trouble
from processor.rehearse.side import Side

SAMPLES = 3


def rehearse(
    published: Ruleset,
    draft: Ruleset,
    deliveries: Iterable[Kept],
    *,
    account: Account | None = None,
    samples: int = SAMPLES,
    rule: str | None = None,
) -> Rehearsed:
    """What `draft` would have made of `deliveries` (in the journal's order) beside `published`.

    Where rules ask for a contact's other events, the deliveries are gone through twice: they alone are its history.
    `rule`: only changes that a rule of this name decides. Nothing is asked, called or written.
    """
    before, after = (Side.of(rules, account or Account()) for rules in (published, draft))
    if looks := looks_around(published) or looks_around(draft):
        _remember(deliveries, before, after)
    stretch = _Stretch(samples)
    for kept in deliveries:
        old, new = _both(kept, before, after)
        stretch.add(kept, before.take(kept, old), after.take(kept, new))
    comparison = Comparison.of(published, draft, samples)
    for key in sorted(before.wanted.keys() | after.wanted.keys()):
        found = changes_of(key, before.wanted.get(key, {}), after.wanted.get(key, {}))
        comparison.add([change for change in found if rule is None or decided_by(change, rule)])
    return Rehearsed(
        deliveries=stretch.count,
        first_ms=stretch.first_ms,
        last_ms=stretch.last_ms,
        contacts=len(before.wanted.keys() | after.wanted.keys()),
        changed=comparison.changed,
        appear=_some(after.wanted.keys() - before.wanted.keys(), samples),
        disappear=_some(before.wanted.keys() - after.wanted.keys(), samples),
        totals=comparison.totals(),
        rules=_rules(before, after, rule),
        matchless=stretch.matchless.some(),
        matched=stretch.matched.some(),
        unreadable=Pair(before.failures["unreadable"], after.failures["unreadable"]),
        sourceless=Pair(before.failures["sourceless"], after.failures["sourceless"]),
        troubles=_troubles(before, after),
        calls=Pair(before.calls, after.calls),
        acted=Pair(before.acted, after.acted),
        cancelled=Pair(before.cancelled, after.cancelled),
        looks_around=looks,
        history_before=before.history,
        history_after=after.history,
        wanted_before=before.wanted,
        wanted_after=after.wanted,
    )


def _remember(deliveries: Iterable[Kept], before: Side, after: Side) -> None:
    """Both sides learn what came for each contact."""
    for kept in deliveries:
        old, new = _both(kept, before, after)
        before.remember(kept, old)
        after.remember(kept, new)
    before.history.sort()
    after.history.sort()


def _both(kept: Kept, before: Side, after: Side) -> tuple[Read, Read]:
    """The delivery as each file reads it; most drafts leave the sources alone, then it is read once."""
    delivery = kept.delivery
    old, new = (side.rules.sources.get(delivery.source) for side in (before, after))
    one = read(delivery, old)
    return one, one if alike(old, new) else read(delivery, new)


@dataclass(slots=True)
class _Ids:
    most: int
    count: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, id_: str) -> None:
        self.count += 1
        if len(self.samples) < self.most:
            self.samples.append(id_)

    def some(self) -> Some:
        return Some(self.count, tuple(self.samples))


class _Stretch:
    """The deliveries as they went by."""

    def __init__(self, most: int) -> None:
        self.count, self.first_ms, self.last_ms = 0, 0, 0
        self.matchless, self.matched = _Ids(most), _Ids(most)

    def add(self, kept: Kept, before: bool, after: bool) -> None:
        """A delivery, and whether it matched any rule of either file."""
        self.first_ms = self.first_ms if self.count else kept.since_ms
        self.count, self.last_ms = self.count + 1, kept.since_ms
        if before != after:
            (self.matched if after else self.matchless).add(kept.delivery.id)


def _some(keys: set[str], most: int) -> Some:
    return Some(len(keys), tuple(sorted(keys)[:most]))


def _rules(before: Side, after: Side, only: str | None) -> tuple[RuleCount, ...]:
    """In the order of the draft, those that it no longer has behind."""
    old, new = ({rule.name for rule in side.rules.rules} for side in (before, after))
    names = dict.fromkeys(rule.name for side in (after, before) for rule in side.rules.rules)
    return tuple(
        RuleCount(
            rule=name,
            before=before.matched[name] if name in old else None,
            after=after.matched[name] if name in new else None,
        )
        for name in names
        if only in (None, name)
    )


def _troubles(before: Side, after: Side) -> tuple[Trouble, ...]:
    """What the draft cannot fill in, or no longer fails to."""
    found = []
    for key in dict.fromkeys([*after.troubles, *before.troubles]):
        old, new = before.troubles.get(key), after.troubles.get(key)
        met = new or old
        assert met is not None  # noqa: S101  the key is of one of the two
        counts = {"before": old.count if old else 0, "after": new.count if new else 0}
        found.append(Trouble(rule=key[0], element=key[1], text=met.text, event=met.event, **counts))
    return tuple(found)
