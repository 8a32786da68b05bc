"""Conditions become closures, in which what is known beforehand is decided once and not for every event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from processor.domain.condition import Condition, Line, Seen

Check: TypeAlias = Callable[[Seen], bool]
Told: TypeAlias = Mapping[tuple[str, ...], str]
"""The folded texts that stand at some paths of every event that will be asked about."""


def bound(condition: Condition, told: Told) -> Check | bool:
    """Whether the condition holds: as a closure over the event, or the answer itself where `told` suffices."""
    if not isinstance(condition, Line):
        if condition.kind == "not":
            return _opposite(together("all", condition.members, told))
        return together(condition.kind, condition.members, told)
    parts, holds, asks = condition.parts, condition.holds, condition.asks
    if asks is not None:
        return lambda seen: asks(seen[parts], seen.view)
    text = told.get(parts)
    if text is not None and condition.equals is not None:
        return text in condition.equals
    return lambda seen: holds(seen[parts])


def together(kind: Literal["all", "any"], members: Sequence[Condition], told: Told) -> Check | bool:
    """Whether all of the conditions hold, or any of them."""
    deciding = kind == "any"
    checks: list[Check] = []
    for member in members:
        check = bound(member, told)
        if check is deciding:
            return deciding
        if not isinstance(check, bool):
            checks.append(check)
    if not checks:
        return not deciding
    return _any(checks) if deciding else _all(checks)


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """What must hold for the condition to hold: it, or the members of `all` within `all`."""
    if isinstance(condition, Line) or condition.kind != "all":
        yield condition
        return
    for member in condition.members:
        yield from conjuncts(member)


def _opposite(check: Check | bool) -> Check | bool:
    return not check if isinstance(check, bool) else lambda seen: not check(seen)


def _all(checks: Sequence[Check]) -> Check:
    first, *rest = checks
    if not rest:
        return first
    second = _all(rest)
    return lambda seen: first(seen) and second(seen)


def _any(checks: Sequence[Check]) -> Check:
    first, *rest = checks
    if not rest:
        return first
    second = _any(rest)
    return lambda seen: first(seen) or second(seen)
