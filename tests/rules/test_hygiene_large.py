"""Looking a large file through takes no longer than reading it."""

from __future__ import annotations

import time

import pytest

from processor.rules.hygiene import warnings_of
from processor.rules.report import Report
from processor.rules.tree import grow
from tests.harness.rules import ruleset
from tests.harness.rules_large import many_rules

SECONDS_MAX = 20.0
"""Generous: the machine may be busy. Alone 9,000 rules take a third of it."""


@pytest.mark.parametrize("stop", [False, True], ids=["mixed", "each ends the list"])
def test_nine_thousand_rules_are_looked_through_in_time(stop: bool) -> None:
    """So many fill a mebibyte; no pair of them is a slip."""
    text = many_rules(9_000, stop=stop)
    rules, tree = ruleset(text), grow(text, "rules.yaml", Report())
    started = time.monotonic()
    assert warnings_of(rules, tree) == ()
    assert time.monotonic() - started < SECONDS_MAX
