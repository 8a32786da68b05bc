"""How long an answer asks to be left alone."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

RETRY_AFTER_MAX_MS = 3_600_000


def retry_after_ms(header: str | None, now_ms: int) -> int | None:
    """How long Retry-After asks to wait, 0 .. RETRY_AFTER_MAX_MS; seconds or an HTTP date; None for anything else."""
    asked = (header or "").strip()
    if re.fullmatch(r"[+\-]?[0-9]+(?:\.[0-9]*)?", asked, re.ASCII):
        delay_ms = float(asked) * 1000
    else:
        try:
            at = parsedate_to_datetime(asked)
            delay_ms = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000 - now_ms
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return int(min(max(delay_ms, 0), RETRY_AFTER_MAX_MS))
