"""Rules texts for people to see: secrets that are written out in them are hidden, `${NAME}` stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from processor.rules.edit.pieces import Piece, pieces_of
from processor.scrub import HIDDEN

CONTEXT_LINES: Final = 3

# An API's address holds a code at some senders.
_SECRET_KEYS: Final = frozenset({"secret", "token", "confirmation", "url"})
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
# For a text that is no YAML: whatever follows such a name on its line.
_LINE = re.compile(
    r"(?im)((?:secret|token|confirmation|url)[\"']?\s{0,8}:\s{0,8})(?!\s*\$\{[^{}]*\}\s*[,}]?\s*$)[^\r\n]+"
)


def mask_secrets(text: str) -> str:
    """`text` with every secret value of its sources replaced, line breaks kept."""
    for start, end in reversed(secret_spans(text)):
        text = text[:start] + HIDDEN + breaks_in(text[start:end]) + text[end:]
    return text


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Where secret values of its sources stand, in order; of a text that is no YAML rather too much than too little."""
    root = pieces_of(text)
    if root is None or root.kind != "table":
        return [(found.end(1), found.end()) for found in _LINE.finditer(text)]
    return sorted({(piece.start, piece.end) for piece in _secrets(root)})


def breaks_in(text: str) -> str:
    """Its line breaks alone."""
    return "".join(re.findall(r"\r\n|[\r\n]", text))


def _secrets(root: Piece) -> Iterator[Piece]:
    at = root.entry("sources")
    inside = list(root.entries[at][1].below()) if at is not None else []
    values = [value for piece in inside for key, value in piece.entries if key.text in _SECRET_KEYS]
    held = [one for value in values for one in value.below()]
    named = {one.text for one in held if one.kind == "alias"}
    # What an alias stands for is written elsewhere.
    held += [one for piece in root.below() if piece.anchor and piece.anchor in named for one in piece.below()]
    return (one for one in held if one.kind == "scalar" and not _is_reference(one))


def _is_reference(piece: Piece) -> bool:
    return not _REFERENCE.sub("", piece.text).strip()


def diff(old: str, new: str, old_name: str, new_name: str) -> tuple[str, ...]:
    """A unified diff, its lines without line breaks, secrets masked: of one that changed it shows only that it did."""
    olds, news = old.splitlines(), new.splitlines()
    shown_old, shown_new = _lines_masked(old, olds), _lines_masked(new, news)
    groups = SequenceMatcher(None, olds, news, autojunk=len(olds) > 1_000).get_grouped_opcodes(CONTEXT_LINES)
    lines: list[str] = []
    for group in groups:
        first, last = group[0], group[-1]
        lines.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@")
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += (f" {line}" for line in shown_old[a:b])
                continue
            lines += (f"-{line}" for line in shown_old[a:b])
            lines += (f"+{line}" for line in shown_new[c:d])
    return (f"--- {old_name}", f"+++ {new_name}", *lines) if lines else ()


def _lines_masked(text: str, lines: list[str]) -> list[str]:
    masked = mask_secrets(text).splitlines()
    return masked if len(masked) == len(lines) else list(_each_masked(lines))


def _each_masked(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield _LINE.sub(rf"\g<1>{HIDDEN}", line)


def _range(start: int, stop: int) -> str:
    length = stop - start
    return f"{start + 1 if length else start},{length}" if length != 1 else f"{start + 1}"
