"""Keep the token out of the HTTP libraries' own log lines: httpx prints every request's URL at INFO."""

from __future__ import annotations

import logging

from processor.scrub import Scrubber

# Filters of a logger do not reach its children, so each that exists is named.
LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


class TokenFilter(logging.Filter):
    """Rewrites each record without the secrets before any handler sees it."""

    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__()
        self._scrubber = scrubber

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record is changed in place."""
        try:
            line = record.getMessage()
        except (TypeError, ValueError):
            line = str(record.msg)  # a line that does not fit its arguments
        record.msg, record.args = self._scrubber.scrub(line), None
        if record.exc_info:
            record.exc_text = self._scrubber.scrub(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True

    def install(self) -> None:
        """Put this filter before every logger of the HTTP libraries."""
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self)

    def remove(self) -> None:
        """Take it away again."""
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self)
