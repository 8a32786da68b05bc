"""What came of an example beside what was expected, thing by thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processor.domain.contact import ContactId
from processor.domain.example import Expected
from processor.domain.identity import ID_OF
from processor.domain.wish import FIRST_WINS, Wish, is_status
from processor.examples.play import Played


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected, such as `status` or `variables.Сумма`; None: there is none of it."""

    element: str
    expected: str | None
    got: str | None


def outcome_of(played: Played) -> dict[str, Any]:
    """Everything that came of it, by the names and in the shapes of `Expected.values`."""
    wishes = [wish for wanted in played.wanted.values() for wish in wanted.values()]
    by_kind = {kind: _named(wishes, kind) for kind in ("tag", "variable")}
    policy, marks = _utm(wishes)
    acted = set(played.rules)
    return {
        "matched": bool(played.rules),
        "rules": tuple(played.rules),
        "tags": tuple(name for name, value in by_kind["tag"].items() if value),
        "remove_tags": tuple(name for name, value in by_kind["tag"].items() if not value),
        "variables": {name: value for name, value in by_kind["variable"].items() if value is not None},
        "remove_variables": tuple(name for name, value in by_kind["variable"].items() if value is None),
        "status": tuple(wish.value for wish in sorted(wishes, key=_when) if is_status(wish.element)),
        "utm": policy,
        "marks": marks,
        "contact": _contact(played.wanted),
        "contacts": len(played.wanted),
        "problems": tuple(dict.fromkeys(problem.element for problem in played.problems)),
        "after": max((rule.after_ms or 0 for rule in played.ruleset.rules if rule.name in acted), default=0),
        "cancelled": tuple(played.cancelled),
    }


def differences(expected: Expected, outcome: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs, among what is expected; nothing when all is as it should be.

    Of a rule that does not match, though it should, that alone is told: the rest follows from it.
    """
    found: list[Difference] = []
    for name, wanted in expected.values.items():
        found.extend(_differing(name, wanted, outcome))
        if name == "matched" and found:
            break
    return tuple(found)


def _differing(name: str, wanted: Any, outcome: Mapping[str, Any]) -> Iterator[Difference]:
    if name == "utm" and isinstance(wanted, Mapping):
        got: Any = outcome["marks"] if outcome["utm"] != "off" else {}
        yield from _by_name(name, wanted, got)
    elif name == "contact":
        yield from _by_name(name, wanted, {one: outcome[name].get(one, "") for one in wanted})
    elif isinstance(wanted, Mapping):
        yield from _by_name(name, wanted, outcome[name])
    elif isinstance(wanted, tuple):
        yield from _listed(name, wanted, outcome[name])
    elif wanted != outcome[name]:
        yield Difference(name, _shown(wanted, name), _shown(outcome[name], name))


def _by_name(name: str, wanted: Mapping[str, str], got: Mapping[str, str]) -> Iterator[Difference]:
    for key in dict.fromkeys((*wanted, *got)):
        if wanted.get(key) != got.get(key):
            yield Difference(f"{name}.{key}", wanted.get(key), got.get(key))


def _listed(name: str, wanted: tuple[str, ...], got: tuple[str, ...]) -> Iterator[Difference]:
    """Rules and statuses in their order, each as often as it came; of the others only which ones there are."""
    if name == "status" and len(wanted) <= 1 and len(got) <= 1:
        if wanted != got:
            yield Difference(name, *(one[0] if one else None for one in (wanted, got)))
    elif name in ("rules", "cancelled", "status"):
        if sorted(wanted) == sorted(got) and wanted != got:
            yield Difference(name, ", ".join(wanted), ", ".join(got))
        else:
            yield from _surplus(name, wanted, got)
    else:
        yield from _surplus(name, tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(got)))


def _surplus(name: str, wanted: tuple[str, ...], got: tuple[str, ...]) -> Iterator[Difference]:
    left = list(got)
    for one in wanted:
        if one in left:
            left.remove(one)
        else:
            yield Difference(name, one, None)
    yield from (Difference(name, None, one) for one in left)


def _shown(value: Any, name: str) -> str:
    if name == "after":
        return duration_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def duration_text(duration_ms: int) -> str:
    """As it would be written: 90s, 30m, 24h, 7d."""
    for unit, unit_ms in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)):
        if duration_ms and duration_ms % unit_ms == 0:
            return f"{duration_ms // unit_ms}{unit}"
    return f"{duration_ms // 1_000}s"


def _named(wishes: list[Wish], kind: str) -> dict[str, Any]:
    """The wishes of a kind by the names behind it; over several contacts the newest is shown."""
    found = sorted((wish for wish in wishes if wish.element.startswith(f"{kind}:")), key=lambda wish: wish.stamp)
    order = dict.fromkeys(wish.element for wish in wishes)
    values = {wish.element: wish.value for wish in found}
    return {element.partition(":")[2]: values[element] for element in order if element in values}


def _utm(wishes: list[Wish]) -> tuple[str, dict[str, str]]:
    """How UTM is written, and the marks: what `last` says goes over what `first` left."""
    first = next((wish.value for wish in wishes if wish.element == FIRST_WINS), None)
    last = next((wish.value for wish in reversed(wishes) if wish.element == "utm:last"), None)
    policy = "last" if last is not None else "first" if first is not None else "off"
    return policy, {**(first or {}), **(last or {})}


def _when(wish: Wish) -> tuple[str, str]:
    return wish.stamp, wish.element


def _contact(wanted: Mapping[ContactId, Mapping[str, Wish]]) -> dict[str, str]:
    """What is known of the contact, by the names of `contact:`; of several contacts every value that they have."""
    found: dict[str, list[str]] = {}
    for contact, wishes in wanted.items():
        own = {"bot": str(contact.bot), "messenger": contact.messenger, ID_OF[contact.messenger]: contact.id}
        fields = {w.element.partition(":")[2]: w.value for w in wishes.values() if w.element.startswith("field:")}
        for name, value in (fields | own).items():
            found.setdefault(name, []).append(value)
    return {name: ", ".join(dict.fromkeys(values)) for name, values in found.items()}
