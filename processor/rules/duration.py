"""Durations as people write them: `500ms`, `3s`, `24h`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from processor.rules.numbers import duration_meant
from processor.rules.report import Report
from processor.rules.tree import Scalar, Tree
from processor.text import Text

CONFIRMED_TTL_MAX_MS: Final = 365 * 24 * 60 * 60 * 1000
SETTLE_MAX_MS: Final = 60 * 1000

_WRITTEN = re.compile(r"([0-9]{1,9})\s*([a-z]{1,2})")
_SETTLE_UNIT_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000}
_TTL_UNIT_MS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def ttl_ms_of(tree: Tree, report: Report) -> int | None:
    """A duration above zero, at most CONFIRMED_TTL_MAX_MS; or None, with a fault."""
    duration_ms = _duration_ms(tree, _TTL_UNIT_MS)
    if duration_ms is not None and 0 < duration_ms <= CONFIRMED_TTL_MAX_MS:
        return duration_ms
    _unreadable(tree, Text("90s, 30m, 24h, 7d; до 365d", "90s, 30m, 24h, 7d; up to 365d"), report)
    return None


def settle_ms_of(tree: Tree, report: Report) -> int | None:
    """A duration from zero (also written `0`) to SETTLE_MAX_MS; or None, with a fault."""
    maximum = f"{SETTLE_MAX_MS // 1_000}s"
    off = isinstance(tree, Scalar) and tree.text.strip() == "0"
    duration_ms = 0 if off else _duration_ms(tree, _SETTLE_UNIT_MS)
    if duration_ms is None:
        _unreadable(tree, Text(f"500ms, 3s, 1m; до {maximum}", f"500ms, 3s, 1m; up to {maximum}"), report)
    elif duration_ms > SETTLE_MAX_MS:
        limit = Text(f"не больше {maximum}", f"at most {maximum}")
        text = Text("срок слишком велик", "the duration is too long")
        report.add("value.duration", text, tree.place, limit, fix=maximum)
        return None
    return duration_ms


def _duration_ms(tree: Tree, unit_ms: Mapping[str, int]) -> int | None:
    written = _WRITTEN.fullmatch(tree.text.strip()) if isinstance(tree, Scalar) else None
    return int(written[1]) * unit_ms[written[2]] if written and written[2] in unit_ms else None


def _unreadable(tree: Tree, expected: Text, report: Report) -> None:
    text = Text("срок записан неверно", "the duration is not written right")
    fix = duration_meant(tree.text) if isinstance(tree, Scalar) else None
    report.add("value.duration", text, tree.place, expected, fix=fix)
