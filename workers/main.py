"""For `dramatiq workers.main`: the settings are read and the broker is made when Dramatiq imports this module."""

from __future__ import annotations

import os
from typing import Any

import dramatiq

from processor.log import start_log
from processor.settings import load_settings
from workers.process import WorkerProcess

_settings = load_settings(os.environ)
start_log(form=_settings.log_format, level=_settings.log_level, secrets=_settings.secrets(), process="worker")
_process = WorkerProcess(_settings)


class _WithWorker(dramatiq.Middleware):
    """The sweeper lives as long as Dramatiq's worker."""

    def after_worker_boot(self, broker: Any, worker: Any) -> None:  # noqa: ARG002
        _process.start()

    def before_worker_shutdown(self, broker: Any, worker: Any) -> None:  # noqa: ARG002
        _process.stopping.set()

    def after_worker_shutdown(self, broker: Any, worker: Any) -> None:  # noqa: ARG002
        _process.stop()


broker = _process.broker
broker.add_middleware(_WithWorker())
dramatiq.set_broker(broker)
