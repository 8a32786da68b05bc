"""Two final states beside each other: who gains, loses and has changed what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from processor.domain.rule import Rule, Ruleset
from processor.domain.wish import Wanted
from processor.rehearse.element import Label, keyed, label_of
from processor.rehearse.result import KINDS, SORTS, Change, Sort, Total


@dataclass(slots=True)
class _Tally:
    contacts: dict[Sort, int] = field(default_factory=lambda: dict.fromkeys(SORTS, 0))
    samples: dict[Sort, list[Change]] = field(default_factory=lambda: {sort: [] for sort in SORTS})


def changes_of(contact: str, before: Wanted, after: Wanted) -> Iterator[Change]:
    """The elements of one contact that end up otherwise."""
    old, new = keyed(before), keyed(after)
    for element in sorted(old.keys() | new.keys()):
        was, becomes = old.get(element), new.get(element)
        if was is None or becomes is None or was.value != becomes.value:
            yield Change(contact=contact, element=element, before=was, after=becomes)


def decided_by(change: Change, rule: str) -> bool:
    """Whether `rule` of either file decides it."""
    return any(wish is not None and wish.rule == rule for wish in (change.before, change.after))


@dataclass(slots=True)
class Comparison:
    """Grows contact by contact; `most` samples of each sort are kept."""

    published: Mapping[str, Rule]
    draft: Mapping[str, Rule]
    most: int
    changed: int = 0
    tallies: dict[Label, _Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, published: Ruleset, draft: Ruleset, most: int) -> Comparison:
        """Nothing compared yet."""
        return cls({rule.name: rule for rule in published.rules}, {rule.name: rule for rule in draft.rules}, most)

    def add(self, changes: list[Change]) -> None:
        """All changes of one contact."""
        if not changes:
            return
        self.changed += 1
        counted: set[tuple[Label, Sort]] = set()
        for change in changes:
            for label, sort in self._sorts(change):
                tally = self.tallies.setdefault(label, _Tally())
                if (label, sort) not in counted:
                    counted.add((label, sort))
                    tally.contacts[sort] += 1
                    if len(tally.samples[sort]) < self.most:
                        tally.samples[sort].append(change)

    def _sorts(self, change: Change) -> Iterator[tuple[Label, Sort]]:
        """What a change is one of: another status is a loss of the one and a gain of the other."""
        lost = label_of(change.before, self.published) if change.before else None
        gained = label_of(change.after, self.draft) if change.after else None
        if lost is not None and lost == gained:
            yield lost, "changed"
            return
        if lost is not None:
            yield lost, "lost"
        if gained is not None:
            yield gained, "gained"

    def totals(self) -> tuple[Total, ...]:
        """By kind, then by how many contacts are concerned."""
        found = [
            Total(
                kind=label.kind,
                label=label.text,
                samples={sort: tuple(some) for sort, some in tally.samples.items() if some},
                **tally.contacts,
            )
            for label, tally in self.tallies.items()
        ]
        return tuple(sorted(found, key=lambda total: (KINDS.index(total.kind), -total.contacts, total.label)))
