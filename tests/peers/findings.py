"""What a peer's program found out, told line by line while it runs."""

from __future__ import annotations

import sys


class Findings:
    """Prints each finding; `code()` is the program's exit code."""

    def __init__(self) -> None:
        self._held, self._differ = 0, 0

    def step(self, what: str) -> None:
        """What is being done now."""
        print(f"── {what}", flush=True)

    def told(self, what: str, value: object) -> None:
        """Something worth showing that is not judged."""
        print(f"   {what}: {value}", flush=True)

    def same(self, what: str, got: object, expected: object) -> None:
        """Judge one finding."""
        if got == expected:
            self._held += 1
            print(f" ✓ {what}: {got}", flush=True)
        else:
            self._differ += 1
            print(f" ✗ {what}: {got}\n     expected: {expected}", flush=True)

    def code(self) -> int:
        """Print the sum; 1 when something differs or nothing was found out."""
        print(f"{self._held} as expected, {self._differ} not")
        return 1 if self._differ or not self._held else 0


def end(findings: Findings) -> None:
    """End the program with its exit code."""
    sys.exit(findings.code())
