"""What really came and is really used, for the form to offer: fields with values, types, tags, statuses, variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from processor.domain.event import EVENT_TYPES
from processor.domain.rule import Ruleset
from processor.rules.vocabulary import DOTTED, PATHS
from processor.scrub import mask_people

FIELDS_MAX: Final = 300
VALUES_MAX: Final = 20
NAMES_MAX: Final = 200
VALUE_CHARACTERS_MAX: Final = 100
_SKIPPED: Final = ("event", "source", "occurred_at", "received_at", "raw")
# Whoever they belong to is nobody's business in a list of what is usual.
_PERSONAL: Final = ("customer.",)
_SHARED: Final = ("customer.city",)


@dataclass(frozen=True, slots=True)
class SeenField:
    """A field: in how many events it was, of which sources and types, an example (masked), and values to choose from.

    `values` are those that came more than once, the most frequent first; of what is personal there are none.
    """

    path: str
    count: int = 0
    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    example: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pickers:
    """All that the form offers."""

    fields: tuple[SeenField, ...] = ()
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    events: int = 0

    def list_of(self, path: str) -> str:
        """The name of the list of values of a field; empty when there is none."""
        found = (f"values-{at}" for at, one in enumerate(self.fields) if one.path == path.strip() and one.values)
        return next(found, "")


def pickers_of(
    rulesets: Sequence[Ruleset],
    events: Iterable[Mapping[str, Any]],
    tags: Iterable[str] = (),
    statuses: Iterable[str] = (),
) -> Pickers:
    """From the rules, from events as the journal keeps them, and from the tags and statuses of known contacts."""
    counts: dict[str, Counter[str]] = {}
    sources: dict[str, Counter[str]] = {}
    types: dict[str, Counter[str]] = {}
    kinds: Counter[str] = Counter()
    number = 0
    for event in events:
        number += 1
        kinds[str(event.get("event", ""))] += 1
        for path, value in dict(leaves(event)).items():
            if path not in counts and len(counts) >= FIELDS_MAX:
                continue
            counts.setdefault(path, Counter())[value] += 1
            sources.setdefault(path, Counter())[str(event.get("source", ""))] += 1
            types.setdefault(path, Counter())[str(event.get("event", ""))] += 1
    seen = [_field(path, found, sources[path], types[path]) for path, found in counts.items()]
    known = [SeenField(path) for path in DOTTED if path not in counts and _is_leaf(path)]
    effects = [rule.then for rules in rulesets for rule in rules.rules]
    used_tags = [one.source for then in effects for one in (*then.tags, *then.remove_tags)]
    return Pickers(
        fields=tuple(sorted(seen, key=lambda one: (-one.count, one.path)) + known),
        types=_names([*(kind for kind, _ in kinds.most_common()), *_own_types(rulesets), *sorted(EVENT_TYPES)]),
        sources=_names(name for rules in rulesets for name in rules.sources),
        tags=_names([*used_tags, *tags]),
        statuses=_names([*(then.status.source for then in effects if then.status), *statuses]),
        variables=_names(name for then in effects for name in (*then.variables, *then.remove_variables)),
        events=number,
    )


def leaves(event: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The fields of an event by the paths that a rule names them by, `raw` left out; of a list the first element's."""
    for name, value in event.items():
        quoted = name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _quoted(name)
        path = f"{prefix}{quoted}"
        if path in _SKIPPED:
            continue
        one = value[0] if isinstance(value, list) and value else value
        if isinstance(one, Mapping):
            yield from leaves(one, f"{path}.")
        elif one is not None and not isinstance(one, list) and str(one).strip():
            yield path, _shown(one)


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value).strip()
    return text[:VALUE_CHARACTERS_MAX]


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_personal(path: str) -> bool:
    """Whether what stands there is somebody's own."""
    return path.startswith(_PERSONAL) and path not in _SHARED


def _field(path: str, values: Counter[str], sources: Counter[str], types: Counter[str]) -> SeenField:
    personal = is_personal(path) or any(mask_people(value) != value for value in values)
    example = values.most_common(1)[0][0]
    usual = () if personal else tuple(value for value, count in values.most_common(VALUES_MAX) if _chosen(value, count))
    return SeenField(
        path=path,
        count=values.total(),
        sources=tuple(name for name, _ in sources.most_common(3)),
        types=tuple(name for name, _ in types.most_common(3)),
        example=_hidden(example) if personal else example,
        values=usual,
    )


def _chosen(value: str, count: int) -> bool:
    return count > 1 or len(value) <= 40


def _hidden(value: str) -> str:
    masked = mask_people(value)
    return masked if masked != value else f"{value[:1]}***"


def _is_leaf(path: str) -> bool:
    return path not in _SKIPPED and PATHS[tuple(path.split("."))] in ("text", "number", "flag", "moment")


def _own_types(rulesets: Sequence[Ruleset]) -> Iterator[str]:
    for rules in rulesets:
        for source in rules.sources.values():
            yield from source.event_types.values()


def _names(found: Iterable[str]) -> tuple[str, ...]:
    names = dict.fromkeys(name.strip() for name in found if name.strip() and len(name) <= VALUE_CHARACTERS_MAX)
    return tuple(names)[:NAMES_MAX]
