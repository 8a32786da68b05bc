"""Durations as people write them: `500ms`, `3s`, `24h`, `7 дней`."""

from __future__ import annotations

from typing import Final

from processor.domain.span import span_of
from processor.rules.numbers import duration_meant
from processor.rules.report import Report
from processor.rules.tree import Scalar, Tree
from processor.text import Text

CONFIRMED_TTL_MAX_MS: Final = 365 * 24 * 60 * 60 * 1000
SETTLE_MAX_MS: Final = 60 * 1000
DAY_MS: Final = 24 * 60 * 60 * 1000

_SETTLE_UNITS: Final = frozenset({"ms", "s", "m"})
_TTL_UNITS: Final = frozenset({"s", "m", "h", "d", "w"})


def ttl_ms_of(tree: Tree, report: Report) -> int | None:
    """A duration above zero, at most CONFIRMED_TTL_MAX_MS; or None, with a fault."""
    duration_ms = _duration_ms(tree, _TTL_UNITS)
    if duration_ms is not None and 0 < duration_ms <= CONFIRMED_TTL_MAX_MS:
        return duration_ms
    _unreadable(tree, Text("90s, 30m, 24h, 7d; до 365d", "90s, 30m, 24h, 7d; up to 365d"), report)
    return None


def span_ms_of(tree: Tree, max_ms: int, report: Report) -> int | None:
    """A duration above zero, at most `max_ms` (whole days); or None, with a fault."""
    duration_ms = _duration_ms(tree, _TTL_UNITS)
    maximum = f"{max_ms // DAY_MS}d"
    if not duration_ms:
        _unreadable(tree, Text(f"30m, 1h, 90d; до {maximum}", f"30m, 1h, 90d; up to {maximum}"), report)
    elif duration_ms > max_ms:
        limit = Text(f"не больше {maximum}", f"at most {maximum}")
        report.add("value.duration", Text("срок слишком велик", "the duration is too long"), tree.place, limit)
        return None
    return duration_ms or None


def settle_ms_of(tree: Tree, report: Report) -> int | None:
    """A duration from zero (also written `0`) to SETTLE_MAX_MS; or None, with a fault."""
    maximum = f"{SETTLE_MAX_MS // 1_000}s"
    off = isinstance(tree, Scalar) and tree.text.strip() == "0"
    duration_ms = 0 if off else _duration_ms(tree, _SETTLE_UNITS)
    if duration_ms is None:
        _unreadable(tree, Text(f"500ms, 3s, 1m; до {maximum}", f"500ms, 3s, 1m; up to {maximum}"), report)
    elif duration_ms > SETTLE_MAX_MS:
        limit = Text(f"не больше {maximum}", f"at most {maximum}")
        text = Text("срок слишком велик", "the duration is too long")
        report.add("value.duration", text, tree.place, limit, fix=maximum)
        return None
    return duration_ms


def _duration_ms(tree: Tree, units: frozenset[str]) -> int | None:
    found = span_of(tree.text.strip()) if isinstance(tree, Scalar) else None
    return found[0] if found and found[1] <= units else None


def _unreadable(tree: Tree, expected: Text, report: Report) -> None:
    text = Text("срок записан неверно", "the duration is not written right")
    fix = duration_meant(tree.text) if isinstance(tree, Scalar) else None
    report.add("value.duration", text, tree.place, expected, fix=fix)
