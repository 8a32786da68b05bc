"""For `uvicorn processor.asgi:app`: the settings are read and the rules loaded when uvicorn imports this module."""

from __future__ import annotations

import os

from processor.log import start_log
from processor.rules.open import open_book
from processor.settings import load_settings
from processor.web.app import make_app

_settings = load_settings(os.environ)
start_log(form=_settings.log_format, level=_settings.log_level, secrets=_settings.secrets(), process="web")
app = make_app(_settings, open_book(_settings, os.environ))
