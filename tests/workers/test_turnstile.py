"""Who is in the midst of a contact goes before new contacts."""

from __future__ import annotations

import threading

from tests.harness.waiting import wait_until
from workers.turnstile import Turnstile


def test_one_at_a_time_and_midway_first() -> None:
    turnstile, passed, waiting = Turnstile(), [], []

    def go(name: str, midway: bool) -> None:
        waiting.append(name)
        with turnstile.turn(midway=midway):
            passed.append(name)

    with turnstile.turn(midway=False):
        threads = [threading.Thread(target=go, args=(f"new{n}", False)) for n in range(3)]
        threads.append(threading.Thread(target=go, args=("midway", True)))
        for thread in threads:
            thread.start()
        wait_until(lambda: len(waiting) == 4 and turnstile.midway == 1)
        assert passed == []
    for thread in threads:
        thread.join()
    assert passed[0] == "midway"
    assert sorted(passed[1:]) == ["new0", "new1", "new2"]


def test_a_turn_that_fails_lets_the_next_one_pass() -> None:
    turnstile = Turnstile()
    try:
        with turnstile.turn(midway=True):
            raise ValueError
    except ValueError:
        pass
    with turnstile.turn(midway=False):
        assert True
