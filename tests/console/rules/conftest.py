"""A receiver whose rules file may be changed: it is as it was before each test, and recorded as version 1."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import redis

from processor.rules.version import version_of
from processor.store.versions import newest
from tests.console.rules.pages import FEW, recorded
from tests.harness.store import StoreProcess
from tests.harness.visitor import Visitor, person
from tests.web.receiver import Receiver

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def rules_process(store_process: StoreProcess) -> Iterator[Receiver]:
    """A running receiver of these tests' own."""
    with Receiver(store_process, rules=FEW) as running:
        yield running


@pytest.fixture
def receiver(rules_process: Receiver, store: redis.Redis) -> Receiver:
    """The same, its store empty and its file fresh."""
    file = rules_process.folder / "rules.yaml"
    file.chmod(0o644)
    for number in _numbers:
        text = FEW + f"# test {number}\n"
        file.write_text(text, "utf-8")
        recorded(store, version_of(text))
        now = newest(store)
        if now is not None and now.number == 1:
            break
        store.flushdb()  # the receiver was still at what the test before did
    return rules_process


@pytest.fixture
def second(receiver: Receiver, store: redis.Redis) -> Iterator[Visitor]:
    """Elena, another editor, logged in."""
    person(store, "Elena", "editor")
    with Visitor(f"{receiver.url}/console") as visitor:
        visitor.log_in("elena")
        yield visitor
