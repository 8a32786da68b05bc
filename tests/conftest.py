"""What every folder of tests may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis

from tests.harness.store import StoreProcess

AT_ONCE_MAX = 4


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A process for each core; none of its own for whoever looks on (`-s`), or the figures would not be seen."""
    return 0 if config.getoption("capture") == "no" else min(os.cpu_count() or 1, AT_ONCE_MAX)


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
