"""What every folder of tests may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.harness.store import StoreProcess


@pytest.fixture(scope="session")
def store_process() -> Iterator[StoreProcess]:
    """One real store for all tests of this session that do not kill it."""
    with StoreProcess() as process:
        yield process


@pytest.fixture
def store(store_process: StoreProcess) -> Iterator[redis.Redis]:
    """A client of an empty store."""
    client = store_process.client()
    client.flushall()
    yield client
    client.close()
