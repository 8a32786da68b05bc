"""The histories that one decision reads, each once."""

from __future__ import annotations

from collections.abc import Sequence

from processor.domain.earlier import Earlier
from processor.store.connection import Store
from processor.store.history import History, history_of


class Histories:
    """Reads a contact's history when it is asked for; `read` tells which decided, with their digests."""

    def __init__(self, client: Store) -> None:
        self._client = client
        self._found: dict[str, History] = {}

    def __call__(self, contact: str) -> Sequence[Earlier]:
        """The contact's events, oldest first. Raises StoreError."""
        if contact not in self._found:
            self._found[contact] = history_of(self._client, contact)
        return self._found[contact].entries

    @property
    def read(self) -> list[tuple[str, str]]:
        """Contact and digest of every history that was asked for."""
        return [(contact, found.digest) for contact, found in self._found.items()]
