"""Answers doorbells the moment they ring; a look at the queue comes up to a second later, for what was missed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from processor.errors import StoreError
from processor.log import logger
from processor.store.bells import listen
from processor.store.connection import Store

AGAIN_S = 1.0

_log = logger("listener")


class Listener(threading.Thread):
    """Listens until `stopping`; each bell is answered by a thread of its own, until nobody is left in line."""

    def __init__(self, client: Store, stopping: threading.Event, answers: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(name="listener", daemon=True)
        self._client = client
        self._stopping = stopping
        self._answers = answers
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def run(self) -> None:
        """Bell after bell; a store that went away is listened to again."""
        while not self._stopping.is_set():
            try:
                for bell in listen(self._client, self._answers, self._stopping.is_set):
                    self.answer(bell)
            except StoreError as error:
                _log.debug("the store does not answer", reason=str(error))
                self._stopping.wait(AGAIN_S)
            except Exception:  # noqa: BLE001  deaf, this worker would be slow for ever
                _log.exception("listening failed")
                self._stopping.wait(AGAIN_S)

    def answer(self, bell: str) -> None:
        """Answer this bell in a thread of its own, whoever rings."""
        thread = threading.Thread(target=self._answers[bell], name=bell, daemon=True)
        with self._lock:
            self._threads = [*(one for one in self._threads if one.is_alive()), thread]
            thread.start()

    def finish(self, timeout_s: float) -> None:
        """Wait until what was begun is done; call after `stopping` is set."""
        self.join(timeout_s)
        for thread in list(self._threads):
            thread.join(timeout_s)
