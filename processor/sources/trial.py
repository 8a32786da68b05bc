"""Mark what a sender calls a test, so that no rule for real ones runs for it."""

from __future__ import annotations

from typing import Final

TEST: Final = "test."


def trial_of(event: str, *, test: bool) -> str:
    """The event's type, with `test.` before it when the sender says that nothing really happened."""
    return TEST + event if test else event
