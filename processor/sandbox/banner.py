"""What a person reads when the sandbox starts."""

from __future__ import annotations

from pathlib import Path

_BANNER = """
======================================================================
   ПЕСОЧНИЦА, А НЕ WATBOT: контакты никуда не уходят.
   SANDBOX, NOT WATBOT: nothing leaves this machine.
======================================================================
   API       {root}/api/v1
   Контакты  {root}/            (contacts, in a browser)
   tags={tags}  utm={utm}  rate={rate}
   {state}
======================================================================
"""


def banner(root: str, tags: str, utm: str, rate: str, state: Path | None) -> str:
    """The whole text; `root` is the address, `state` the file that keeps the contacts."""
    kept = (
        f"Состояние / state: {state}" if state else "Без файла: всё забудется при остановке / no file: kept in memory"
    )
    return _BANNER.format(root=root, tags=tags, utm=utm, rate=rate, state=kept)
