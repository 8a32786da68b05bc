"""Two texts that started from one, put together by lines where neither changed what the other did."""

from __future__ import annotations

from difflib import SequenceMatcher

_Change = tuple[int, int, tuple[str, ...]]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """All changes of both, each once; None where they meet (also side by side: who comes first is not known). Pure."""
    lines = base.splitlines(keepends=True)
    ours, others = _changes(lines, mine), _changes(lines, theirs)
    for one in ours:
        for other in others:
            if one != other and one[0] <= other[1] and other[0] <= one[1]:
                return None
    for start, end, put in sorted({*ours, *others}, reverse=True):
        lines[start:end] = put
    return "".join(lines)


def _changes(lines: list[str], text: str) -> list[_Change]:
    """Which lines of the base give way to which; first and last as for slices."""
    news = text.splitlines(keepends=True)
    found = SequenceMatcher(None, lines, news, autojunk=len(lines) > 1_000).get_opcodes()
    return [(a, b, tuple(news[c:d])) for tag, a, b, c, d in found if tag != "equal"]
