"""What every story begins with: `watbot-hooks up` in an empty folder, a shop and a landing page.

`up` finds no rules.yaml there and writes the example; it finds no token of Watbot and starts the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.line import Line
from tests.story.senders import Landing, Shop


@pytest.fixture(scope="session")
def line() -> Iterator[Line]:
    """One running `up` for the stories that neither stop it nor change its rules."""
    with Line() as running:
        yield running


@pytest.fixture
def shop(line: Line) -> Shop:
    """A shop on WooCommerce."""
    return Shop(line)


@pytest.fixture
def landing(line: Line) -> Landing:
    """A landing page on Tilda."""
    return Landing(line)
