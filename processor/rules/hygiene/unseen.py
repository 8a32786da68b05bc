"""Fields that no event has, and values that no event gave: mostly the shop calls them a little differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from processor.domain.condition import fold
from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.meaning import Values
from processor.rules.hygiene.reads import Read, reads_of
from processor.rules.hygiene.seen import VALUES_MAX, PathSeen, Seen, takes
from processor.rules.hygiene.written import Written
from processor.rules.report import NAME_CHARACTERS_MAX, named
from processor.rules.tree import Scalar
from processor.scrub import mask_people
from processor.text import Text, nearest

EVENTS_MIN: Final = 5
"""Of fewer events nothing is said: a field may be rare."""

NEAR: Final = 0.7
"""How alike a value must be to one that came, to be taken for a slip of it."""


def unseen(rules: Sequence[Written], seen: Seen) -> Iterator[Fault]:
    """A warning for each field that none of the rule's events has, and for each value that one came near to."""
    for written in rules:
        kinds = [kind for kind in seen.kinds if takes(written.rule, kind)]
        for read in reads_of(written):
            found = _together([seen.paths[kind, read.parts] for kind in kinds if (kind, read.parts) in seen.paths])
            if found.events < EVENTS_MIN:
                continue
            if not found.reached:
                yield _no_field(read, found)
            elif found.reached >= EVENTS_MIN:
                yield from _no_values(read, found)


def _together(parts: Sequence[PathSeen]) -> PathSeen:
    return PathSeen(
        events=sum(one.events for one in parts),
        reached=sum(one.reached for one in parts),
        values=sum((one.values for one in parts), Counter[str]()),
        names=sum((one.names for one in parts), Counter[str]()),
    )


def _no_field(read: Read, found: PathSeen) -> Fault:
    path = _dotted(read.parts)
    text = Text(
        f"поля «{named(path)}» нет ни в одном из событий, которые берёт правило ({found.events})",
        f'none of the events that the rule takes ({found.events}) has a field "{named(path)}"',
    )
    close = _close(read.parts[-1], [name for name, _ in found.names.most_common() if len(name) <= NAME_CHARACTERS_MAX])
    meant = _dotted((*read.parts[:-1], close)) if close else None
    return warning("field.unseen", text, read.place, None, meant, meant if read.claim else None)


def _close(name: str, names: Sequence[str]) -> str | None:
    """A name that looks alike, or has this one as a word: «Имя» is «Ваше имя»."""
    return nearest(name, names) or next((one for one in names if fold(name) in fold(one).split()), None)


def _dotted(parts: Sequence[str]) -> str:
    """A path as the rules file writes it: names of senders in quotes where they are more than a word."""
    return ".".join(one if one.replace("_", "").isalnum() else f'"{one}"' for one in parts)


def _no_values(read: Read, found: PathSeen) -> Iterator[Fault]:
    """Of values that cannot all be remembered nothing is said."""
    claim = read.claim
    if claim is None or not isinstance(claim.meaning, Values) or not 0 < len(found.values) < VALUES_MAX:
        return
    came = {fold(value): value for value in found.values if len(value) <= NAME_CHARACTERS_MAX}
    asked = {fold(one.text) for one in claim.operands}
    for scalar in claim.operands:
        own = fold(scalar.text)
        free = [value for value in came if value not in asked]
        close = get_close_matches(own, free, n=1, cutoff=NEAR) if own not in came else []
        if close and not _numbered(own, close[0]):
            yield _no_value(read, scalar, came[close[0]], found)


def _numbered(one: str, other: str) -> bool:
    """Whether the two differ in their digits: then they are two things, not one written twice."""
    return [sign for sign in one if sign.isdigit()] != [sign for sign in other if sign.isdigit()]


def _no_value(read: Read, scalar: Scalar, meant: str, found: PathSeen) -> Fault:
    path, shown = named(_dotted(read.parts)), mask_people(meant)
    text = Text(
        f"«{named(scalar.text)}» в поле {path} ни разу не приходило (событий: {found.reached})",
        f'"{named(scalar.text)}" never came in the field {path} (events: {found.reached})',
    )
    return warning("value.unseen", text, scalar.place, None, shown, shown if shown == meant else None)
