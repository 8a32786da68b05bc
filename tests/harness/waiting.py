"""Waiting for something to become true, without sleeping longer than it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(ask: Callable[[], T], *, timeout_s: float = 20.0, every_s: float = 0.02, what: str = "") -> T:
    """Ask again and again until the answer is true and return it. Raises TimeoutError, naming what was awaited."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"not within {timeout_s} s: {what or getattr(ask, '__name__', ask)}; last answer {answer!r}"
            )
        time.sleep(every_s)
