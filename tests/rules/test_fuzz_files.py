"""Mangled rules files: rules or faults, never anything else; each fault can be told in every form, and soon.

The same seed gives the same texts. The whole:

    FUZZ_RULES=100000 FUZZ_SEED=1 uv run pytest -s --timeout 0 tests/rules/test_fuzz_files.py
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.annotated import as_commands, as_objects
from processor.rules.compile import compile_rules
from processor.rules.example import example_text
from processor.rules.lines import edited
from processor.rules.report import FAULTS_MAX
from processor.rules.told import counted, plain_text, told
from processor.text import LANGUAGES
from tests.harness.rules import RULES_TEXT
from tests.rules.mangle import mangled
from tests.rules.test_mistaken import TEXTS

TEXTS_WANTED: Final = int(os.environ.get("FUZZ_RULES", "500"))
SEED: Final = int(os.environ.get("FUZZ_SEED", "1"))
SECONDS_MAX: Final = 10.0
GROWTH_KIB_MAX: Final = 200 * 1024
EXAMPLE_EVERY: Final = 40
WARM_SHARE: Final = 10


@dataclass(slots=True)
class Seen:
    """What became of the texts so far."""

    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    memory_kib: int = 0

    def told(self) -> str:
        """The figures, a line each."""
        rows = [f"{name}: {count:,}" for name, count in sorted(self.counts.items())]
        codes = ", ".join(f"{code} {count:,}" for code, count in self.codes.most_common())
        grown = (_memory_kib() - self.memory_kib) / 1024
        return "\n".join([*rows, codes, f"slowest: {self.slowest_s:.3f} s", f"memory grown by {grown:.0f} MiB"])


def _memory_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _faults(text: str) -> tuple[Fault, ...] | None:
    try:
        compile_rules(text, "rules.yaml", {}, demo=True)
    except FaultsFound as error:
        return error.faults
    return None


def _judge(text: str, seen: Seen) -> None:
    started = time.monotonic()
    faults = _faults(text)
    seen.counts["right" if faults is None else "faulty"] += 1
    if faults is None:
        return
    assert 1 <= len(faults) <= FAULTS_MAX + 1
    for fault in faults:
        assert fault.place is not None
        assert fault.place.line >= 1
        assert fault.place.column >= 1
        seen.codes[fault.code] += 1
        if fault.mend:
            seen.counts["mends"] += 1
            assert edited(text, fault.mend) != text, fault
    seen.counts["faults"] += len(faults)
    for language in LANGUAGES:
        page = plain_text(told(faults, text, language))
        assert not any(sign in page for sign in "\x1b\x07\u202e\u2028")
        assert counted(faults, language)
        as_commands(faults, "rules.yaml", language)
    as_objects(faults, "rules.yaml", text)
    seen.slowest_s = max(seen.slowest_s, time.monotonic() - started)
    assert seen.slowest_s < SECONDS_MAX, text


def test_mangled_files_are_answered_with_faults() -> None:
    """Every text ends in rules or faults, each fault in words, JSON and GitHub's form."""
    chance = random.Random(SEED)
    texts, example = [*sorted(TEXTS.values()), *[RULES_TEXT] * 40], example_text()
    seen = Seen()
    for number in range(TEXTS_WANTED):
        text = mangled(chance, [example] if number % EXAMPLE_EVERY == 0 else texts)
        try:
            _judge(text, seen)
        except Exception as error:
            error.add_note(f"text {number}: {text!r}")
            raise
        if number == TEXTS_WANTED // WARM_SHARE:
            seen.memory_kib = _memory_kib()
    print(f"\n{seen.told()}")
    assert _memory_kib() - seen.memory_kib < GROWTH_KIB_MAX
