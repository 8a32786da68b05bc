"""`python -m workers`: one worker process."""

from __future__ import annotations

import os
import sys

from processor.errors import WatbotHooksError
from processor.log import start_log
from processor.settings import load_settings
from workers.process import run


def main() -> int:
    """Work until told to stop; 1 with the reason when it cannot begin."""
    language = "ru" if os.environ.get("LANGUAGE", "ru") == "ru" else "en"
    try:
        settings = load_settings(os.environ)
        start_log(form=settings.log_format, level=settings.log_level, secrets=settings.secrets(), process="worker")
        return run(settings)
    except WatbotHooksError as error:
        print(error.say("ru" if language == "ru" else "en"), file=sys.stderr)  # noqa: T201  a program's last word
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
