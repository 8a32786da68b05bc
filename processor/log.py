"""Structured logs in which secrets never stand and people are masked."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

from processor.scrub import Scrubber, mask_people

Entry = MutableMapping[str, Any]


def start_log(*, form: str, level: str, secrets: Iterable[str], process: str) -> None:
    """Send every log line of this process (ours and the libraries') through one scrubbing, masking printer."""
    scrubber = Scrubber(secrets)

    def clean(_: Any, __: str, entry: Entry) -> Entry:
        return {key: _clean(value, scrubber) for key, value in entry.items()}

    def name(_: Any, __: str, entry: Entry) -> Entry:
        return {"process": process, **entry}

    shared: list[structlog.typing.Processor] = [
        name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    show: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            clean,
            show,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "dramatiq", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # It warns of each broken form, and strangers may post as many as they like; what is broken is told with its event.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _clean(value: Any, scrubber: Scrubber) -> Any:
    if isinstance(value, str):
        return mask_people(scrubber.scrub(value))
    if isinstance(value, (int, float, bool, type(None))):
        return value
    return mask_people(scrubber.scrub(str(value)))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one room."""
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return log
