"""Open the rules file for a running process: its example secrets serve only the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from processor.clock import SystemClock
from processor.domain.rule import Ruleset
from processor.fault import Fault
from processor.log import logger
from processor.rules.book import RulesBook
from processor.rules.environ import RulesEnviron
from processor.settings import Settings

_log = logger("rules")


def open_book(settings: Settings, environ: Mapping[str, str]) -> RulesBook:
    """The book, loaded. Raises FaultsFound, NotFound."""
    known = RulesEnviron(environ, settings.rules_file)
    book = RulesBook(
        settings.rules_file,
        known,
        demo=settings.sandboxed,
        clock=SystemClock(),
        on_change=_changed,
        on_faults=_faulty,
        watched=known.files,
    )
    book.load()
    return book


def _changed(rules: Ruleset) -> None:
    _log.info("rules loaded", version=rules.version, rules=len(rules.rules), sources=len(rules.sources))


def _faulty(faults: tuple[Fault, ...]) -> None:
    _log.error("the rules file is wrong; the last good rules go on", faults=[fault.say("en") for fault in faults])
