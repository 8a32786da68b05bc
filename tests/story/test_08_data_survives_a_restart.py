"""8. Data survive a restart, and even kill -9 of everything at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.line import Line
from tests.story.senders import Shop


@pytest.fixture(scope="module")
def own_line() -> Iterator[Line]:
    """An `up` that only this story stops."""
    with Line() as line:
        yield line


def test_a_stopped_line_ends_well_and_remembers(own_line: Line) -> None:
    """SIGTERM ends it with 0. Started again it still knows the order, and knows its repetition."""
    first = Shop(own_line).sends(number=8001, phone="+7 900 000-08-01").json()["id"]
    own_line.wait_until_quiet()
    assert own_line.stop() == 0
    own_line.start()
    again = Shop(own_line).sends(number=8001, phone="+7 900 000-08-01")
    assert (again.status_code, again.json()["id"]) == (200, first)
    assert [row["id"] for row in own_line.events()] == [first]


def test_an_acknowledged_order_survives_the_death_of_everything(own_line: Line) -> None:
    """A 202 means that the order is on disk: the whole line is killed at once, and the order arrives later."""
    assert Shop(own_line).sends(number=8002, phone="+7 900 000-08-02").status_code == 202
    own_line.kill_everything()
    own_line.start()
    own_line.wait_until_quiet()
    assert own_line.contacts()["79000000802"]["status"] == "Новый заказ на 5400.00"
