"""A receiver whose console is visited."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.harness.store import StoreProcess
from tests.harness.visitor import Visitor, person
from tests.web.receiver import Receiver


@pytest.fixture(scope="package")
def receiver_process(store_process: StoreProcess) -> Iterator[Receiver]:
    """A running receiver over the session's store."""
    with Receiver(store_process) as running:
        yield running


@pytest.fixture
def receiver(receiver_process: Receiver, store: redis.Redis) -> Receiver:
    """The same, its store empty."""
    return receiver_process


@pytest.fixture
def stranger(receiver: Receiver) -> Iterator[Visitor]:
    """Somebody who has not logged in."""
    with Visitor(f"{receiver.url}/console") as visitor:
        yield visitor


@pytest.fixture
def owner(receiver: Receiver, store: redis.Redis) -> Iterator[Visitor]:
    """Olga, an owner, logged in."""
    person(store, "Olga", "owner")
    with Visitor(f"{receiver.url}/console") as visitor:
        visitor.log_in("olga")
        yield visitor


@pytest.fixture
def editor(receiver: Receiver, store: redis.Redis) -> Iterator[Visitor]:
    """Egor, an editor, logged in."""
    person(store, "Egor", "editor")
    with Visitor(f"{receiver.url}/console") as visitor:
        visitor.log_in("egor")
        yield visitor


@pytest.fixture
def viewer(receiver: Receiver, store: redis.Redis) -> Iterator[Visitor]:
    """Vera, a viewer, logged in."""
    person(store, "Vera", "viewer")
    with Visitor(f"{receiver.url}/console") as visitor:
        visitor.log_in("vera")
        yield visitor
