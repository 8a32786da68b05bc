"""Which recorded version of the rules runs here; a change on disk is recorded by whoever sees it first."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from processor.domain.rule import Ruleset
from processor.errors import StoreError
from processor.log import logger
from processor.publish import Publisher
from processor.rules.book import RulesBook
from processor.store.versions import Version, last_of

_log = logger("rules")


class Running:
    """Looks at the rules; `recorded` is the book's entry for those in force, None while it is not known."""

    def __init__(self, book: RulesBook, publisher: Publisher) -> None:
        self._book = book
        self._publisher = publisher
        self._entry: Version | None = None
        self._version = ""
        self._down = False

    @property
    def recorded(self) -> Version | None:
        """The entry of the version in force."""
        return self._entry if self._version == self._book.current().version else None

    async def look(self) -> None:
        """Look at the file; a version not seen before is recorded or looked up. While the store is down: later."""
        rules = self._book.current()
        if rules.version == self._version:
            return
        try:
            self._entry = await run_in_threadpool(self._find, rules)
        except StoreError as error:
            if not self._down:
                _log.warning("the version of the rules is not recorded yet", reason=str(error))
            self._down = True
            return
        self._version, self._down = rules.version, False

    def _find(self, rules: Ruleset) -> Version | None:
        return self._publisher.noticed(rules) or last_of(self._publisher.client, rules.version)
