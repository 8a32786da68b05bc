"""One receiver for the tests that leave it and its store standing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.harness.store import StoreProcess
from tests.web.receiver import Receiver


@pytest.fixture(scope="package")
def receiver_process(store_process: StoreProcess) -> Iterator[Receiver]:
    """A running receiver over the session's store."""
    with Receiver(store_process, BODY_BYTES_MAX="65536") as running:
        yield running


@pytest.fixture
def receiver(receiver_process: Receiver, store: redis.Redis) -> Receiver:
    """The same, its store empty."""
    return receiver_process
