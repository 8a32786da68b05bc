"""A sandbox process for each module, empty for each test, and a client that calls it as an integration would."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.harness.sandbox import SandboxProcess

TOKEN = "sandbox-token-7f3a"


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    """The sandbox with tags that add, UTM that is stored, and no limit."""
    with SandboxProcess() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process: SandboxProcess) -> SandboxProcess:
    """The module's sandbox, emptied."""
    process.reset()
    return process


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """A client of the API that carries the token in the query."""
    with api_client(sandbox) as client:
        yield client


def api_client(sandbox: SandboxProcess, token: str = TOKEN) -> httpx.Client:
    """A client of this sandbox's API."""
    return httpx.Client(base_url=sandbox.url, params={"api_token": token}, trust_env=False, timeout=10.0)
